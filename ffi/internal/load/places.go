package load

import (
	"debug/elf"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// linux is a Linux machine as far as the search for a library goes.
type linux struct {
	root   string // the folder that is taken for /: "/", and another one in tests
	exe    string // the executable
	paths  string // LD_LIBRARY_PATH
	musl   bool   // the C library is musl, not glibc
	arch   linuxArch
	exeErr error // why the executable is not known
}

// linuxArch is what depends on the processor.
type linuxArch struct {
	machine elf.Machine
	flags   uint32 // of entries in the cache
	triple  string // of Debian's folders
	musl    string // in the name of musl's configuration
}

var linuxArchs = map[string]linuxArch{
	"amd64": {elf.EM_X86_64, cacheAMD64, "x86_64-linux-gnu", "x86_64"},
	"arm64": {elf.EM_AARCH64, cacheARM64, "aarch64-linux-gnu", "aarch64"},
}

var errEmptyEntry = errors.New("an empty entry means the current folder, which is not searched")

// places returns where libraries are looked for, in order.
func (l *linux) places() []place {
	return slices.Concat([]place{beside(l.exe, l.exeErr)}, listed("LD_LIBRARY_PATH", l.paths), []place{l.system()})
}

// beside is the executable's folder.
func beside(exe string, err error) place {
	if err != nil {
		return place{name: "the executable's folder", none: err}
	}
	return place{dirs: []string{filepath.Dir(exe)}}
}

// listed is the folders of an environment variable.
func listed(variable, value string) []place {
	var places []place
	for _, dir := range entries(value) {
		if dir == "" {
			places = append(places, place{name: variable, none: errEmptyEntry})
		} else {
			places = append(places, place{dirs: []string{dir}})
		}
	}
	return places
}

// entries splits LD_LIBRARY_PATH as the loader does. A variable that is set but empty has no entries.
func entries(variable string) []string {
	if variable == "" {
		return nil
	}
	return strings.Split(strings.ReplaceAll(variable, ";", ":"), ":")
}

// system is where the loader looks by itself.
func (l *linux) system() place {
	if l.musl {
		return place{name: "the system", dirs: l.muslFolders(), asked: true}
	}
	return place{
		name:  "the system",
		dirs:  l.folders("/usr/local/lib", "/lib/"+l.arch.triple, "/usr/lib/"+l.arch.triple, "/lib64", "/usr/lib64", "/lib", "/usr/lib"),
		cache: readCache(filepath.Join(l.root, "etc/ld.so.cache"), l.arch.flags),
		asked: true,
	}
}

// muslFolders returns what musl's configuration lists, separated by colons or lines, or musl's default.
func (l *linux) muslFolders() []string {
	text, err := os.ReadFile(filepath.Join(l.root, "etc/ld-musl-"+l.arch.musl+".path"))
	if err != nil {
		return l.folders("/lib", "/usr/local/lib", "/usr/lib")
	}
	isBreak := func(r rune) bool { return r == ':' || r == '\n' }
	return l.folders(strings.FieldsFunc(string(text), isBreak)...)
}

// folders returns those folders, which are absolute, of the machine. Several names of one folder count once.
func (l *linux) folders(list ...string) []string {
	var folders []string
	var seen []os.FileInfo
	for _, dir := range list {
		dir = filepath.Join(l.root, dir)
		info, err := os.Stat(dir)
		if err == nil && slices.ContainsFunc(seen, func(s os.FileInfo) bool { return os.SameFile(s, info) }) {
			continue
		}
		if err == nil {
			seen = append(seen, info)
		}
		folders = append(folders, dir)
	}
	return folders
}

// darwin is a Mac as far as the search for a library goes.
type darwin struct {
	root   string // the folder that is taken for /: "/", and another one in tests
	exe    string // the executable
	exeErr error  // why it is not known
	paths  string // DYLD_LIBRARY_PATH
}

// places returns where libraries are looked for, in order. Many of the system's libraries are no files: the loader has them
// in a cache of its own, and only it can tell whether one exists.
func (d *darwin) places(n names) []place {
	folders := []string{"usr/local/lib", "opt/homebrew/lib"}
	if n.framework() {
		folders = []string{"Library/Frameworks"}
	}
	for i := range folders {
		folders[i] = filepath.Join(d.root, folders[i])
	}
	return slices.Concat([]place{beside(d.exe, d.exeErr)}, listed("DYLD_LIBRARY_PATH", d.paths), []place{
		{name: strings.Join(folders, ", "), dirs: folders},
		{name: "the system", asked: true},
	})
}
