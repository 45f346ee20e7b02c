package join

import (
	"os"
	"path"
	"path/filepath"
	"strings"
	"unicode"

	"github.com/kgen-go/kgen/annotate/golist"
)

// owners tells which package a folder belongs to.
type owners struct {
	env  golist.Env
	dirs map[string]string // import path by folder, of the packages that were named
	more map[string]string // of other folders, as they are asked for
}

func newOwners(l *golist.Listing) *owners {
	o := &owners{env: l.Env, dirs: map[string]string{}, more: map[string]string{}}
	for _, p := range l.Packages {
		if p.ForTest == "" && p.Dir != "" && o.dirs[p.Dir] == "" {
			o.dirs[p.Dir] = p.ImportPath
		}
	}
	return o
}

// packageOf returns the import path of the package in a folder, "" if nothing tells.
func (o *owners) packageOf(dir string) string {
	if p, ok := o.dirs[dir]; ok {
		return p
	}
	p, ok := o.more[dir]
	if !ok {
		p = o.find(dir)
		o.more[dir] = p
	}
	return p
}

// listed tells whether a folder is that of a package that was named.
func (o *owners) listed(dir string) bool { return o.dirs[dir] != "" }

func (o *owners) find(dir string) string {
	if rel, ok := below(dir, filepath.Join(o.env.GOROOT, "src")); ok && o.env.GOROOT != "" {
		return rel
	}
	if rel, ok := below(dir, o.env.GOMODCACHE); ok && o.env.GOMODCACHE != "" {
		return cachedPath(rel)
	}
	slashed := filepath.ToSlash(dir)
	if _, after, ok := cutLast(slashed, "/vendor/"); ok {
		return after
	}
	return o.inModule(dir)
}

// inModule walks up to the go.mod file.
func (o *owners) inModule(dir string) string {
	for up := dir; ; up = filepath.Dir(up) {
		if data, err := os.ReadFile(filepath.Join(up, "go.mod")); err == nil {
			rel, _ := below(dir, up)
			return path.Join(modulePath(string(data)), rel)
		}
		if up == filepath.Dir(up) {
			return ""
		}
	}
}

// modulePath reads the module directive of a go.mod file.
func modulePath(mod string) string {
	for line := range strings.Lines(mod) {
		fields := strings.Fields(line)
		if len(fields) >= 2 && fields[0] == "module" {
			return strings.Trim(fields[1], "\"`")
		}
	}
	return ""
}

// cachedPath turns a folder of the module cache, "gonum.org/v1/!x@v0.1.0/mat", into an import path: capital letters are written as an exclamation
// mark and the small letter there.
func cachedPath(rel string) string {
	if at := strings.Index(rel, "@"); at >= 0 {
		rest := rel[at:]
		rel = rel[:at]
		if slash := strings.Index(rest, "/"); slash >= 0 {
			rel += rest[slash:]
		}
	}
	var b strings.Builder
	capital := false
	for _, c := range rel {
		if c == '!' {
			capital = true
			continue
		}
		if capital {
			c = unicode.ToUpper(c)
		}
		b.WriteRune(c)
		capital = false
	}
	return b.String()
}

// below returns the way from root to dir with slashes, "" for root itself.
func below(dir, root string) (rel string, ok bool) {
	if dir == root {
		return "", true
	}
	root = strings.TrimSuffix(root, string(filepath.Separator)) + string(filepath.Separator)
	if !strings.HasPrefix(dir, root) {
		return "", false
	}
	return filepath.ToSlash(dir[len(root):]), true
}

func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// display is the shorter of the absolute name and that relative to the working folder.
func (o *owners) display(abs string) string {
	rel, err := filepath.Rel(o.env.Cwd, abs)
	if err != nil || o.env.Cwd == "" || len(rel) >= len(abs) {
		return abs
	}
	return rel
}
