//go:build linux && !android && (amd64 || arm64) && !noffi

package apitest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/kgen-go/kgen/ffi"
	"github.com/kgen-go/kgen/ffi/ctype"
	"github.com/kgen-go/kgen/ffi/internal/ffitest"
	"github.com/kgen-go/kgen/ffi/internal/sigtest"
)

// envTime is how much CPU time the soak takes, as time.ParseDuration reads it.
const envTime = "KGEN_SOAK_TIME"

const (
	goroutines = 8
	usualTime  = 6 * time.Second
	shortTime  = time.Second
	leak       = 1 << 20 // bytes by which the heaps may differ
)

// TestSoak calls C and is called by C on several goroutines and on threads of C's, while stacks grow and move and
// the collector works. No value may be wrong, and in the end neither heap may have grown.
func TestSoak(t *testing.T) {
	s := newSoak(t)
	total := s.time()
	s.warm()
	before := s.heaps()
	s.work(total)
	after := s.heaps()
	t.Logf("%d trials, %d callbacks made and freed, %d calls on C's threads", s.trials.Load(), s.made.Load(), s.foreign.Load())
	t.Logf("Go's heap: %d bytes, then %d; C's: %d, then %d", before.Go, after.Go, before.C, after.C)
	if after.Go > before.Go+leak || after.C > before.C+leak {
		t.Errorf("a heap has grown by more than %d bytes", leak)
	}
	if total >= 20*time.Minute && s.made.Load() < 1_000_000 {
		t.Error("fewer callbacks than wanted")
	}
}

// soak is the work of all goroutines.
type soak struct {
	t *testing.T
	c functions

	memory func() memoryInfo
	each   [goroutines]*worker

	trials, made, foreign atomic.Int64

	stop   atomic.Bool
	failed sync.Once
}

// functions are those of testdata/soak.c.
type functions struct {
	Apply       func(f *ffi.Callback, x int64) int64                                          `ffi:"apply"`
	ApplyFunc   func(f func(x int64) int64, x int64) int64                                    `ffi:"apply"`
	ApplyDouble func(f func(x float64, n int64) float64, x float64, n int64) (float64, error) `ffi:"apply_double"`
	StoreAfter  func(f func(x int64) int64, x int64, to *int64)                               `ffi:"store_after"`
	Descend     func(f func(n int64) int64, n int64) int64                                    `ffi:"descend"`
	OnThreads   func(n int32, f func(x int64) int64, x int64) int64                           `ffi:"on_threads"`
}

// memoryInfo is glibc's struct mallinfo2.
type memoryInfo struct {
	Arena, Ordblks, Smblks, Hblks, Hblkhd, Usmblks, Fsmblks, Uordblks, Fordblks, Keepcost uint64
}

// worker is what one goroutine has for itself.
type worker struct {
	*soak
	rand   *rand.Rand
	trials []*trial
}

func newSoak(t *testing.T) *soak {
	t.Helper()
	dir := t.TempDir()
	library := filepath.Join(dir, "libsoak.so")
	ffitest.BuildFile(t, "testdata/soak.c", library, "-pthread")
	s := &soak{t: t}
	if err := ffi.Bind(loadPath(t, library), &s.c); err != nil {
		t.Fatal(err)
	}
	var err error
	if s.memory, err = ffi.Func[func() memoryInfo](ffi.Self(), "mallinfo2"); err != nil {
		t.Fatal(err)
	}
	source := &sigtest.Source{Target: ctype.Host(), Seed: 3}
	list, err := source.Take(60)
	if err != nil {
		t.Fatal(err)
	}
	b := &sigtest.Batch{Prototypes: list, Compiler: sigtest.Compilers()[1]}
	text, err := os.ReadFile(b.Compiler.Build(t, sigtest.Fixture(list)))
	if err != nil {
		t.Fatal(err)
	}
	for i := range s.each {
		own := *b
		own.Library = filepath.Join(dir, fmt.Sprintf("libtrials%d.so", i))
		if err := os.WriteFile(own.Library, text, 0o700); err != nil {
			t.Fatal(err)
		}
		s.each[i] = s.newWorker(&own, uint64(i))
	}
	return s
}

// newWorker opens a library of the worker's own, because its functions all use the same memory.
func (s *soak) newWorker(b *sigtest.Batch, seed uint64) *worker {
	w := &worker{soak: s, rand: rand.New(rand.NewPCG(seed, 4))}
	f := open(s.t, b)
	for _, p := range b.Prototypes {
		r := newTrial(f, p)
		r.inside = w.disturb
		w.trials = append(w.trials, r)
	}
	return w
}

// time returns the CPU time that the test is to take.
func (s *soak) time() time.Duration {
	text := os.Getenv(envTime)
	switch {
	case text != "":
		d, err := time.ParseDuration(text)
		if err != nil {
			s.t.Fatalf("%s: %v", envTime, err)
		}
		return d
	case testing.Short():
		return shortTime
	}
	return usualTime
}

// warm does everything once, and more than once what goes by chance, so that caches are full.
func (s *soak) warm() {
	var all sync.WaitGroup
	for _, w := range s.each {
		all.Go(func() {
			for _, r := range w.trials {
				for _, way := range ways {
					if err := w.try(r, way); err != nil {
						s.fail(err)
						return
					}
				}
			}
		})
	}
	all.Wait()
	s.work(s.time() / 10)
}

