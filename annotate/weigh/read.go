package weigh

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"

	"github.com/google/pprof/profile"
)

// Profiles are the profiles of a run: of CPU time, of allocations, or both.
type Profiles struct {
	cpu, alloc *samples
}

// samples is a profile reduced to one of its values.
type samples struct {
	name  string // as the user named it
	what  string // its samples, in words
	data  *profile.Profile
	index int   // of the value in Sample.Value
	unit  int64 // what a value counts in: nanoseconds, or one object
	total int64 // sum of all values, in nanoseconds or objects
	own   bool  // made by Bench: it is of this program, however little of it is in the report
	mixed bool  // most of it may be of the test framework, which is no reason to warn
}

// value returns the nanoseconds or objects of a sample.
func (s *samples) value(x *profile.Sample) int64 { return x.Value[s.index] * s.unit }

// Read reads profiles that the Go tools wrote, or that pprof merged: one of CPU time, one of the heap. Either name may be empty. A file that is
// missing, damaged, without samples or of another type is an error that begins with its name.
func Read(cpu, mem string) (*Profiles, error) {
	var p Profiles
	var err error
	if cpu != "" {
		if p.cpu, err = readFile(cpu, pickCPU); err != nil {
			return nil, err
		}
	}
	if mem != "" {
		if p.alloc, err = readFile(mem, pickAlloc); err != nil {
			return nil, err
		}
	}
	if p.cpu == nil && p.alloc == nil {
		return nil, errors.New("no profile was named")
	}
	return &p, nil
}

// maxSize is that of a profile's file. Profiles take a few megabytes; a device may have no end.
const maxSize = 256 << 20

func readFile(name string, pick picker) (*samples, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("profile: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxSize+1))
	if err != nil {
		return nil, fmt.Errorf("profile: %w", err)
	}
	if len(data) > maxSize {
		return nil, fmt.Errorf("%s: not a profile: more than %d MB", name, maxSize>>20)
	}
	s, err := parse(data, pick)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	s.name = name
	return s, nil
}

func parse(data []byte, pick picker) (*samples, error) {
	if len(data) == 0 {
		return nil, errors.New("the file is empty: the program has to stop the profile before it ends (pprof.StopCPUProfile)")
	}
	p, err := profile.ParseData(data)
	if err != nil {
		return nil, fmt.Errorf("not a profile, or a damaged one: %w", err)
	}
	return newSamples(p, pick)
}

// newSamples checks that the profile has what pick wants, and samples.
func newSamples(p *profile.Profile, pick picker) (*samples, error) {
	index, unit, what, err := pick(p.SampleType)
	if err != nil {
		return nil, err
	}
	s := &samples{data: p, index: index, unit: unit, what: what}
	for _, x := range p.Sample {
		v := x.Value[index]
		if v < 0 {
			return nil, errors.New("it has negative values: the difference of two profiles cannot weigh lines")
		}
		if v > (math.MaxInt64-s.total)/unit {
			return nil, errors.New("damaged: its values sum up to more than 292 years")
		}
		s.total += v * unit
	}
	if s.total <= 0 {
		return nil, errors.New("no samples: the program has to run for some time (100 samples are taken in a second of CPU time, one for 512 KB allocated)")
	}
	return s, nil
}

// picker finds the value to use among a profile's types, what it counts in, and what that is called.
type picker func([]*profile.ValueType) (index int, unit int64, what string, err error)

// nanoseconds are the units of time that profiles use.
var nanoseconds = map[string]int64{"nanoseconds": 1, "microseconds": 1e3, "milliseconds": 1e6, "seconds": 1e9}

func pickCPU(types []*profile.ValueType) (int, int64, string, error) {
	for i, t := range types {
		if unit, ok := nanoseconds[t.Unit]; ok && t.Type == "cpu" {
			return i, unit, "samples", nil
		}
	}
	return 0, 0, "", wrongType("a CPU profile", types)
}

func pickAlloc(types []*profile.ValueType) (int, int64, string, error) {
	for i, t := range types {
		if t.Type == "alloc_objects" {
			return i, 1, "allocations", nil
		}
	}
	return 0, 0, "", wrongType("an allocation profile", types)
}

// known are the profiles of the Go tools by a value that only they have, and what to do with each.
var known = []struct{ value, is string }{
	{"cpu", "a CPU profile: give it as -profile"},
	{"alloc_objects", "an allocation profile: give it as -memprofile"},
	{"contentions", "a profile of blocking or of mutexes, which does not weigh lines"},
	{"goroutine", "a profile of goroutines, which does not weigh lines"},
	{"goroutineleak", "a profile of leaked goroutines, which does not weigh lines"},
	{"threadcreate", "a profile of threads, which does not weigh lines"},
	{"inuse_objects", "a heap profile without what was allocated"},
}

func wrongType(want string, types []*profile.ValueType) error {
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = t.Type + "/" + t.Unit
	}
	for _, k := range known {
		for _, t := range types {
			if t.Type == k.value {
				return fmt.Errorf("not %s but %s", want, k.is)
			}
		}
	}
	return fmt.Errorf("not %s: its values are %s", want, strings.Join(names, ", "))
}
