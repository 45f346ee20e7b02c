package serve

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"

	"github.com/kgen-go/kgen/annotate/report"
)

// watcher watches folders, never files: editors save by renaming a new file to the name of the old one. A folder that is deleted is
// watched again when it comes back, for which the nearest folder above it is watched in the meantime.
type watcher struct {
	fs     *fsnotify.Watcher
	trees  []string
	files  map[string]bool // to watch whatever they are called
	wanted map[string]bool // folders to watch
	failed map[string]bool // folders that cannot be watched, which has been said
	grown  bool            // folders may have appeared in the trees
	say    func(format string, args ...any)
}

// Trees lists the folders that patterns with "..." search, for Config.Trees. dir is the folder that relative patterns begin in. A pattern of
// import paths has none: the folders of its packages are in the report.
func Trees(dir string, patterns []string) []string {
	var trees []string
	for _, pattern := range patterns {
		root, _, found := strings.Cut(filepath.ToSlash(pattern), "...")
		switch root = root[:strings.LastIndex(root, "/")+1]; {
		case !found:
		case filepath.IsAbs(pattern):
			trees = append(trees, filepath.FromSlash(root))
		case strings.HasPrefix(root, "./") || strings.HasPrefix(root, "../"):
			trees = append(trees, filepath.Join(dir, root))
		}
	}
	return trees
}

// newWatcher prepares to watch; refresh begins. All paths become absolute.
func newWatcher(trees, files []string, say func(string, ...any)) (*watcher, error) {
	notify, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	w := &watcher{
		fs: notify, files: make(map[string]bool), wanted: make(map[string]bool), failed: make(map[string]bool), grown: true, say: say,
	}
	for _, tree := range trees {
		abs, err := filepath.Abs(tree)
		if err != nil {
			return nil, errors.Join(err, notify.Close())
		}
		w.trees = append(w.trees, abs)
		w.wanted[abs] = true
	}
	for _, file := range files {
		abs, err := filepath.Abs(file)
		if err != nil {
			return nil, errors.Join(err, notify.Close())
		}
		w.files[abs] = true
		w.wanted[filepath.Dir(abs)] = true
	}
	return w, nil
}

// relevant reports whether an event can change a report.
func (w *watcher) relevant(e fsnotify.Event) bool {
	if e.Op == fsnotify.Chmod || skipped(e.Name) && !w.wanted[e.Name] && !w.files[e.Name] {
		return false
	}
	if w.files[e.Name] || w.wanted[e.Name] && e.Op != fsnotify.Write || isSource(e.Name) {
		return true
	}
	if !e.Has(fsnotify.Create) {
		return false
	}
	info, err := os.Stat(e.Name)
	if err != nil || !info.IsDir() {
		return false
	}
	w.grown = true
	return true
}

// skipped reports whether the Go command passes over a file or folder because of its name.
func skipped(path string) bool {
	name := filepath.Base(path)
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")
}

// isSource reports whether a file can change what a compiler says.
func isSource(path string) bool {
	switch filepath.Base(path) {
	case "go.mod", "go.work", "modules.txt", "default.pgo":
		return true
	}
	return slices.Contains([]string{".go", ".kg", ".c", ".h", ".cc", ".cpp", ".cxx", ".hpp", ".m", ".s", ".S"}, filepath.Ext(path))
}

// follow adds folders, and reports whether a source in one of the new ones changed after the time, when nobody watched, or a folder is gone.
func (w *watcher) follow(folders []string, since time.Time) bool {
	var added []string
	for _, folder := range folders {
		if !w.wanted[folder] {
			w.wanted[folder] = true
			added = append(added, folder)
		}
	}
	return w.refresh() || slices.ContainsFunc(added, func(folder string) bool { return touched(folder, since) })
}

// tick is by how much the time of a file may lag behind the clock.
const tick = 10 * time.Millisecond

// touched reports whether a folder or a source in it changed after a time.
func touched(folder string, since time.Time) bool {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return true
	}
	for _, entry := range entries {
		if !isSource(entry.Name()) || skipped(entry.Name()) {
			continue
		}
		if info, err := entry.Info(); err != nil || info.ModTime().After(since.Add(-tick)) {
			return true
		}
	}
	info, err := os.Stat(folder)
	return err != nil || info.ModTime().After(since.Add(-tick))
}

// refresh watches all wanted folders that are there and not watched, and for one that is not there the nearest above. It reports whether one that was
// watched is gone.
func (w *watcher) refresh() (gone bool) {
	if w.grown {
		w.grown = false
		for _, tree := range w.trees {
			w.grow(tree)
		}
	}
	watched := make(map[string]bool)
	for _, folder := range w.fs.WatchList() {
		if exists(folder) {
			watched[folder] = true
		} else {
			w.fs.Remove(folder) // whose end goes unannounced as long as it is some program's working folder
			gone = true
		}
	}
	for _, folder := range slices.Sorted(maps.Keys(w.wanted)) {
		w.watch(folder, watched)
	}
	return gone
}

func (w *watcher) watch(folder string, watched map[string]bool) {
	for !watched[folder] {
		err := w.fs.Add(folder)
		if err == nil {
			watched[folder] = true
			return
		}
		above := filepath.Dir(folder)
		if !errors.Is(err, fs.ErrNotExist) || above == folder {
			if !w.failed[folder] {
				w.failed[folder] = true
				w.say("changes in %s go unnoticed: %v", folder, err)
			}
			return
		}
		folder = above
	}
}

// grow wants all folders of a tree that "..." of a pattern would match.
func (w *watcher) grow(tree string) {
	filepath.WalkDir(tree, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return nil // what cannot be read holds no package
		}
		name := d.Name()
		if path != tree && (skipped(path) || name == "testdata" || name == "vendor" || name == "node_modules") {
			return filepath.SkipDir
		}
		w.wanted[path] = true
		return nil
	})
}

// folders lists the folders whose files a report came from, and those above that hold their go.mod and go.work.
func folders(r *report.Report) []string {
	found := make(map[string]bool)
	for _, p := range r.Packages {
		// A package that was not named is of interest if it can change: if it is neither of the standard library nor of a module's release.
		if p.Dir != "" && (p.Named || p.Module != "" && !strings.Contains(p.Dir, "@")) {
			found[p.Dir] = true
		}
	}
	for _, f := range r.Files {
		if f.Abs != "" && f.Language != "go" {
			found[filepath.Dir(f.Abs)] = true
		}
	}
	for _, folder := range slices.Collect(maps.Keys(found)) {
		for above := folder; ; above = filepath.Dir(above) {
			if exists(filepath.Join(above, "go.mod")) || exists(filepath.Join(above, "go.work")) {
				found[above] = true
			}
			if above == filepath.Dir(above) {
				break
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
