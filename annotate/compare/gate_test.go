package compare_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/kgen-go/kgen/annotate/compare"
	"github.com/kgen-go/kgen/annotate/report"
)

func TestParseGate(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"  ", ""},
		{"bounds-in-loop<=0,heap-per-call<=2,new<=0", "bounds-in-loop<=0,heap-per-call<=2,new<=0"},
		{" bounds == 3 , slice-bounds>1", "bounds==3,slice-bounds>1"},
		{"escape@net/http < 7", "escape@net/http<7"},
		{"heap @ ./x-y/... >= 1", "heap@./x-y/...>=1"},
		{"moved@a b.go<=1", "moved@a b.go<=1"},
	} {
		g, err := compare.ParseGate(c.in)
		if err != nil {
			t.Errorf("%q: %v", c.in, err)
		} else if got := written(g); got != c.want {
			t.Errorf("%q: got %q", c.in, got)
		}
	}
}

func written(g compare.Gate) string {
	var list []string
	for _, c := range g {
		list = append(list, c.String())
	}
	return strings.Join(list, ",")
}

func TestParseGateErrors(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"bonds<=0", `unknown metric "bonds"; did you mean bounds?`},
		{"bounds-in-loops<=0", "did you mean bounds-in-loop?"},
		{"zzzzzzzzzzz<=0", "there are alloc, alloc-in-loop, bounds,"},
		{"inlined<=0", `unknown metric "inlined"`},
		{"bounds", "not of the form metric<=limit"},
		{"bounds<=", "the limit must be a whole number"},
		{"bounds<=-1", "the limit must be a whole number"},
		{"bounds<=1.5", "the limit must be a whole number"},
		{"bounds<=99999999999999999999", "the limit must be a whole number"},
		{"bounds=0", "unknown operator ="},
		{"bounds=<0", "unknown operator =<"},
		{"bounds!=0", "unknown operator !="},
		{"<=0", `unknown metric ""`},
		{"bounds@<=0", "missing after @"},
		{"bounds<=0,", "a condition is missing"},
		{",bounds<=0", "a condition is missing"},
		{"bounds<=0;new<=0", "whole number"},
	} {
		g, err := compare.ParseGate(c.in)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: got %v, error %v", c.in, g, err)
		}
	}
}

// TestMetrics wants a metric for each kind that costs, with its form for loops, and none for others.
func TestMetrics(t *testing.T) {
	list := compare.Metrics()
	for _, k := range report.Kinds() {
		for _, name := range []string{string(k.Kind), string(k.Kind) + "-in-loop"} {
			want := k.Class == report.Costs || name == "unknown"
			if got := slices.Contains(list, name); got != want {
				t.Errorf("%s: %v, want %v", name, got, want)
			}
		}
	}
}

// FuzzParseGate wants what was read to be written in a form that reads as the same.
func FuzzParseGate(f *testing.F) {
	for _, s := range []string{"bounds-in-loop<=0,heap-per-call<=2,new<=0", "bounds@a/...==1", "x", "bounds@@<1", "a=<,"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		g, err := compare.ParseGate(s)
		if err != nil {
			return
		}
		again, err := compare.ParseGate(written(g))
		if err != nil || !slices.Equal(g, again) {
			t.Fatalf("%q: %v, again %v, error %v", s, g, again, err)
		}
		if _, err := g.Evaluate(&report.Report{}, nil); err == nil {
			t.Fatal("an empty report was judged")
		}
	})
}
