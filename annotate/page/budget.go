package page

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// size is the number of bytes that the file takes in the page.
func (p *filePart) size() int64 {
	n := len(p.meta) + len("{},")
	for _, f := range p.fields() {
		if f.json != nil {
			n += len(f.name) + len(`,"":`) + len(f.json)
		}
	}
	return int64(n)
}

func total(parts []*filePart) (n int64) {
	for _, p := range parts {
		n += p.size()
	}
	return n
}

// fit leaves parts out until the data has at most limit bytes, the least useful first, and returns a sentence for each thing left out.
func fit(parts []*filePart, limit int64) (dropped []string) {
	everywhere := []struct {
		what string
		drop func(p *filePart)
	}{
		{"the machine code of lines without heat", func(p *filePart) { p.cold = nil }},
		{"the machine code of all lines", func(p *filePart) { p.hot = nil }},
		{"what the compilers proved, inlined and kept off the heap (credits)", func(p *filePart) { p.findings[credit] = nil }},
	}
	for _, d := range everywhere {
		before := total(parts)
		if before <= limit {
			return dropped
		}
		for _, p := range parts {
			d.drop(p)
		}
		if total(parts) < before {
			dropped = append(dropped, d.what)
		}
	}
	if files := dropSources(parts, limit); len(files) > 0 {
		dropped = append(dropped, fmt.Sprintf("the source of %s files, the coldest: %s", grouped(len(files)), strings.Join(files, ", ")))
	}
	if total(parts) > limit {
		for _, p := range parts {
			p.findings[info], p.notes = nil, nil
		}
		dropped = append(dropped, "remarks without weight, and notes on kernels")
		if total(parts) > limit {
			dropped = append(dropped, "no more than that, so that the page is larger: the findings that cost always stay")
		}
	}
	return dropped
}

// dropSources leaves out the sources of the coldest files, the longest first among equals, and returns their paths.
func dropSources(parts []*filePart, limit int64) (files []string) {
	cold := slices.Clone(parts)
	slices.SortFunc(cold, func(a, b *filePart) int {
		return cmp.Or(cmp.Compare(a.heat, b.heat), -cmp.Compare(len(a.source), len(b.source)), cmp.Compare(a.path, b.path))
	})
	n := total(parts)
	for _, p := range cold {
		if n <= limit {
			break
		}
		if len(p.source) == 0 {
			continue
		}
		n -= int64(len(p.source))
		p.source = nil
		files = append(files, p.path)
	}
	slices.Sort(files)
	return files
}
