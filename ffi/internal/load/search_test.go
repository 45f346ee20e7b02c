package load

import (
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// fakeELF is the least that counts as a library: a header and a dynamic segment.
func fakeELF(machine elf.Machine) []byte {
	h := elf.Header64{Type: uint16(elf.ET_DYN), Machine: uint16(machine), Phoff: headerSize, Phentsize: segmentSize, Phnum: 1}
	copy(h.Ident[:], elf.ELFMAG)
	h.Ident[elf.EI_CLASS], h.Ident[elf.EI_DATA] = byte(elf.ELFCLASS64), byte(elf.ELFDATA2LSB)
	data, _ := binary.Append(nil, binary.LittleEndian, &h) // no error: the sizes are fixed
	data, _ = binary.Append(data, binary.LittleEndian, &elf.Prog64{Type: uint32(elf.PT_DYNAMIC), Filesz: 1})
	return data
}

// scene is a made-up machine of testdata/search.txt. Its root is a folder of the test's.
type scene struct {
	t       *testing.T
	root    string
	system  string          // "linux" or "darwin"
	paths   string          // the loader's variable
	loader  map[string]bool // what the loader finds by itself
	entries []cached        // of its cache
	musl    bool
}

// TestSearchScenes plays the scenes, which say what commands there are.
func TestSearchScenes(t *testing.T) {
	text, err := os.ReadFile("testdata/search.txt")
	if err != nil {
		t.Fatal(err)
	}
	_, scenes, _ := strings.Cut(string(text), "\n== ")
	for one := range strings.SplitSeq(scenes, "\n== ") {
		title, commands, _ := strings.Cut(one, "\n")
		t.Run(title, func(t *testing.T) {
			s := &scene{t: t, root: t.TempDir(), system: "linux", loader: map[string]bool{}}
			t.Chdir(s.folder("/cwd"))
			for line := range strings.Lines(commands) {
				if line = strings.TrimSpace(line); line != "" {
					s.play(line)
				}
			}
		})
	}
}

// play executes one command.
func (s *scene) play(line string) {
	s.t.Helper()
	verb, rest, _ := strings.Cut(line, " ")
	first, second, _ := strings.Cut(strings.TrimSpace(rest), " ")
	second = strings.TrimSpace(second)
	switch verb {
	case "system":
		s.system = first
	case "musl":
		s.musl = true
	case "lib":
		s.write(first, string(fakeELF(elf.EM_X86_64)))
	case "foreign":
		s.write(first, string(fakeELF(elf.EM_AARCH64)))
	case "text":
		s.write(first, strings.ReplaceAll(second, "R/", s.root+"/"))
	case "link":
		s.folder(filepath.Dir(first))
		s.must(os.Symlink(second, filepath.Join(s.root, first)))
	case "cache":
		s.entries = append(s.entries, cached{filepath.Base(first), filepath.Join(s.root, first), second == ""})
	case "loader":
		s.loader[first] = true
	case "variable":
		s.paths = strings.ReplaceAll(first, "/", s.root+"/")
	case "load":
		name, want, _ := strings.Cut(rest, "=>")
		s.load(strings.TrimSpace(name), strings.TrimSpace(want))
	default:
		s.t.Fatalf("unknown command %q", line)
	}
}

func (s *scene) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *scene) folder(path string) string {
	path = filepath.Join(s.root, path)
	s.must(os.MkdirAll(path, 0o755))
	return path
}

func (s *scene) write(path, text string) {
	s.folder(filepath.Dir(path))
	s.must(os.WriteFile(filepath.Join(s.root, path), []byte(text), 0o644))
}

var errNotAsked = errors.New("cannot open shared object file")

// load searches for a name and compares what would be opened, or words of the error.
func (s *scene) load(name, want string) {
	s.t.Helper()
	name, version, _ := strings.Cut(name, " ")
	opened := ""
	search := &search{
		inspect: func(path string) error {
			return inspect(path, func(file io.ReaderAt, size int64) error { return checkELF(file, size, elf.EM_X86_64) })
		},
		open: func(path string) (*Image, error) { opened = path; return &Image{}, nil },
		ask: func(file string) (*Image, error) {
			if !s.loader[file] {
				return nil, errNotAsked
			}
			opened = "loader: " + file
			return &Image{}, nil
		},
	}
	_, err := search.run(s.places(search, name, version))
	got := strings.ReplaceAll(opened, s.root, "")
	if err != nil {
		got = strings.ReplaceAll(err.Error(), s.root, "")
	}
	for word := range strings.SplitSeq(want, "|") {
		if err == nil && got != want || !strings.Contains(got, strings.TrimSpace(word)) {
			s.t.Errorf("load %s %s:\n got %s\nwant %s", name, version, got, want)
		}
	}
}

// places completes the search and returns where it goes.
func (s *scene) places(search *search, name, version string) []place {
	exe := filepath.Join(s.folder("/app"), "program")
	if s.system == "darwin" {
		search.names = darwinNames(name, version)
		return (&darwin{root: s.root, exe: exe, paths: s.paths}).places(search.names)
	}
	search.names = linuxNames(name, version)
	search.traps = entries(s.paths)
	if s.entries != nil {
		s.write("/etc/ld.so.cache", string(encodeCache(s.entries, cacheAMD64)))
	}
	return (&linux{root: s.root, exe: exe, paths: s.paths, musl: s.musl, arch: linuxArchs["amd64"]}).places()
}

func TestNames(t *testing.T) {
	tests := []struct {
		got  names
		want string
	}{
		{linuxNames("m", ""), "libm.so or libm.so.*"},
		{linuxNames("m", "6"), "libm.so.6"},
		{linuxNames("libm", ""), "libm.so or liblibm.so or libm.so.* or liblibm.so.*"},
		{linuxNames("libm.so", ""), "libm.so or libm.so.*"},
		{linuxNames("libm.so", "6"), "libm.so.6"},
		{linuxNames("libm.so.6", ""), "libm.so.6"},
		{linuxNames("plugin.so", ""), "plugin.so or plugin.so.*"},
		{linuxNames("glib-2.0", ""), "libglib-2.0.so or libglib-2.0.so.*"},
		{darwinNames("z", ""), "libz.dylib or libz.*.dylib"},
		{darwinNames("z", "1"), "libz.1.dylib"},
		{darwinNames("libz.1.dylib", ""), "libz.1.dylib or libz.1.*.dylib"},
		{darwinNames("plugin.bundle", ""), "plugin.bundle"},
		{darwinNames("Metal.framework", ""), "Metal.framework/Metal"},
	}
	for _, test := range tests {
		if got := test.got.String(); got != test.want {
			t.Errorf("got %s, want %s", got, test.want)
		}
	}
}

func TestMajors(t *testing.T) {
	for versions, want := range map[string]string{
		"6":               "6",
		"6 6.0.1":         "6",
		"6.0.1 6":         "6",
		"1 10":            "1 10",
		"1.0.0 1.1":       "1.0.0 1.1",
		"1 1.2.3 1.2.4 2": "1 2",
		"":                "",
	} {
		if got := fmt.Sprint(majors(strings.Fields(versions))); got != "["+want+"]" {
			t.Errorf("majors of %s are %s, want %s", versions, got, want)
		}
	}
}