// work has all goroutines work until the process has used so much CPU time.
func (s *soak) work(d time.Duration) {
	s.stop.Store(false)
	end := cpuTime() + d
	var all sync.WaitGroup
	for _, w := range s.each {
		all.Go(func() {
			for !s.stop.Load() {
				if err := w.step(); err != nil {
					s.fail(err)
				}
				if cpuTime() > end {
					s.stop.Store(true)
				}
			}
		})
	}
	all.Wait()
	if s.t.Failed() {
		s.t.FailNow()
	}
}

// fail reports the first error and ends the work.
func (s *soak) fail(err error) {
	s.stop.Store(true)
	s.failed.Do(func() { s.t.Error(err) })
}

// cpuTime is that of all threads of the process.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err) // the arguments are right
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// heaps are the bytes in use.
type heaps struct{ Go, C uint64 }

func (s *soak) heaps() heaps {
	runtime.GC()
	runtime.GC() // what the first one finalized
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	c := s.memory()
	return heaps{Go: m.HeapAlloc, C: c.Uordblks + c.Hblkhd}
}

// step does something, most often a trial.
func (w *worker) step() error {
	switch n := w.rand.IntN(100); {
	case n < 70:
		return w.try(w.trials[w.rand.IntN(len(w.trials))], ways[w.rand.IntN(len(ways))])
	case n < 80:
		return w.churn()
	case n < 85:
		return w.double()
	case n < 90:
		return w.store()
	case n < 93:
		return w.descend()
	case n < 96:
		return w.panics()
	}
	return w.threads()
}

// try has C called, or calling.
func (w *worker) try(r *trial, way way) error {
	w.soak.trials.Add(1)
	if _, err := r.run(way); err != nil {
		return fmt.Errorf("%s: %w\n%s", way.name, err, r.proto)
	}
	return nil
}

// disturb is what happens in callbacks: the stack grows, and so moves, garbage is made, and now and then collected.
func (w *worker) disturb() {
	if w.rand.IntN(4) == 0 {
		grow(w.rand.IntN(64))
	}
	if w.rand.IntN(500) == 0 {
		runtime.GC()
	}
	garbage.Store(&[256]byte{})
}

// garbage keeps the compiler from leaving allocations out.
var garbage atomic.Pointer[[256]byte]

// grow makes the stack some kilobytes deeper.
func grow(n int) byte {
	var room [1024]byte
	room[n] = byte(n)
	if n > 0 {
		room[n] += grow(n - 1)
	}
	return room[n]
}

// churn makes callbacks, has C call them, and frees them.
func (w *worker) churn() error {
	for range 100 {
		n := w.rand.Int64N(1 << 40)
		cb, err := ffi.NewCallback(func(x int64) int64 { return x + n })
		if err != nil {
			return err
		}
		if got := w.c.Apply(cb, 7); got != n+8 {
			return fmt.Errorf("apply is %d, want %d", got, n+8)
		}
		if err := errors.Join(cb.Err(), cb.Free()); err != nil {
			return err
		}
		w.made.Add(1)
	}
	return nil
}

// panics has a callback panic, which the call must return as its error.
func (w *worker) panics() error {
	n := w.rand.Int()
	_, err := w.c.ApplyDouble(func(float64, int64) float64 {
		w.disturb()
		panic(n)
	}, 1, 1)
	var p *ffi.PanicError
	if !errors.As(err, &p) || p.Value != n {
		return fmt.Errorf("a callback panicked with %d, and the error is %v", n, err)
	}
	return nil
}

func (w *worker) double() error {
	n := w.rand.Int64N(1 << 40)
	half, err := w.c.ApplyDouble(func(x float64, n int64) float64 {
		w.disturb()
		return x * float64(n)
	}, 0.5, n)
	if err == nil && half != float64(n)/4 {
		err = fmt.Errorf("apply_double is %g, want %g", half, float64(n)/4)
	}
	return err
}

// store has C write to a variable that would be on the stack if nobody knew better, after the stack has moved.
func (w *worker) store() error {
	n, variable := w.rand.Int64(), int64(0)
	w.c.StoreAfter(func(x int64) int64 {
		grow(64)
		return x ^ n
	}, 5, &variable)
	if variable != 5^n {
		return fmt.Errorf("store_after stored %d, want %d", variable, 5^n)
	}
	return nil
}

// descend has C and Go call each other many levels deep.
func (w *worker) descend() error {
	const levels = 30
	var down func(n int64) int64
	down = func(n int64) int64 {
		w.disturb()
		return w.c.Descend(down, n)
	}
	if got := down(levels); got != levels {
		return fmt.Errorf("descend is %d, want %d", got, levels)
	}
	return nil
}

// threads has C call Go from threads of its own, all at once.
func (w *worker) threads() error {
	n, calls := 1+w.rand.IntN(8), atomic.Int64{}
	got := w.c.OnThreads(int32(n), func(x int64) int64 {
		grow(int(x % 32))
		calls.Add(1)
		return 2 * x
	}, 100)
	want, count := int64(0), int64(10*n)
	for i := range count {
		want += 2 * (100 + i)
	}
	w.foreign.Add(count)
	if got != want || calls.Load() != count {
		return fmt.Errorf("%d threads: %d in %d calls, want %d in %d", n, got, calls.Load(), want, count)
	}
	return nil
}
