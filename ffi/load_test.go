//go:build linux && !android && (amd64 || arm64) && !noffi

package ffi_test

import (
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/fstest"

	"github.com/kgen-go/kgen/csrc/csrctest"
	"github.com/kgen-go/kgen/ffi"
	"github.com/kgen-go/kgen/ffi/internal/ffitest"
)

func read(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// patched returns a copy of the bytes with some replaced.
func patched(data []byte, at int, with ...byte) []byte {
	data = append([]byte(nil), data...)
	copy(data[at:], with)
	return data
}

// wantError checks the kind, and that the message is located and holds the words.
func wantError(t *testing.T, err error, op, lib string, kind error, words ...string) {
	t.Helper()
	var e *ffi.Error
	if !errors.As(err, &e) {
		t.Fatalf("error %v, want an *ffi.Error", err)
	}
	if e.Op != op || e.Lib != lib {
		t.Errorf("the error is about %q of %q, want %q of %q", e.Op, e.Lib, op, lib)
	}
	if kind != nil && !errors.Is(err, kind) {
		t.Errorf("error %q is not %q", err, kind)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("error %q lacks %q", err, w)
		}
	}
}

// otherMachine is the architecture that the tests do not run on.
func otherMachine() (elf.Machine, string) {
	if runtime.GOARCH == "arm64" {
		return elf.EM_X86_64, "x86_64"
	}
	return elf.EM_AARCH64, "aarch64"
}

// TestBadContent loads files that are no libraries, by path and from a file system.
func TestBadContent(t *testing.T) {
	good := read(t, build(t, "value.c", "-DVALUE=1"))
	other, otherName := otherMachine()
	tests := []struct {
		name string
		data []byte
		kind error
		want string
	}{
		{"empty", nil, ffi.ErrNotLibrary, "empty"},
		{"text", []byte("INPUT is a word of this text\n"), ffi.ErrNotLibrary, "does not begin like an ELF file"},
		{"script", []byte("/* GNU ld script\n*/\nGROUP ( /lib/libm.so.6  AS_NEEDED ( /lib/libmvec.so.1 ) )\n"), ffi.ErrNotLibrary, "/lib/libm.so.6"},
		{"script without version", []byte("INPUT(-lncurses)"), ffi.ErrNotLibrary, "linker script"},
		{"magic", good[:4], ffi.ErrNotLibrary, "cut off"},
		{"half a header", good[:40], ffi.ErrNotLibrary, "cut off"},
		{"header", good[:64], ffi.ErrNotLibrary, "cut off"},
		{"no segments", patched(good, 56, 0, 0), ffi.ErrNotLibrary, "no dynamic segment"},
		{"segments far away", patched(good, 32, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), ffi.ErrNotLibrary, "cut off"},
		{"odd segments", patched(good, 54, 1, 0), ffi.ErrNotLibrary, "segment headers"},
		{"machine", patched(good, 18, byte(other), 0), ffi.ErrArch, "it is built for " + otherName},
		{"32 bits", patched(good, int(elf.EI_CLASS), byte(elf.ELFCLASS32)), ffi.ErrArch, "ELFCLASS32"},
		{"byte order", patched(good, int(elf.EI_DATA), byte(elf.ELFDATA2MSB)), ffi.ErrArch, "wrong architecture"},
		{"object", patched(good, 16, byte(elf.ET_REL), 0), ffi.ErrNotLibrary, "object file"},
		{"executable", patched(good, 16, byte(elf.ET_EXEC), 0), ffi.ErrNotLibrary, "executable"},
		{"core", patched(good, 16, byte(elf.ET_CORE), 0), ffi.ErrNotLibrary, "core dump"},
	}
	dir := t.TempDir()
	for i, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(dir, fmt.Sprintf("lib%d.so", i))
			if err := os.WriteFile(path, test.data, 0o644); err != nil {
				t.Fatal(err)
			}
			_, err := ffi.Load(path)
			wantError(t, err, "load", path, test.kind, test.want)
			_, err = ffi.LoadFS(fstest.MapFS{"d/lib.so": {Data: test.data}}, "d/lib.so")
			wantError(t, err, "load", "d/lib.so", test.kind, test.want)
		})
	}
}

