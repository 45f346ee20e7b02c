package gen

import (
	"bufio"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// folder returns the folder of a .kg file or, of a folder, itself.
func folder(name string) string {
	if strings.HasSuffix(name, ".kg") {
		return filepath.Dir(name)
	}
	return filepath.Clean(name)
}

// importPath returns the import path of the package in the folder, from the go.mod above it; without one
// the package's name.
func importPath(dir, name string) string {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return name
	}
	for root := abs; ; root = filepath.Dir(root) {
		if module := moduleOf(filepath.Join(root, "go.mod")); module != "" {
			rel, err := filepath.Rel(root, abs)
			if err != nil {
				return name
			}
			return path.Join(module, filepath.ToSlash(rel))
		}
		if filepath.Dir(root) == root {
			return name
		}
	}
}

// moduleOf returns the module path that a go.mod file declares, or nothing.
func moduleOf(file string) string {
	f, err := os.Open(file)
	if err != nil {
		return ""
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		if rest, ok := strings.CutPrefix(strings.TrimSpace(s.Text()), "module"); ok {
			return strings.Trim(strings.TrimSpace(rest), `"`)
		}
	}
	return ""
}
