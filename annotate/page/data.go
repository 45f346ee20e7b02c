package page

import (
	"cmp"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/kgen-go/kgen/annotate/report"
)

// The data block is one JSON object. Its lists are positional; script/model.js is the reader, and the order of the fields is the contract of
// the two. Parts that a page can do without are built apart from the rest, so that leaving one out costs nothing (see budget.go).

// The blocks of findings of a file, by how easily they are spared.
const (
	costs = iota
	info
	credit
	blocks
)

// filePart is the data of one file.
type filePart struct {
	path      string
	heat      float64
	meta      []byte         // fields of a JSON object, without braces
	source    []byte         // JSON array of strings
	findings  [blocks][]byte // JSON objects
	notes     []byte         // JSON object by line
	hot, cold []byte         // machine code of lines with and without heat: JSON strings
}

// collect builds the parts of all files, several at a time: packing machine code is most of the work of a page.
func collect(r *report.Report, o Options) []*filePart {
	byFile := map[string][]*report.Finding{}
	for _, f := range r.Findings {
		byFile[f.File] = append(byFile[f.File], f)
	}
	files := allFiles(r, byFile)
	parts := make([]*filePart, len(files))
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(files)) {
		workers.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(files)); i = next.Add(1) - 1 {
				parts[i] = collectFile(files[i], byFile[files[i].Path], o)
			}
		})
	}
	workers.Wait()
	return parts
}

func collectFile(f *report.File, found []*report.Finding, o Options) *filePart {
	p := &filePart{path: f.Path, meta: fileMeta(f, o), source: sourceLines(f, found), findings: findingBlocks(f, found), notes: notes(f)}
	p.hot, p.cold = machineCode(f)
	for _, d := range found {
		p.heat += d.Heat
	}
	return p
}

// allFiles returns the files of the report, and one without lines for each path that only findings name, so that none is lost.
func allFiles(r *report.Report, byFile map[string][]*report.Finding) []*report.File {
	files := slices.Clone(r.Files)
	for path, found := range byFile {
		if r.File(path) == nil {
			files = append(files, &report.File{Path: path, Package: found[0].Package, Language: "go"})
		}
	}
	slices.SortFunc(files, func(a, b *report.File) int { return cmp.Compare(a.Path, b.Path) })
	return files
}

// fileMeta writes what a page always keeps of a file: its name and flags, the states of its lines, their heat, and its functions.
func fileMeta(f *report.File, o Options) []byte {
	b := append([]byte(nil), `"path":`...)
	b = appendString(b, text(f.Path))
	b = appendString(append(b, `,"package":`...), text(f.Package))
	b = appendString(append(b, `,"language":`...), text(f.Language))
	if f.Test {
		b = append(b, `,"test":1`...)
	}
	if f.Generated {
		b = append(b, `,"generated":1`...)
	}
	if o.Serve != nil && o.Serve.EditorURL != nil {
		b = appendString(append(b, `,"editor":`...), editorLink(o.Serve.EditorURL(f)))
	}
	b = append(append(b, `,"states":`...), stateSpans(f)...)
	b = append(append(b, `,"lines":`...), lineHeat(f)...)
	return append(append(b, `,"funcs":`...), functions(f)...)
}

// stateSpans writes [line to, state, reason] for each run of lines of one state; each begins where the one before ends.
func stateSpans(f *report.File) []byte {
	all := newList(nil)
	for i := 0; i < len(f.Lines); {
		k := i
		for k < len(f.Lines) && f.Lines[k].State == f.Lines[i].State && f.Lines[k].Reason == f.Lines[i].Reason {
			k++
		}
		span := newList(nil)
		span.int(int64(k))
		span.int(int64(f.Lines[i].State))
		span.string(text(f.Lines[i].Reason))
		all.raw(span.end())
		i = k
	}
	return all.end()
}

// lineHeat writes [line, level, heat, depth, cpu, objects, estimate] for each line that has any of these.
func lineHeat(f *report.File) []byte {
	all := newList(nil)
	for i, l := range f.Lines {
		if l.Level == 0 && l.Heat == 0 && l.Depth == 0 && l.CPU == 0 && l.Alloc == 0 {
			continue
		}
		row := newList(nil)
		row.int(int64(i + 1))
		row.int(int64(l.Level))
		row.float(l.Heat)
		row.int(int64(l.Depth))
		row.int(l.CPU)
		row.int(l.Alloc)
		row.int(bit(l.Estimate, 1))
		all.raw(row.end())
	}
	return all.end()
}

