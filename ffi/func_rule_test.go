//go:build ((linux && !android) || darwin || windows) && (amd64 || arm64) && !noffi

package ffi

import (
	"errors"
	"fmt"
	"syscall"
	"testing"
)

// TestErrno checks the rules for errors, with every kind of result.
func TestErrno(t *testing.T) {
	fixtures(t, "func.c", func(t *testing.T, l *Lib) {
		f := mustFunc[func(result, code int32) (int32, error)](t, l, "fails")
		equal(t, "path", Path(f), "register")
		if n, err := f(5, 0); n != 5 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
		n, err := f(-1, int32(syscall.ENOENT))
		equal(t, "result", n, -1)
		wantError(t, err, syscall.ENOENT, "call fails of ")
		// errno is zeroed before the call.
		if n, err := mustFunc[func(int32) (int32, error)](t, l, "leaves_errno")(3); n != 3 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
		f = mustFunc[func(result, code int32) (int32, error)](t, l, "fails", FailErrno(-1))
		if n, err := f(0, int32(syscall.ENOENT)); n != 0 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
		_, err = f(-1, int32(syscall.EACCES))
		wantError(t, err, syscall.EACCES)
		_, err = f(-1, 0)
		wantError(t, err, syscall.Errno(0))

		_, err = mustFunc[func(code int32) (uint32, error)](t, l, "fails_uint", FailErrno(-1))(int32(syscall.EPERM))
		wantError(t, err, syscall.EPERM)
		pointer := mustFunc[func(p *int64, code int32) (*int64, error)](t, l, "fails_pointer", FailErrno(0))
		cell := new(int64)
		if p, err := pointer(cell, 1); p != cell || err != nil {
			t.Errorf("%p, %v", p, err)
		}
		p, err := pointer(nil, int32(syscall.EPERM))
		equal(t, "pointer", p, nil)
		wantError(t, err, syscall.EPERM)
		x, err := mustFunc[func(float64, int32) (float64, error)](t, l, "fails_double")(0.5, int32(syscall.EDOM))
		equal(t, "double", x, 0.5)
		wantError(t, err, syscall.EDOM)
		text := mustFunc[func(int32) (string, error)](t, l, "fails_string", FailErrno(0))
		s, err := text(int32(syscall.EIO))
		equal(t, "string", s, "")
		wantError(t, err, syscall.EIO)
		if s, err := text(0); s != "fine" || err != nil {
			t.Errorf("%q, %v", s, err)
		}
		void := mustFunc[func(int32) error](t, l, "fails_void")
		wantError(t, void(int32(syscall.EIO)), syscall.EIO)
		if err := void(0); err != nil {
			t.Error(err)
		}
	})
}

func TestFailRule(t *testing.T) {
	l := fixture(t, "func.c")
	bad := errors.New("negative")
	negative := func(n int32) error {
		if n < 0 {
			return fmt.Errorf("%w: %d", bad, n)
		}
		return nil
	}
	f := mustFunc[func(a, b int32) (int32, error)](t, l, "sub32", Fail(negative))
	if n, err := f(5, 3); n != 2 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	n, err := f(3, 5)
	equal(t, "result", n, -2)
	wantError(t, err, bad, "call sub32 of ", "negative: -2")
	g := mustFunc[func(a, b float64) (float64, error)](t, l, "subD", Fail(func(x float64) error {
		if x < 0 {
			return bad
		}
		return nil
	}))
	x, err := g(1, 2)
	equal(t, "float", x, -1)
	wantError(t, err, bad)
	s := mustFunc[func(int32) (string, error)](t, l, "borrowed", Fail(func(s string) error {
		if s == "" {
			return bad
		}
		return nil
	}))
	if text, err := s(2); text != "borrowed text" || err != nil {
		t.Errorf("%q, %v", text, err)
	}
	_, err = s(0)
	wantError(t, err, bad)
	p := mustFunc[func(*int64) (*int64, error)](t, l, "same", Fail(func(p *int64) error {
		if *p == 1 {
			return bad
		}
		return nil
	}))
	one, two := int64(1), int64(2)
	_, err = p(&one)
	wantError(t, err, bad)
	if q, err := p(&two); q != &two || err != nil {
		t.Errorf("%p, %v", q, err)
	}
}
