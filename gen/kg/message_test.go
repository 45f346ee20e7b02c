package kg

import (
	"fmt"
	"runtime"
	"testing"
)

// TestMessages compares the messages with those of the Go run time for the same faults.
func TestMessages(t *testing.T) {
	s := make([]byte, 3, 5)
	i, j, k := -1, 4, 6 // variables, so that the compiler does not see the faults
	big := uint64(1) << 63
	for _, c := range []struct {
		err   Error
		fault func()
	}{
		{Error{Site{Kind: Index}, 4, 3}, func() { _ = s[j] }},
		{Error{Site{Kind: Index}, -1, 3}, func() { _ = s[i] }},
		{Error{Site{Kind: Index, Unsigned: true}, -1 << 63, 3}, func() { _ = s[big] }},
		{Error{Site{Kind: SliceHigh}, 6, 5}, func() { _ = s[:k] }},
		{Error{Site{Kind: SliceHigh}, -1, 5}, func() { _ = s[:i] }},
		{Error{Site{Kind: SliceLow}, 4, 3}, func() { _ = s[j:] }},
		{Error{Site{Kind: SliceLow}, -1, 3}, func() { _ = s[i:] }},
		{Error{Site{Kind: SliceMax}, 6, 5}, func() { _ = s[0:1:k] }},
		{Error{Site{Kind: SliceMax}, -1, 5}, func() { _ = s[0:1:i] }},
		{Error{Site{Kind: SliceHigh3}, 4, 3}, func() { _ = s[0:j:3] }},
		{Error{Site{Kind: SliceHigh3}, -1, 3}, func() { _ = s[0:i:3] }},
		{Error{Site{Kind: SliceLow3}, 4, 3}, func() { _ = s[j:3:3] }},
		{Error{Site{Kind: SliceLow3}, -1, 3}, func() { _ = s[i:3:3] }},
		{Error{Site: Site{Kind: Divide}}, func() { _ = 1 / (i + 1) }},
	} {
		want := message(t, c.fault)
		if got := "runtime error: " + c.err.message(); got != want {
			t.Errorf("%q, Go says %q", got, want)
		}
	}
}

// message returns the run time's message for a fault.
func message(t *testing.T, fault func()) (text string) {
	defer func() {
		err, ok := recover().(runtime.Error)
		if !ok {
			t.Error("no fault")
		}
		text = fmt.Sprint(err)
	}()
	fault()
	return ""
}
