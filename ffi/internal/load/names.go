package load

import (
	"regexp"
	"slices"
	"strings"
)

// names is what the bare name of a library may stand for.
type names struct {
	files    []string  // names of files, the best first
	versions []pattern // what the versions of these are called, when none was named
}

// pattern is the names of a library's versions: prefix, version, suffix.
type pattern struct{ prefix, suffix string }

// String describes the names for messages.
func (n names) String() string {
	list := slices.Clone(n.files)
	for _, p := range n.versions {
		list = append(list, p.prefix+"*"+p.suffix)
	}
	return strings.Join(list, " or ")
}

// version returns the version that a file's name tells, "" when it is not one of the library.
func (n names) version(file string) string {
	for _, p := range n.versions {
		rest, ok := strings.CutPrefix(file, p.prefix)
		if v, isVersion := strings.CutSuffix(rest, p.suffix); ok && isVersion && number.MatchString(v) {
			return v
		}
	}
	return ""
}

var number = regexp.MustCompile(`^[0-9]+(\.[0-9]+)*$`)

// linuxNames takes "libm.so.6" as it is, "libm.so" as that or a version of it, and "m" and "libm" for "libm.so".
func linuxNames(name, version string) names {
	var n names
	for _, file := range stems(name, isELFName, ".so") {
		switch {
		case version != "":
			n.files = append(n.files, file+"."+version)
		case strings.HasSuffix(file, ".so"):
			n.files = append(n.files, file)
			n.versions = append(n.versions, pattern{prefix: file + "."})
		default:
			n.files = append(n.files, file)
		}
	}
	return n
}

// darwinNames takes "libz.1.dylib" as it is, "z" and "libz" for "libz.dylib" or a version of it, and
// "Metal.framework" for the framework's library.
func darwinNames(name, version string) names {
	if framework, ok := strings.CutSuffix(name, ".framework"); ok {
		return names{files: []string{name + "/" + framework}}
	}
	var n names
	for _, file := range stems(name, isMachOName, ".dylib") {
		stem, isDylib := strings.CutSuffix(file, ".dylib")
		switch {
		case isDylib && version != "":
			n.files = append(n.files, stem+"."+version+".dylib")
		case isDylib:
			n.files = append(n.files, file)
			n.versions = append(n.versions, pattern{stem + ".", ".dylib"})
		default:
			n.files = append(n.files, file)
		}
	}
	return n
}

// framework reports whether the name is one of macOS' frameworks.
func (n names) framework() bool { return strings.Contains(n.files[0], ".framework/") }

// stems returns the file names, without a version, that a name may stand for: itself if it is one, else with
// the usual prefix and the extension.
func stems(name string, isFile func(string) bool, extension string) []string {
	switch {
	case isFile(name):
		return []string{name}
	case strings.HasPrefix(name, "lib"):
		return []string{name + extension, "lib" + name + extension}
	}
	return []string{"lib" + name + extension}
}

func isELFName(name string) bool {
	return strings.HasSuffix(name, ".so") || strings.Contains(name, ".so.")
}

func isMachOName(name string) bool {
	return strings.HasSuffix(name, ".dylib") || strings.HasSuffix(name, ".so") || strings.HasSuffix(name, ".bundle")
}

// majors drops each version that is a finer one of another, so that "6" stands for "6.0.1" where both are there.
func majors(versions []string) []string {
	return slices.DeleteFunc(slices.Clone(versions), func(v string) bool {
		return slices.ContainsFunc(versions, func(other string) bool { return strings.HasPrefix(v, other+".") })
	})
}
