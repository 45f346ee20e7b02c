package kg

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"unsafe"
)

func TestReslice(t *testing.T) {
	base := []int32{1, 2, 3, 4, 5, 6}
	s := base[:4:5]
	for low := 0; low <= 5; low++ {
		for high := low; high <= 5; high++ {
			for limit := high; limit <= 5; limit++ {
				got, want := Reslice(s, low, high, limit), s[low:high:limit]
				if !slices.Equal(got, want) || cap(got) != cap(want) || cap(want) > 0 && unsafe.SliceData(got) != unsafe.SliceData(want) {
					t.Errorf("Reslice(s, %d, %d, %d) = %v, cap %d", low, high, limit, got, cap(got))
				}
				if got == nil {
					t.Errorf("Reslice(s, %d, %d, %d) is nil", low, high, limit)
				}
			}
		}
	}
	if Reslice([]int32(nil), 0, 0, 0) != nil {
		t.Error("a slice of nil is not nil")
	}
}

func TestAt(t *testing.T) {
	s := [][2]float64{{1, 2}, {3, 4}}
	*At(s, 1) = [2]float64{5, 6}
	*At(At(s, 0)[:], 1) = 7
	if s[1] != [2]float64{5, 6} || s[0] != [2]float64{1, 7} {
		t.Error(s)
	}
	if n := testing.AllocsPerRun(10, func() { *At(s, 0) = *At(s, 1); s = Reslice(s, 0, 2, 2) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestMake(t *testing.T) {
	if s := Make[int64](3); len(s) != 3 || cap(s) != 3 {
		t.Error(s)
	}
	if s := Make[int64](0); s == nil {
		t.Error("Make(0) is nil")
	}
	for _, n := range []int{-1, math.MinInt, math.MaxInt, math.MaxInt / 8} {
		if s := Make[int64](n); s != nil {
			t.Errorf("Make(%d) is not nil", n)
		}
	}
	if b := NewBuffer(Make[int64](-1)); b != (Buffer{}) {
		t.Error(b)
	}
	s := make([]int16, 2, 5)
	if b := NewBuffer(s); b.Cap != 5 || b.Ptr != unsafe.Pointer(&s[0]) {
		t.Error(b)
	}
}

func TestSub(t *testing.T) {
	base := []int16{1, 2, 3, 4, 5}[:2]
	got := Sub(base, Ref{0, 1, 2, 3})
	if !slices.Equal(got, []int16{2, 3}) || cap(got) != 3 || &got[0] != &base[1] {
		t.Error(got, cap(got))
	}
	if empty := Sub(base, Ref{}); empty == nil || len(empty) != 0 || cap(empty) != 0 {
		t.Error("an empty slice of a buffer must not be nil", empty)
	}
}

func TestFailed(t *testing.T) {
	sites := Sites{{Kind: Divide}, {Kind: Index, Kernel: "F", File: "f.kg", Line: 3, Col: 4}}
	err := sites.Failed(2, Fault{7, 5})
	var e *Error
	if !errors.As(err, &e) || e.X != 7 || e.Y != 5 || e.Site != sites[1] {
		t.Error(err)
	}
	if want := "f.kg:3:4: kernel F: index out of range [7] with length 5"; err.Error() != want {
		t.Errorf("got %q, want %q", err, want)
	}
	for _, status := range []int32{-1, math.MinInt32, 3} {
		if err := sites.Failed(status, Fault{}); errors.As(err, &e) || !strings.Contains(err.Error(), "internal error") {
			t.Errorf("status %d gives %v", status, err)
		}
	}
}

// TestHuge: what is beyond what a machine is likely to have is huge, what cannot be made at all is not.
func TestHuge(t *testing.T) {
	for _, c := range []struct {
		n    int
		want bool
	}{{-1, false}, {0, false}, {1 << 29, false}, {1<<29 + 1, true}, {1 << 44, true}, {1<<44 + 1, false}, {math.MaxInt, false}} {
		if got := Huge[float64](c.n); got != c.want {
			t.Errorf("Huge[float64](%d) = %v", c.n, got)
		}
	}
}
