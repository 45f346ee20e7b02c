//go:build ((linux && !android) || darwin || windows) && (amd64 || arm64) && !noffi

package ffi

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/kgen-go/kgen/csrc/csrctest"
)

// hooked collects what the callback hook is told during the test.
func hooked(t *testing.T) func() []error {
	var mu sync.Mutex
	var list []error
	SetCallbackHook(func(err error) {
		mu.Lock()
		defer mu.Unlock()
		list = append(list, err)
	})
	t.Cleanup(func() { SetCallbackHook(nil) })
	return func() []error {
		mu.Lock()
		defer mu.Unlock()
		return list
	}
}

func TestPanicInCallback(t *testing.T) {
	fixtures(t, "callback.c", func(t *testing.T, l *Lib) {
		reports := hooked(t)
		cb := mustCallback(t, func(a, b int64) int64 { panic(io.ErrUnexpectedEOF) })
		words := []string{"call call_add of ", "callback func(int64, int64) int64: panic: unexpected EOF"}

		checked := mustFunc[func(*Callback, int64, int64) (int64, error)](t, l, "call_add")
		n, err := checked(cb, 1, 2)
		equal(t, "C's result", n, 0)
		wantError(t, err, io.ErrUnexpectedEOF, words...)
		var p *PanicError
		if !errors.As(err, &p) || p.Value != io.ErrUnexpectedEOF || !strings.Contains(string(p.Stack), "TestPanicInCallback") {
			t.Errorf("%#v is no PanicError with value and stack", err)
		}
		wantError(t, cb.Err(), io.ErrUnexpectedEOF, words[1])

		plain := mustFunc[func(*Callback, int64, int64) int64](t, l, "call_add")
		wantPanic(t, func() { plain(cb, 1, 2) }, io.ErrUnexpectedEOF, words...)
		byReflect := mustFunc[func(func(a, b int64) int64, int64, int64) int64](t, l, "call_add")
		wantPanic(t, func() { byReflect(func(a, b int64) int64 { panic(io.EOF) }, 1, 2) }, io.EOF, words[0])

		equal(t, "the next call", plain(mustCallback(t, func(a, b int64) int64 { return a + b }), 1, 2), 3)
		equal(t, "reports to the hook", len(reports()), 0)
		equal(t, "goroutines with errors", pending.Load(), 0)
	})
}

// TestPanicResults has C get zero for each kind of result.
func TestPanicResults(t *testing.T) {
	l := callbackLib(t)
	panicResult[int64](t, l, "int64", 7)
	panicResult(t, l, "double", 7.5)
	panicResult(t, l, "pair", pairStruct{1, 2})
	panicResult(t, l, "big", bigStruct{[5]int64{1, 2, 3, 4, 5}})
	panicResult(t, l, "small", smallStruct{1, 2})
	panicResult(t, l, "longdouble", LongDoubleOf(7.5))
	panicResult(t, l, "complex", 1+2i)
}

func panicResult[T comparable](t *testing.T, l *Lib, symbol string, arg T) {
	t.Helper()
	call := mustFunc[func(*Callback, T) (T, error)](t, l, "call_"+symbol)
	got, err := call(mustCallback(t, func(T) T { panic(io.EOF) }), arg)
	var zero T
	equal(t, symbol, got, zero)
	wantError(t, err, io.EOF)
}

// TestPanicNil has a panic that recover does not tell from Goexit.
func TestPanicNil(t *testing.T) {
	t.Setenv("GODEBUG", "panicnil=1")
	l := callbackLib(t)
	call := mustFunc[func(*Callback, int64, int64) (int64, error)](t, l, "call_add")
	n, err := call(mustCallback(t, func(a, b int64) int64 { panic(nil) }), 1, 2)
	equal(t, "C's result", n, 0)
	var p *PanicError
	equal(t, "error is a panic", errors.As(err, &p), true)
}

func TestFirstPanicWins(t *testing.T) {
	l := callbackLib(t)
	call := mustFunc[func(*Callback, int64) (int64, error)](t, l, "call_times")
	calls := 0
	sum, err := call(mustCallback(t, func(x int64) int64 {
		if calls++; x > 1 {
			panic(x)
		}
		return x + 10
	}), 5)
	equal(t, "sum", sum, 21)
	equal(t, "calls", calls, 5)
	var p *PanicError
	if !errors.As(err, &p) || p.Value != int64(2) {
		t.Errorf("error %v, want panic 2", err)
	}
}

// TestNestedPanic has the innermost call return the error, and the outer one go on.
func TestNestedPanic(t *testing.T) {
	l := callbackLib(t)
	call := mustFunc[func(*Callback, int64) (int64, error)](t, l, "call_times")
	thrower := mustCallback(t, func(int64) int64 { panic(io.EOF) })
	sum, err := call(mustCallback(t, func(x int64) int64 {
		_, err := call(thrower, 1)
		wantError(t, err, io.EOF)
		return 1
	}), 3)
	equal(t, "sum", sum, 3)
	equal(t, "error", err, nil)

	plain := mustFunc[func(*Callback, int64) int64](t, l, "call_times")
	_, err = call(mustCallback(t, func(x int64) int64 { return plain(thrower, 1) }), 1)
	wantError(t, err, io.EOF, "panic: ffi: call call_times of ")
}

