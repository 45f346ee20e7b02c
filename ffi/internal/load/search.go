package load

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// place is one step of a search.
type place struct {
	name  string   // for messages; "" for a single folder, which names itself
	dirs  []string // its folders
	cache *cache   // the loader's cache, nil for none
	asked bool     // the system's loader is asked too
	none  error    // why the place cannot be searched, nil when it can
}

// search is the search for one bare name. The functions are the machine's; tests give others.
type search struct {
	names   names
	open    func(path string) (*Image, error) // loads a file that was inspected
	inspect func(path string) error           // tells why a file is no library for this program
	ask     func(file string) (*Image, error) // asks the system's loader for a file by its name alone
	traps   []string                          // folders that the loader would look into by itself; "" is the current one
	tried   attempts
}

// run returns the library from the first place that has it.
func (s *search) run(places []place) (*Image, error) {
	s.tried.what = "a library named " + s.names.String()
	for _, p := range places {
		if p.none != nil {
			s.tried.note(p.name, p.none)
			continue
		}
		if img, err := s.in(p); img != nil || err != nil {
			return img, err
		}
	}
	s.hint()
	return nil, &s.tried
}

// in looks for the exact names in a place, then for a version. It returns nothing when the place has neither.
func (s *search) in(p place) (*Image, error) {
	for _, file := range s.names.files {
		if img := s.exact(p, file); img != nil {
			return img, nil
		}
	}
	files, err := s.version(p)
	if err != nil || len(files) == 0 {
		return nil, err
	}
	return s.exact(p, files[0]), nil
}

// exact looks for one file name in a place. The system's loader goes first where it may be asked: it
// knows which of several builds suits the processor best, and what is loaded already.
func (s *search) exact(p place, file string) *Image {
	paths := p.paths(file)
	if p.asked {
		if img := s.loader(file, paths); img != nil {
			return img
		}
	}
	for _, path := range paths {
		img, err := s.load(path)
		if err == nil {
			return img
		}
		s.tried.note(path, err)
	}
	if p.cache != nil && len(p.cache.paths(file)) == 0 {
		s.tried.note(p.cache.file, p.cache.missing(file))
	}
	return nil
}

// paths returns where the file may lie in a place.
func (p place) paths(file string) []string {
	var paths []string
	if p.cache != nil {
		paths = p.cache.paths(file)
	}
	for _, dir := range p.dirs {
		if path := filepath.Join(dir, file); !slices.Contains(paths, path) {
			paths = append(paths, path)
		}
	}
	return paths
}

// loader asks the system's loader, unless that could lead it into the current folder or to a file that it cannot
// be trusted with: it maps a truncated file and dies of it.
func (s *search) loader(file string, paths []string) *Image {
	const place = "the system's loader"
	for _, dir := range s.traps {
		if dir != "" {
			paths = append(paths, filepath.Join(dir, file))
		} else {
			s.tried.note(place, errors.New("it is not asked, because it would look in the current folder"))
			return nil
		}
	}
	for _, path := range paths {
		if err := s.inspect(path); err != nil && !errors.Is(err, ErrNotFound) {
			s.tried.note(place, fmt.Errorf("it is not asked, because it would take %s", path))
			return nil
		}
	}
	img, err := s.ask(file)
	if err != nil {
		s.tried.note(place, err)
	}
	return img
}

// maxScripts is how many linker scripts may lead from one to the next.
const maxScripts = 4

// load loads the file at a path, or the one that a linker script there leads to.
func (s *search) load(path string) (*Image, error) {
	err := s.inspect(path)
	for range maxScripts {
		script := (*scriptError)(nil)
		if !errors.As(err, &script) || script.target == "" {
			break
		}
		path = script.path(filepath.Dir(path))
		err = s.inspect(path)
		if err != nil {
			err = fmt.Errorf("a linker script leads to %s: %w", path, err)
		}
	}
	if err != nil {
		return nil, err
	}
	return s.open(path)
}

// version returns the names of the file of the one major version that a place has. Several are an error. The
// folders count only where the cache knows none.
func (s *search) version(p place) ([]string, error) {
	if p.cache != nil {
		files, err := s.only(p, p.cache.files())
		if err != nil || len(files) != 0 {
			return files, err
		}
	}
	var files []string
	for _, dir := range p.dirs {
		list, err := os.ReadDir(dir)
		if err != nil {
			continue // that the folder cannot be read was noted for the exact names
		}
		for _, entry := range list {
			files = append(files, entry.Name())
		}
	}
	return s.only(p, files)
}

// only picks the files that are versions of the library and sound, and of those the one major version.
func (s *search) only(p place, files []string) ([]string, error) {
	byVersion := map[string]string{}
	var versions []string
	for _, file := range files {
		v := s.names.version(file)
		if v != "" && byVersion[v] == "" && s.sound(p, file) {
			byVersion[v] = file
			versions = append(versions, v)
		}
	}
	var found []string
	for _, v := range majors(versions) {
		found = append(found, byVersion[v])
	}
	slices.Sort(found)
	if len(found) > 1 {
		return nil, fmt.Errorf("%w: %s has %s: name one of them", ErrAmbiguous, p, strings.Join(found, ", "))
	}
	return found, nil
}

// sound reports whether a place has a file that is a library for this program.
func (s *search) sound(p place, file string) bool {
	for _, path := range p.paths(file) {
		err := s.inspect(path)
		if err == nil {
			return true
		}
		if !errors.Is(err, ErrNotFound) {
			s.tried.note(path, err)
		}
	}
	return false
}

// String names the place.
func (p place) String() string {
	if p.name != "" {
		return p.name
	}
	return strings.Join(p.dirs, ", ")
}

// hint adds the library that lies in the current folder, if there is one.
func (s *search) hint() {
	for _, file := range s.names.files {
		if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() {
			s.tried.note("./"+file, fmt.Errorf("the current folder is not searched; if you mean this file, write %q", "./"+file))
		}
	}
}
