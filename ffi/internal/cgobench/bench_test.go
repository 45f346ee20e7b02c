//go:build cgo && linux && !android && (amd64 || arm64) && !noffi

package main

import "testing"

func races(tb testing.TB) map[string][]race {
	tb.Helper()
	list, err := calls()
	if err != nil {
		tb.Fatal(err)
	}
	back, err := callbacks()
	if err != nil {
		tb.Fatal(err)
	}
	return map[string][]race{"call": list, "callback": back}
}

// TestSame makes sure that all rivals call the function, and that those which shall not allocate do not.
func TestSame(t *testing.T) {
	for kind, list := range races(t) {
		for _, race := range list {
			for _, r := range race.rivals {
				if got := r.run(3); got != race.want {
					t.Errorf("%s %s by %s: %v, want %v", kind, race.name, r.way, got, race.want)
				}
				switch r.way {
				case byDirect, byRegister, byLeaf, byCallback:
					if n := allocs(r.run); n > 0 && race.name != "string" {
						t.Errorf("%s %s by %s: %v allocations", kind, race.name, r.way, n)
					}
				}
			}
		}
	}
}

func BenchmarkCall(b *testing.B)     { bench(b, races(b)["call"]) }
func BenchmarkCallback(b *testing.B) { bench(b, races(b)["callback"]) }

func bench(b *testing.B, list []race) {
	for _, race := range list {
		for _, r := range race.rivals {
			b.Run(race.name+"/"+r.way, func(b *testing.B) {
				b.ReportAllocs()
				r.run(b.N)
			})
		}
	}
}
