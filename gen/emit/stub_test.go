package emit

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/kgen-go/kgen/csrc"
	"github.com/kgen-go/kgen/csrc/csrctest"
	"github.com/kgen-go/kgen/gen/ir"
)

// stubTest runs inside of the generated package: it compares each kernel in C with its Go body, nil, length,
// capacity and identity of slices included, and counts what a call allocates.
const stubTest = `package reslice

import (
	"errors"
	"runtime"
	"testing"

	"github.com/kgen-go/kgen/gen/kg"
)

func try[T any](f func() []T) (s []T, fault kg.Error) {
	defer func() {
		if err, ok := recover().(error); ok {
			var e *kg.Error
			if !errors.As(err, &e) {
				panic(err)
			}
			fault = *e
		}
	}()
	return f(), kg.Error{}
}

func same[T any](t *testing.T, c, g func() []T) {
	t.Helper()
	got, gotFault := try(c)
	want, wantFault := try(g)
	if gotFault != wantFault {
		t.Errorf("the error is %v, want %v", &gotFault, &wantFault)
	}
	if (got == nil) != (want == nil) || len(got) != len(want) || cap(got) != cap(want) || cap(got) > 0 && &got[:1][0] != &want[:1][0] {
		t.Errorf("got %v, cap %d; want %v, cap %d", got, cap(got), want, cap(want))
	}
}

func TestStub(t *testing.T) {
	if v := kg.Variants()[0]; v.Target != kg.TargetC {
		t.Fatal(v)
	}
	s := make([]float32, 4, 6)
	for lo := -1; lo <= 7; lo++ {
		for hi := -1; hi <= 7; hi++ {
			same(t, func() []float32 { return partStub(s, lo, hi) }, func() []float32 { return partGo(s, lo, hi) })
			same(t, func() []float32 { return partStub(nil, lo, hi) }, func() []float32 { return partGo(nil, lo, hi) })
			for limit := -1; limit <= 7; limit++ {
				same(t, func() []float32 { return part3Stub(s, lo, hi, limit) }, func() []float32 { return part3Go(s, lo, hi, limit) })
			}
		}
	}
	a, b, c := make([]uint16, 1), make([]uint16, 2, 9), []uint16{}
	for which := -1; which < 12; which++ {
		same(t, func() []uint16 { return chooseStub(a, b, c, which) }, func() []uint16 { return chooseGo(a, b, c, which) })
		same(t, func() []uint16 { return chooseStub(nil, nil, nil, which) }, func() []uint16 { return chooseGo(nil, nil, nil, which) })
	}
	if n := testing.AllocsPerRun(100, func() { runtime.KeepAlive(partStub(s, 1, 2)) }); n != 0 {
		t.Errorf("%v allocations a call", n)
	}
}

func TestMoving(t *testing.T) {
	done := make(chan bool)
	for range 4 {
		go func() {
			for i := range 200 {
				s := make([]float32, 4)
				s[2] = float32(i)
				if deep(i, s)[0] != float32(i) {
					panic("the slice is another one")
				}
				runtime.GC()
			}
			done <- true
		}()
	}
	for range 4 {
		<-done
	}
}

// deep calls the kernel from ever deeper stacks.
func deep(n int, s []float32) []float32 {
	var pad [64]int
	if n > 0 {
		return deep(n-1, s)
	}
	runtime.KeepAlive(&pad)
	return partStub(s, 2, 3)
}
`

// TestStubRuns builds the library of an archive and runs stubTest in the package; then it takes the library away.
func TestStubRuns(t *testing.T) {
	csrctest.Need(t, "cc", "gcc", "clang", "tcc")
	cases := goCases(t)
	i := slices.IndexFunc(cases, func(c goCase) bool { return c.name == "reslice" })
	if i < 0 {
		t.Fatal("no archive reslice")
	}
	o := cases[i].options()
	files := cFiles(t, cases[i], "reslice/_kgen/")
	files["reslice/stub_test.go"] = stubTest
	files["reslice/"+o.path(".txt")] = "the library is beside this\n"
	for _, f := range cases[i].emit(t) {
		files["reslice/"+strings.TrimPrefix(f.Name, "want_")] = string(f.Data)
	}
	dir := goModule(t, "example.org", files)
	buildLibrary(t, filepath.Join(dir, "reslice"), o)
	t.Setenv("KGEN_TARGET", "c")
	goRun(t, dir, "test", "./reslice")
	t.Setenv("KGEN_TARGET", "")
	if err := os.Remove(filepath.Join(dir, "reslice", o.path(".so"))); err != nil {
		t.Fatal(err)
	}
	if out := goOutput(t, dir, "test", "-run=TestStub", "./reslice"); !strings.Contains(out, "libreslice.so is not built") {
		t.Errorf("without the library the test says\n%s", out)
	}
}

// cFiles returns the C sources and headers of a case by their names in the folder.
func cFiles(t *testing.T, c goCase, folder string) map[string]string {
	t.Helper()
	o := c.options()
	source, err := C(c.unit, COptions{Name: o.Name, Version: o.Version, Sources: o.SourceFiles, Fingerprint: o.Fingerprint})
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for name, data := range source {
		files[folder+name] = string(data)
	}
	headers, err := fs.Glob(csrc.Include(), "*.h")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range headers {
		data, err := fs.ReadFile(csrc.Include(), name)
		if err != nil {
			t.Fatal(err)
		}
		files[folder+name] = string(data)
	}
	return files
}

func buildLibrary(t *testing.T, dir string, o StubOptions) {
	t.Helper()
	compiler, err := csrc.Find(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if compiler.GOARCH != o.GOARCH {
		csrctest.Missing(t, "the C compiler is not one for %s", o.GOARCH)
	}
	lib := csrc.Library{Dir: filepath.Join(dir, o.Dir), Name: FileName(o.Name), Out: filepath.Join(dir, o.path(".so"))}
	if _, err := compiler.Build(context.Background(), lib); err != nil {
		t.Fatal(err)
	}
}

// TestStubRefuses demands an error for a kernel whose memory the stub cannot allocate.
func TestStubRefuses(t *testing.T) {
	u, err := ir.Parse("p.ir", []byte("unit p\nfunc F(%s []int) ([]int) exported {\n%i int = load unchecked %s, 0:int\n%m []int = make %i, %i\nreturn %m\n}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Stub(u, StubOptions{GoOptions: GoOptions{Package: "p", ImportPath: "example.org/p"}, Name: "p", Dir: "_kgen", GOOS: "linux", GOARCH: "amd64"}); err == nil || !strings.Contains(err.Error(), "make") {
		t.Errorf("want an error about make, got %v", err)
	}
}