// TestTruncated cuts a library off at many places. The system's loader would die of some of them.
func TestTruncated(t *testing.T) {
	good := read(t, build(t, "value.c", "-DVALUE=1"))
	end := lastSegment(good)
	for n := 0; n < end; n += min(101, end-n) {
		_, err := ffi.LoadFS(fstest.MapFS{"lib.so": {Data: good[:n]}}, "lib.so")
		wantError(t, err, "load", "lib.so", ffi.ErrNotLibrary)
	}
	_, err := ffi.LoadFS(fstest.MapFS{"lib.so": {Data: good[:end-1]}}, "lib.so")
	wantError(t, err, "load", "lib.so", ffi.ErrNotLibrary, "cut off")
	lib, err := ffi.LoadFS(fstest.MapFS{"lib.so": {Data: good[:end]}}, "lib.so")
	if err != nil {
		t.Fatal("without the sections, which no loader needs:", err)
	}
	closeLib(t, lib)
}

// lastSegment returns where the last loaded byte of a library lies in its file.
func lastSegment(data []byte) int {
	end := uint64(0)
	at, n := binary.LittleEndian.Uint64(data[32:]), binary.LittleEndian.Uint16(data[56:])
	for i := range uint64(n) {
		p := data[at+56*i:]
		if elf.ProgType(binary.LittleEndian.Uint32(p)) == elf.PT_LOAD {
			end = max(end, binary.LittleEndian.Uint64(p[8:])+binary.LittleEndian.Uint64(p[32:]))
		}
	}
	return int(end)
}

// TestBadPath loads by paths that lead to no file that could be read.
func TestBadPath(t *testing.T) {
	dir := t.TempDir()
	lib := build(t, "value.c", "-DVALUE=1")
	t.Chdir(dir)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.Mkdir("folder", 0o755))
	must(os.WriteFile("file", nil, 0o644))
	must(os.Symlink("nowhere", "dangling"))
	must(os.Symlink("loop", "loop"))
	must(syscall.Mkfifo("pipe", 0o644))
	must(os.WriteFile("secret.so", read(t, lib), 0))
	tests := []struct {
		path string
		kind error
		want string
	}{
		{"", ffi.ErrNotFound, "empty"},
		{"a\x00b", ffi.ErrNotFound, "zero byte"},
		{"./missing.so", ffi.ErrNotFound, "no such file"},
		{dir + "/missing.so", ffi.ErrNotFound, "no such file"},
		{"./no/such/folder.so", ffi.ErrNotFound, "no such file"},
		{"./file/lib.so", ffi.ErrNotFound, "not a directory"},
		{"./dangling", ffi.ErrNotFound, "no such file"},
		{"./loop", syscall.ELOOP, "symbolic links"},
		{"./folder", ffi.ErrNotLibrary, "folder"},
		{"/", ffi.ErrNotLibrary, "folder"},
		{"./pipe", ffi.ErrNotLibrary, "regular"},
		{"/dev/null", ffi.ErrNotLibrary, "regular"},
		{"./" + strings.Repeat("x", 300), syscall.ENAMETOOLONG, "too long"},
		{".", nil, "no place gave a library"},
		{"..", nil, "no place gave a library"},
		{"no such library", ffi.ErrNotFound, "system's loader"},
	}
	for _, test := range tests {
		_, err := ffi.Load(test.path)
		wantError(t, err, "load", test.path, test.kind, test.want)
	}
	asNobody(t, func() {
		_, err := ffi.Load("./secret.so")
		wantError(t, err, "load", "./secret.so", fs.ErrPermission, "permission denied")
	})
}

// asNobody takes the rights away by which root reads every file.
func asNobody(t *testing.T, f func()) {
	t.Helper()
	if os.Geteuid() == 0 {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		if err := syscall.Setfsuid(65534); err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := syscall.Setfsuid(0); err != nil {
				t.Error(err)
			}
		}()
	}
	f()
}

func TestBadFS(t *testing.T) {
	files := fstest.MapFS{"folder/file": {}}
	tests := []struct {
		files fs.FS
		path  string
		kind  error
		want  string
	}{
		{nil, "lib.so", ffi.ErrNotFound, "nil"},
		{files, "", ffi.ErrNotFound, "empty"},
		{files, "a\x00b", ffi.ErrNotFound, "zero byte"},
		{files, "lib.so", ffi.ErrNotFound, "not exist"},
		{files, "folder", ffi.ErrNotLibrary, "folder"},
		{files, "../lib.so", fs.ErrNotExist, ""},
		{os.DirFS("/"), "/lib.so", fs.ErrInvalid, "invalid"},
	}
	for _, test := range tests {
		_, err := ffi.LoadFS(test.files, test.path)
		wantError(t, err, "load", test.path, test.kind, test.want)
	}
}