// TestPanicBeforeCall has a callback panic, and another callback of the same call call C: that call has nothing to do with it.
func TestPanicBeforeCall(t *testing.T) {
	l := callbackLib(t)
	call := mustFunc[func(*Callback, int64) (int64, error)](t, l, "call_times")
	plain := mustFunc[func(*Callback, int64) int64](t, l, "call_times")
	thrower := mustCallback(t, func(int64) int64 { panic(io.ErrNoProgress) })
	sum, err := call(mustCallback(t, func(x int64) int64 {
		if x == 0 {
			panic(io.EOF)
		}
		_, err := call(thrower, 1)
		wantError(t, err, io.ErrNoProgress)
		return plain(mustCallback(t, func(int64) int64 { return x }), 1)
	}), 3)
	equal(t, "sum", sum, 0+1+2)
	wantError(t, err, io.EOF)
	equal(t, "goroutines with errors", pending.Load(), 0)
}

func TestErrorResultOfCallback(t *testing.T) {
	l := callbackLib(t)
	call := mustFunc[func(*Callback, int64) (int64, error)](t, l, "call_times")
	sum, err := call(mustCallback(t, func(x int64) (int64, error) {
		if x == 2 {
			return 99, io.EOF
		}
		return x, nil
	}), 4)
	equal(t, "sum", sum, 0+1+3)
	wantError(t, err, io.EOF, "callback func(int64) (int64, error): EOF")
	void := mustFunc[func(*Callback) error](t, l, "call_void")
	wantError(t, void(mustCallback(t, func() error { return io.EOF })), io.EOF)
	equal(t, "no error", void(mustCallback(t, func() error { return nil })), nil)
}

func TestPanicOnThread(t *testing.T) {
	l := callbackLib(t)
	reports := hooked(t)
	call := mustFunc[func(*Callback, int64) (int64, error)](t, l, "call_thread")
	cb := mustCallback(t, func(x int64) int64 {
		if x == 1 {
			panic(io.EOF)
		}
		return x
	})
	sum, err := call(cb, 4)
	equal(t, "sum", sum, 0+2+3)
	equal(t, "error of the call, which made the thread", err, nil)
	wantError(t, cb.Err(), io.EOF)
	if list := reports(); len(list) != 1 {
		t.Errorf("reports %v, want one", list)
	} else {
		wantError(t, list[0], io.EOF, "callback func(int64) int64: panic: EOF")
	}
}

// TestGoexitInCallback ends goroutines in callbacks, with a panic's error waiting, and goes on with the program.
func TestGoexitInCallback(t *testing.T) {
	l := callbackLib(t)
	call := mustFunc[func(*Callback, int64) int64](t, l, "call_times")
	cb := mustCallback(t, func(x int64) int64 {
		if x == 0 {
			panic("first")
		}
		runtime.Goexit()
		return 0
	})
	after := mustCallback(t, func(x int64) int64 { return x })
	var wg sync.WaitGroup
	ended, returned := make(chan bool, 100), make(chan bool, 100)
	for range 100 {
		wg.Go(func() {
			defer func() {
				equal(t, "a call in a deferred function", call(after, 3), 3)
				ended <- true
			}()
			call(cb, 2)
			returned <- true
		})
	}
	wg.Wait()
	equal(t, "goroutines that ended", len(ended), 100)
	equal(t, "calls that returned", len(returned), 0)
	equal(t, "goroutines with errors", pending.Load(), 0)
	equal(t, "a call afterwards", call(after, 4), 6)
}

// The name of the variable that makes the test's executable a program that does what ends it.
const envFatal = "FFI_TEST_FATAL"

// TestGoexitOnThread has a program end with a message that says why.
func TestGoexitOnThread(t *testing.T) {
	if os.Getenv(envFatal) != "" {
		l := callbackLib(t)
		call := mustFunc[func(*Callback, int64) int64](t, l, "call_thread")
		call(mustCallback(t, func(int64) int64 { runtime.Goexit(); return 0 }), 1)
		return
	}
	text, err := runTest("TestGoexitOnThread", os.Args[0])
	if errors.Is(err, syscall.ENOEXEC) { // the test itself runs under an emulator
		text, err = runTest("TestGoexitOnThread", csrctest.Need(t, "qemu-aarch64"), "-L", "/usr/aarch64-linux-gnu", os.Args[0])
	}
	if err == nil || !strings.Contains(text, "runtime.Goexit on a thread that C made") {
		t.Errorf("%v\n%s", err, text)
	}
}

// runTest runs a test alone in a process of its own.
func runTest(name string, program ...string) (string, error) {
	cmd := exec.Command(program[0], append(program[1:], "-test.run=^"+name+"$")...)
	cmd.Env = append(os.Environ(), envFatal+"=1")
	text, err := cmd.CombinedOutput()
	return string(text), err
}
