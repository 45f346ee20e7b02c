package symbol

import "testing"

func TestWithoutTypes(t *testing.T) {
	for in, want := range map[string]string{
		"":                                   "",
		"p.F":                                "p.F",
		"p.F[int]":                           "p.F",
		"p.(*T[go.shape.int]).M":             "p.(*T).M",
		"p.Map[[4]int,map[string][]T].func1": "p.Map.func1",
		"p.F[int].func1[a]":                  "p.F.func1",
		"x]y[":                               "x]y",
	} {
		if got := WithoutTypes(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