// functions writes [from, to, name] for each function.
func functions(f *report.File) []byte {
	all := newList(nil)
	for i := 0; i < len(f.Lines); {
		k := i
		for k < len(f.Lines) && f.Lines[k].Func == f.Lines[i].Func {
			k++
		}
		if name := f.Lines[i].Func; name != "" {
			row := newList(nil)
			row.int(int64(i + 1))
			row.int(int64(k))
			row.string(text(name))
			all.raw(row.end())
		}
		i = k
	}
	return all.end()
}

// sourceLines writes the lines of a file. Of a file that cannot be read (an old report), it writes those that findings quote.
func sourceLines(f *report.File, found []*report.Finding) []byte {
	lines := f.Source
	if lines == nil && len(f.Lines) > 0 {
		lines = make([]string, len(f.Lines))
		for _, d := range found {
			if d.Line >= 1 && d.Line <= len(lines) {
				lines[d.Line-1] = d.Source
			}
		}
	}
	b := []byte{'['}
	for i, l := range lines {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, text(l))
	}
	return append(b, ']')
}

// notes writes {"line": [title, text, title, text…]}.
func notes(f *report.File) []byte {
	b := []byte{'{'}
	for i, l := range f.Lines {
		if len(l.Notes) == 0 {
			continue
		}
		if len(b) > 1 {
			b = append(b, ',')
		}
		row := newList(nil)
		for _, n := range l.Notes {
			row.string(text(n.Title))
			row.string(block(n.Text))
		}
		b = appendKey(b, i+1)
		b = append(b, row.end()...)
	}
	return append(b, '}')
}

// findingBlocks writes {"strings": […], "list": […]} for each block of a file's findings.
func findingBlocks(f *report.File, found []*report.Finding) (out [blocks][]byte) {
	for class := range out {
		strings, all := newStrings(), newList(nil)
		for _, d := range found {
			if blockOf(d) == class {
				all.raw(findingRow(f, d, strings))
			}
		}
		b := append([]byte(nil), `{"strings":`...)
		b = append(append(b, strings.json()...), `,"list":`...)
		out[class] = append(append(b, all.end()...), '}')
	}
	return out
}

// blockOf is the block that a finding belongs to. What costs nothing after all is for information.
func blockOf(d *report.Finding) int {
	if d.Costs() {
		return costs
	}
	if k := d.Kind.Info(); k != nil && k.Class == report.Credit {
		return credit
	}
	return info
}

// Flags of a finding.
const (
	isWrapper = 1 << iota
	isEstimate
	isNew
)

// findingRow writes the fields of a finding, those that are mostly zero last.
func findingRow(f *report.File, d *report.Finding, strings *stringTable) []byte {
	row := newList(nil)
	row.int(int64(d.Line))
	row.int(int64(d.Col))
	row.int(strings.add(string(d.Kind)))
	row.int(strings.add(d.Text))
	row.int(int64(d.Count))
	row.int(int64(d.Level))
	row.float(d.Heat)
	row.int(int64(d.Depth))
	row.int(strings.add(d.Func))
	row.int(strings.add(d.Target))
	row.int(int64(d.Machine))
	row.int(int64(d.Test))
	row.int(strings.add(d.Symbol))
	row.int(int64(d.Sites))
	row.int(int64(d.Shapes))
	row.int(bit(d.Wrapper, isWrapper) | bit(d.Estimate, isEstimate) | bit(d.New, isNew))
	row.int(strings.add(d.Quiet))
	row.int(strings.add(d.DepthBy))
	row.int(shift(f, d))
	row.float(d.Cost)
	pkg := d.Package
	if pkg == f.Package {
		pkg = ""
	}
	row.int(strings.add(pkg))
	for _, c := range d.Chain {
		row.int(strings.add(c.Func))
		row.int(strings.add(c.File))
		row.int(int64(c.Line))
	}
	if len(d.Chain) > 0 {
		row.int(-1) // keeps the zeros of the last frame
	}
	return row.end()
}

// shift is how far a column's place in the shown text is from its byte in the source.
func shift(f *report.File, d *report.Finding) int64 {
	if d.Col < 1 || d.Line < 1 || d.Line > len(f.Source) {
		return 0
	}
	_, at := textAt(f.Source[d.Line-1], d.Col-1)
	return int64(at - (d.Col - 1))
}

func bit(set bool, value int64) int64 {
	if set {
		return value
	}
	return 0
}
