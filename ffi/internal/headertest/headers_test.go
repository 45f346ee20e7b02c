package headertest

import (
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/kgen-go/kgen/csrc/csrctest"
	"github.com/kgen-go/kgen/ffi/cdecl"
	"github.com/kgen-go/kgen/ffi/cdecl/cdecltest"
	"github.com/kgen-go/kgen/ffi/ctype"
	"github.com/kgen-go/kgen/ffi/ctype/ctypetest"
)

// set is some headers that one C file can include, in this order.
type set struct {
	headers, include, define []string
}

func (s set) text() string {
	var b strings.Builder
	for _, h := range s.headers {
		fmt.Fprintf(&b, "#include <%s>\n", h)
	}
	return b.String()
}

func (s set) String() string {
	if n := len(s.headers); n > 1 {
		return fmt.Sprintf("%s to %s", s.headers[0], s.headers[n-1])
	}
	return s.headers[0]
}

// flags are those of the compiler.
func (s set) flags() (list []string) {
	for _, dir := range s.include {
		list = append(list, "-I"+dir)
	}
	for _, macro := range s.define {
		list = append(list, "-D"+macro)
	}
	return list
}

// known are sizes that went wrong elsewhere: packed structs and bit-fields that share a unit with what is before them.
var known = map[string]int64{"struct epoll_event": 12, "struct _GIOChannel": 112, "struct __sk_buff": 192}

// TestHeaders compares the layouts of all records in the headers of libraries and of the kernel with gcc's, each bit of bit-fields included.
func TestHeaders(t *testing.T) {
	target := ctype.Target{OS: "linux", Arch: "amd64"}
	gcc := csrctest.Need(t, "x86_64-linux-gnu-gcc", "gcc")
	sets := []set{{headers: []string{"sys/epoll.h"}}}
	for _, h := range cdecltest.Libraries {
		cdecltest.Need(t, h)
		sets = append(sets, set{[]string{h.Name}, h.Include, h.Define})
	}
	sets = append(sets, kernelSets(t, gcc)...)
	found, records := map[string]int64{}, 0
	for _, s := range sets {
		types := recordsOf(t, target, s)
		records += len(types)
		for _, typ := range types {
			if known[typ.String()] != 0 {
				found[typ.String()], _ = target.Sizeof(typ)
			}
		}
		compare(t, target, gcc, s, types)
	}
	t.Logf("%d records in %d sets of headers", records, len(sets))
	for name, size := range known {
		if found[name] != size {
			t.Errorf("%s has %d bytes, want %d", name, found[name], size)
		}
	}
}

// kernelSets returns the headers of the kernel in sets that compile.
func kernelSets(t *testing.T, gcc string) (sets []set) {
	t.Helper()
	headers := kernelHeaders(t)
	if testing.Short() {
		headers = []string{"linux/bpf.h"}
	}
	alone := 0
	for _, s := range split(set{headers: headers}, gcc) {
		if s.headers == nil {
			alone++
			continue
		}
		sets = append(sets, s)
	}
	t.Logf("%d of %d headers of the kernel cannot be included by a program as they are", alone, len(headers))
	if alone > len(headers)/20 {
		t.Error("too many are left out")
	}
	return sets
}

// kernelHeaders lists the headers of Linux for programs.
func kernelHeaders(t *testing.T) (list []string) {
	const root = "/usr/include"
	err := filepath.WalkDir(root+"/linux", func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".h") {
			list = append(list, strings.TrimPrefix(path, root+"/"))
		}
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		csrctest.Missing(t, "no folder %s in /usr/include", "linux")
	}
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// split divides the headers into sets that compile. A header that does not compile alone is a set without headers.
func split(s set, gcc string) []set {
	cmd := exec.Command(gcc, append(s.flags(), "-fsyntax-only", "-Wfatal-errors", "-w", "-x", "c", "-")...)
	cmd.Stdin = strings.NewReader(s.text())
	if cmd.Run() == nil {
		return []set{s}
	}
	n := len(s.headers)
	if n == 1 {
		return []set{{}}
	}
	a, b := s, s
	a.headers, b.headers = s.headers[:n/2], s.headers[n/2:]
	return append(split(a, gcc), split(b, gcc)...)
}

// recordsOf reads a set and returns the records that have a name and a layout.
func recordsOf(t *testing.T, target ctype.Target, s set) (list []*ctype.Type) {
	t.Helper()
	u, err := cdecl.Text(s.String(), s.text(), cdecl.Config{Target: target, Include: s.include, Define: s.define, System: true})
	if err != nil {
		t.Errorf("%s: %v", s, err)
	}
	seen := map[*ctype.Record]bool{}
	for _, d := range u.Types {
		typ := d.Type
		if !typ.Kind.IsRecord() || !typ.IsComplete() || seen[typ.Record] || typ.Typedef == "" && typ.Record.Tag == "" {
			continue
		}
		seen[typ.Record] = true
		if _, err := target.Layout(typ); errors.Is(err, ctype.ErrVector) {
			continue // refused with a message
		} else if err != nil {
			t.Errorf("%s: %v", d.Pos, err)
			continue
		}
		list = append(list, typ)
	}
	return list
}

// compare compares the layouts of some records with gcc's.
func compare(t *testing.T, target ctype.Target, gcc string, s set, types []*ctype.Type) {
	t.Helper()
	probe := ctypetest.Probe{
		Compiler: append([]string{gcc}, s.flags()...),
		Prologue: s.text() + withoutMacros(types),
		Layout:   target.Layout,
	}
	diffs, err := probe.Compare(t.TempDir(), types)
	if err != nil {
		t.Errorf("%s: %v", s, err)
	}
	for _, d := range diffs {
		t.Errorf("%s: %s", s, d)
	}
}

// withoutMacros removes the macros that are named like fields, as st_atime is in sys/stat.h.
func withoutMacros(types []*ctype.Type) string {
	var names []string
	for _, t := range types {
		names = appendFields(names, t)
	}
	slices.Sort(names)
	var b strings.Builder
	for _, name := range slices.Compact(names) {
		fmt.Fprintf(&b, "#undef %s\n", name)
	}
	return b.String()
}

func appendFields(names []string, t *ctype.Type) []string {
	for _, f := range t.Record.Fields {
		if f.Name != "" {
			names = append(names, f.Name)
		}
		if f.Type.Kind.IsRecord() {
			names = appendFields(names, f.Type)
		}
	}
	return names
}