// TestNeeds loads a library that needs another: absent, damaged, present.
func TestNeeds(t *testing.T) {
	dir := t.TempDir()
	value, needs := filepath.Join(dir, "libvalue.so"), filepath.Join(dir, "libneeds.so")
	ffitest.Build(t, "value.c", value, "-DVALUE=21")
	ffitest.Build(t, "needs.c", needs, value, "-Wl,-rpath,"+dir)
	good := read(t, value)
	if err := os.Remove(value); err != nil {
		t.Fatal(err)
	}
	_, err := ffi.Load(needs)
	wantError(t, err, "load", needs, ffi.ErrNotFound, "libvalue.so")

	if err := os.WriteFile(value, []byte("GROUP ( /lib/libreal.so.3 )"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err = ffi.Load(needs)
	wantError(t, err, "load", needs, ffi.ErrNotLibrary, value, "/lib/libreal.so.3")

	if err := os.WriteFile(value, good, 0o644); err != nil {
		t.Fatal(err)
	}
	lib := load(t, needs)
	defer closeLib(t, lib)
	if got := proc(t, lib, "twice").Call(nil); got != 42 {
		t.Errorf("twice returned %d, want 42", got)
	}
}

func TestUndefined(t *testing.T) {
	out := build(t, "needs.c")
	_, err := ffi.Load(out)
	wantError(t, err, "load", out, nil, "undefined symbol: value")
	_, err = ffi.LoadFS(os.DirFS(filepath.Dir(out)), filepath.Base(out))
	wantError(t, err, "load", filepath.Base(out), nil, "undefined symbol: value")
}

func TestSymbol(t *testing.T) {
	path := build(t, "value.c", "-DVALUE=7")
	lib := load(t, path)
	if lib.Name() != path {
		t.Errorf("name %q, want %q", lib.Name(), path)
	}
	counter, err := lib.Symbol("counter")
	if err != nil {
		t.Fatal(err)
	}
	*(*int32)(counter) = -3
	count := proc(t, lib, "count")
	if a, b := count.Call(nil), count.Call(nil); a != -3 || b != -2 || *(*int32)(counter) != -1 {
		t.Errorf("counted %d, %d, left %d, want -3, -2, -1", a, b, *(*int32)(counter))
	}
	for name, want := range map[string]string{"": "empty", "a\x00b": "zero byte", "nothing": "nothing"} {
		_, err := lib.Symbol(name)
		wantError(t, err, "symbol", path, ffi.ErrNotFound, want)
		_, err = lib.Proc(name)
		wantError(t, err, "symbol", path, ffi.ErrNotFound, want)
	}
	closeLib(t, lib)
	_, err = lib.Symbol("value")
	wantError(t, err, "symbol", path, ffi.ErrClosed, "value of "+path)
	_, err = lib.Proc("value")
	wantError(t, err, "symbol", path, ffi.ErrClosed)
	wantError(t, lib.Close(), "close", path, ffi.ErrClosed)
}

func TestNilAndZeroLib(t *testing.T) {
	for _, lib := range []*ffi.Lib{nil, {}} {
		_, err := lib.Symbol("f")
		wantError(t, err, "symbol", "", ffi.ErrClosed)
		_, err = lib.Proc("f")
		wantError(t, err, "symbol", "", ffi.ErrClosed)
		wantError(t, lib.Close(), "close", "", ffi.ErrClosed)
		if lib.Name() != "" {
			t.Errorf("name %q", lib.Name())
		}
	}
}

// TestTwice loads one file twice: the Libs share it until both are closed.
func TestTwice(t *testing.T) {
	path := build(t, "value.c", "-DVALUE=0")
	a, b := load(t, path), load(t, path)
	proc(t, a, "count").Call(nil)
	closeLib(t, a)
	if got := proc(t, b, "count").Call(nil); got != 1 {
		t.Errorf("the second Lib counts from %d, want 1", got)
	}
	closeLib(t, b)
	c := load(t, path)
	defer closeLib(t, c)
	if got := proc(t, c, "count").Call(nil); got != 0 {
		t.Errorf("the library was not unloaded: it counts from %d, want 0", got)
	}
}

// TestRelativePath loads two libraries by one relative path from two current folders.
func TestRelativePath(t *testing.T) {
	dirs := [2]string{}
	for i := range dirs {
		dirs[i] = filepath.Dir(build(t, "value.c", fmt.Sprintf("-DVALUE=%d", i)))
	}
	for i, dir := range dirs {
		t.Chdir(dir)
		lib := load(t, "./libfixture.so")
		defer closeLib(t, lib)
		if got := proc(t, lib, "value").Call(nil); got != int32(i) {
			t.Errorf("value %d, want %d", got, i)
		}
	}
}

// values returns a file system with libraries v0.so to v3.so, which return their numbers.
func values(t testing.TB, flags ...string) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	for i := range 4 {
		path := build(t, "value.c", append(flags, fmt.Sprintf("-DVALUE=%d", i))...)
		files[fmt.Sprintf("v%d.so", i)] = &fstest.MapFile{Data: read(t, path)}
	}
	return files
}

func loadValue(t testing.TB, files fs.FS, i int) *ffi.Lib {
	t.Helper()
	lib, err := ffi.LoadFS(files, fmt.Sprintf("v%d.so", i))
	if err != nil {
		t.Fatal(err)
	}
	if got := proc(t, lib, "value").Call(nil); got != int32(i) {
		t.Fatalf("%s returned %d: the loader gave another library", lib.Name(), got)
	}
	return lib
}

// TestLoadFS loads libraries one after the other and side by side. The system's loader
// knows them by path, which must not make it mistake one for another.
func TestLoadFS(t *testing.T) {
	files := values(t)
	for i := range 20 {
		closeLib(t, loadValue(t, files, i%4))
	}
	var open [4]*ffi.Lib
	for i := range open {
		open[i] = loadValue(t, files, i)
	}
	for i, lib := range open {
		if got := proc(t, lib, "value").Call(nil); got != int32(i) {
			t.Errorf("with all open, %s returned %d", lib.Name(), got)
		}
		closeLib(t, lib)
	}
}

// TestLoadFSResident does the same with libraries that are never unloaded.
func TestLoadFSResident(t *testing.T) {
	if filepath.Base(ffitest.Compiler(t)) == "tcc" {
		csrctest.Missing(t, "tcc cannot mark a library as never unloaded; it takes one of %s", "gcc", "clang")
	}
	files := values(t, "-Wl,-z,nodelete")
	for i := range 8 {
		closeLib(t, loadValue(t, files, i%4))
	}
}

// TestLoadFSDropped does the same with Libs that become garbage without Close.
func TestLoadFSDropped(t *testing.T) {
	files := values(t)
	for i := range 8 {
		loadValue(t, files, i%4)
		runtime.GC()
		runtime.GC()
	}
}

// TestDescriptors shows that no file stays open after Close.
func TestDescriptors(t *testing.T) {
	files := values(t)
	count := func() int {
		list, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	closeLib(t, loadValue(t, files, 0))
	before := count()
	for i := range 12 {
		closeLib(t, loadValue(t, files, i%4))
	}
	if after := count(); after != before {
		t.Errorf("%d descriptors are open, %d were before", after, before)
	}
}

// roundTrip loads, calls and closes.
func roundTrip(lib *ffi.Lib, err error, want int32) error {
	if err != nil {
		return err
	}
	value, err := lib.Proc("value")
	if err != nil {
		return err
	}
	if got := value.Call(nil); got != want {
		return fmt.Errorf("%s returned %d, want %d", lib.Name(), got, want)
	}
	return lib.Close()
}

func TestConcurrent(t *testing.T) {
	path, files := build(t, "value.c", "-DVALUE=9"), values(t)
	shared := load(t, path)
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 25 {
				v := (g + i) % 4
				lib, err := ffi.LoadFS(files, fmt.Sprintf("v%d.so", v))
				embedded := roundTrip(lib, err, int32(v))
				lib, err = ffi.Load(path)
				if err := errors.Join(embedded, roundTrip(lib, err, 9)); err != nil {
					t.Error(err)
				}
				missing := fmt.Sprintf("missing_%d_%d", g, i)
				if _, err := shared.Symbol(missing); !errors.Is(err, ffi.ErrNotFound) || !strings.Contains(err.Error(), "undefined symbol: "+missing) {
					t.Errorf("error %v, want the loader's words on %s", err, missing)
				}
			}
		})
	}
	wg.Wait()
	for range 8 {
		wg.Go(func() {
			err := error(nil)
			for err == nil {
				_, err = shared.Proc("value")
			}
			if !errors.Is(err, ffi.ErrClosed) {
				t.Error(err)
			}
		})
	}
	closeLib(t, shared)
	wg.Wait()
}
