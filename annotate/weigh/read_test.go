package weigh

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/pprof/profile"
)

// profileOf makes a profile with one sample of some values.
func profileOf(types string, values ...int64) *profile.Profile {
	p := &profile.Profile{}
	for _, t := range strings.Fields(types) {
		name, unit, _ := strings.Cut(t, "/")
		p.SampleType = append(p.SampleType, &profile.ValueType{Type: name, Unit: unit})
	}
	p.PeriodType = p.SampleType[0]
	fn := &profile.Function{ID: 1, Name: "ex.com/p.F", Filename: "/p/x.go", StartLine: 1}
	loc := &profile.Location{ID: 1, Line: []profile.Line{{Function: fn, Line: 2}}}
	p.Function, p.Location = []*profile.Function{fn}, []*profile.Location{loc}
	if len(values) > 0 {
		p.Sample = []*profile.Sample{{Location: []*profile.Location{loc}, Value: values}}
	}
	return p
}

func encode(t testing.TB, p *profile.Profile) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := p.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const (
	cpuTypes  = "samples/count cpu/nanoseconds"
	heapTypes = "alloc_objects/count alloc_space/bytes inuse_objects/count inuse_space/bytes"
)

func TestReadErrors(t *testing.T) {
	cpu, heap := encode(t, profileOf(cpuTypes, 1, 1e7)), encode(t, profileOf(heapTypes, 1, 8, 0, 0))
	for _, c := range []struct {
		name string
		data []byte // nil: no file
		mem  bool
		want string // "" is no error
	}{
		{"cpu", cpu, false, ""},
		{"mem", heap, true, ""},
		{"milliseconds", encode(t, profileOf("cpu/milliseconds", 10)), false, ""},
		{"missing", nil, false, "no such file"},
		{"empty file", []byte{}, false, "the file is empty"},
		{"text", []byte("goos: linux\nBenchmarkX 1 1 ns/op\n"), false, "not a profile"},
		{"cut", cpu[:len(cpu)/2], false, "not a profile"},
		{"no samples", encode(t, profileOf(cpuTypes)), false, "no samples"},
		{"zero samples", encode(t, profileOf(cpuTypes, 0, 0)), false, "no samples"},
		{"heap as cpu", heap, false, "an allocation profile: give it as -memprofile"},
		{"cpu as heap", cpu, true, "a CPU profile: give it as -profile"},
		{"mutex", encode(t, profileOf("contentions/count delay/nanoseconds", 1, 1)), false, "of mutexes"},
		{"other", encode(t, profileOf("cycles/count", 1)), false, "its values are cycles/count"},
		{"difference", encode(t, profileOf(cpuTypes, -1, -1e7)), false, "negative"},
	} {
		t.Run(c.name, func(t *testing.T) {
			name := filepath.Join(t.TempDir(), "p.out")
			if c.data != nil {
				if err := os.WriteFile(name, c.data, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			cpu, mem := name, ""
			if c.mem {
				cpu, mem = mem, cpu
			}
			p, err := Read(cpu, mem)
			if c.want == "" {
				if err != nil || p == nil {
					t.Fatal(err)
				}
				return
			}
			if c.name == "missing" && err != nil && os.IsNotExist(unwrap(err)) {
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), name) {
				t.Errorf("got %v, want %q and the name of the file", err, c.want)
			}
		})
	}
	if _, err := Read("", ""); err == nil {
		t.Error("no error without a name")
	}
}

func unwrap(err error) error {
	for {
		u, ok := err.(interface{ Unwrap() error })
		if !ok {
			return err
		}
		if err = u.Unwrap(); os.IsNotExist(err) {
			return err
		}
	}
}

// TestReadMerged reads a profile that pprof made of two: the sums count.
func TestReadMerged(t *testing.T) {
	p, err := profile.Merge([]*profile.Profile{profileOf(cpuTypes, 1, 1e7), profileOf(cpuTypes, 2, 2e7)})
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "merged")
	if err := os.WriteFile(name, encode(t, p), 0o644); err != nil {
		t.Fatal(err)
	}
	got, err := Read(name, "")
	if err != nil || got.cpu.total != 3e7 {
		t.Errorf("%v, %v", got, err)
	}
}

// FuzzRead feeds damaged profiles: an error or a profile that can be weighed.
func FuzzRead(f *testing.F) {
	for _, p := range []*profile.Profile{profileOf(cpuTypes, 1, 1e7), profileOf(heapTypes, 1, 8, 0, 0)} {
		data := encode(f, p)
		f.Add(data)
		f.Add(data[:len(data)/2])
		var raw bytes.Buffer
		if err := p.WriteUncompressed(&raw); err != nil {
			f.Fatal(err)
		}
		f.Add(raw.Bytes())
	}
	f.Add([]byte("heap profile: 1: 2 [3: 4] @ heap/1\n1: 2 [3: 4] @ 0x1 0x2\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, pick := range []picker{pickCPU, pickAlloc} {
			s, err := parse(data, pick)
			if err != nil {
				continue
			}
			p := &Profiles{cpu: s}
			if s.data.SampleType[s.index].Type == "alloc_objects" {
				p = &Profiles{alloc: s}
			}
			r := tinyReport()
			if err := Weigh(r, p); err != nil {
				continue
			}
			ns, objects := sums(r)
			if ns > s.total || objects > s.total {
				t.Errorf("lines have %d ns, %d objects of %d", ns, objects, s.total)
			}
		}
	})
}
