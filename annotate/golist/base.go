package golist

import (
	"path/filepath"
	"strings"
)

// base finds the folder that the relative names in a block of messages are relative to: that which makes the most of them names of files in the listing of
// the same block. The working folder wins unless another one explains more.
func (r *resolver) base(out *Output) string {
	names := relativeNames(out)
	if len(names) == 0 {
		return r.cwd
	}
	files := listedFiles(out)
	best, most := r.cwd, explained(r.cwd, names, files)
	for _, name := range names {
		if most == len(names) {
			break
		}
		for file := range files {
			folder, ok := baseOf(name, file)
			if !ok {
				continue
			}
			n := explained(folder, names, files)
			if n > most || n == most && best != r.cwd && folder < best { // no order of maps in the result
				best, most = folder, n
			}
		}
	}
	return best
}

// relativeNames returns the relative names in messages, each once, without those of //line directives.
func relativeNames(out *Output) (list []string) {
	seen := map[string]bool{}
	for i := range out.Messages {
		m := &out.Messages[i]
		if name := m.Pos.File; m.Phys.File == "" && !seen[name] && !madeUp(name) && !filepath.IsAbs(name) {
			seen[name] = true
			list = append(list, name)
		}
	}
	return list
}

// listedFiles returns the absolute names of physical files in the listing.
func listedFiles(out *Output) map[string]bool {
	files := map[string]bool{}
	last := ""
	for _, f := range out.Funcs {
		for i := range f.Instrs {
			p := &f.Instrs[i].Pos
			name := p.File
			if p.Phys != "" {
				name = p.Phys
			}
			if name != last && filepath.IsAbs(name) {
				files[filepath.Clean(name)] = true
				last = name
			}
		}
	}
	return files
}

// explained counts the names that are those of listed files if they are relative to the folder.
func explained(folder string, names []string, files map[string]bool) (n int) {
	for _, name := range names {
		for _, file := range candidates(place{name: name, base: folder}) {
			if files[file] {
				n++
				break
			}
		}
	}
	return n
}

// baseOf returns the folder relative to which the name is the file. Where the name goes up, the folders below are unknown, and any will do.
func baseOf(name, file string) (string, bool) {
	const sep = string(filepath.Separator)
	name = filepath.Clean(filepath.FromSlash(name))
	down := ""
	for strings.HasPrefix(name, ".."+sep) {
		name, down = name[3:], down+sep+"_"
	}
	folder, ok := strings.CutSuffix(file, sep+name)
	if folder == "" {
		folder = sep
	}
	return folder + down, ok
}
