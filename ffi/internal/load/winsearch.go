package load

import (
	"errors"
	"path/filepath"
	"strings"
)

// windowsNames takes "zlib1.dll" as it is, and "zlib1" for "zlib1.dll", "libzlib1.dll", or a version of either as MinGW names them,
// "libzlib1-6.dll".
func windowsNames(name, version string) names {
	if isPEName(name) {
		if version != "" {
			at := len(name) - len(".dll")
			name = name[:at] + "-" + version + name[at:]
		}
		return names{files: []string{name}}
	}
	stems := []string{name, "lib" + name}
	if strings.HasPrefix(name, "lib") {
		stems = stems[:1]
	}
	var n names
	for _, stem := range stems {
		if version != "" {
			n.files = append(n.files, stem+"-"+version+".dll")
			continue
		}
		n.files = append(n.files, stem+".dll")
		n.versions = append(n.versions, pattern{stem + "-", ".dll"})
	}
	return n
}

func isPEName(name string) bool { return strings.EqualFold(filepath.Ext(name), ".dll") }

// windowsHost is a Windows machine as far as the search for a library goes.
type windowsHost struct {
	exe    string   // the executable
	exeErr error    // why it is not known
	system string   // the folder of the system's libraries
	paths  []string // of PATH
}

var errRelative = errors.New("a folder that depends on the current one is not searched")

// places returns where libraries are looked for, in order: where Windows looks, but never in the current folder.
func (w *windowsHost) places() []place {
	places := []place{beside(w.exe, w.exeErr), {name: "the system", dirs: []string{w.system}, asked: true}}
	for _, dir := range w.paths {
		switch {
		case filepath.IsAbs(dir):
			places = append(places, place{dirs: []string{dir}})
		case dir != "":
			places = append(places, place{name: "PATH's " + dir, none: errRelative})
		}
	}
	return places
}
