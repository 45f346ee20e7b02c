package gen

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// stalePatterns are the names of all files that kgen generates for a package, but for libraries: those
// go with the manifest beside them.
var stalePatterns = []string{"*_kg.go", "*_kgc_*.go", cFolder + "/*.c", cFolder + "/*.h", cFolder + "/*/lib*.txt"}

// removeStale removes the generated files of the folder that the result no longer has: those of a target
// that was left out, or of a package that was renamed.
func (r *Result) removeStale(keep []string) (removed []string, err error) {
	if !r.options.Go {
		return nil, nil
	}
	for _, pattern := range stalePatterns {
		names, err := filepath.Glob(filepath.Join(globEscape(r.Dir), pattern))
		if err != nil {
			return removed, err
		}
		for _, name := range names {
			if slices.Contains(keep, name) {
				continue
			}
			gone, err := removeGenerated(name)
			removed = append(removed, gone...)
			if err != nil {
				return removed, err
			}
		}
	}
	for _, name := range removed {
		for dir := filepath.Dir(name); dir != r.Dir && os.Remove(dir) == nil; dir = filepath.Dir(dir) {
			// a folder that is empty now goes, and perhaps the one that it is in
		}
	}
	return removed, nil
}

// removeGenerated removes a file if kgen generated it, and with a library's manifest the library.
func removeGenerated(name string) (removed []string, err error) {
	data, err := os.ReadFile(name)
	if err != nil || !isGenerated(data) {
		return nil, err
	}
	names := []string{name}
	if stem, ok := strings.CutSuffix(name, ".txt"); ok {
		names = append(names, stem+".so")
	}
	for _, name := range names {
		err := os.Remove(name)
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			return removed, err
		}
		removed = append(removed, name)
	}
	return removed, nil
}

// globEscape keeps a folder's name from being read as a pattern.
func globEscape(dir string) string {
	return strings.NewReplacer(`[`, `\[`, `*`, `\*`, `?`, `\?`, `\`, `\\`).Replace(dir)
}
