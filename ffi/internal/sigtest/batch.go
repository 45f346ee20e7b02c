package sigtest

import (
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/kgen-go/kgen/ffi/ctype"
)

// Rounds is the number of sets of values that each prototype is called with.
const Rounds = 4

// envOne gives the tests another seed, or with "seed/index" one prototype that they run with alone.
const envOne = "KGEN_SIGTEST"

// One reports whether the tests run with one prototype alone.
func One() bool { return strings.Contains(os.Getenv(envOne), "/") }

// Soak reports whether the tests are to take minutes.
func Soak() bool { return os.Getenv("KGEN_SOAK") == "1" }

// Counts says how many prototypes a test tries: each number is for a native processor and for arm64 and Windows, which are emulated
// as a rule.
type Counts struct{ Short, Usual, Soak [2]int }

// Now returns the number for this run.
func (c Counts) Now() int {
	emulated := 0
	if runtime.GOARCH == "arm64" || runtime.GOOS == "windows" {
		emulated = 1
	}
	switch {
	case Soak():
		return c.Soak[emulated]
	case testing.Short():
		return c.Short[emulated]
	}
	return c.Usual[emulated]
}

// Batch is some prototypes and a library with their fixtures.
type Batch struct {
	Prototypes []*Prototype
	Compiler   Compiler
	Library    string // path
	Number     int    // different for each batch of a test
}

// Error reports what is wrong with one prototype.
func (b *Batch) Error(t testing.TB, p *Prototype, what string, err error) {
	t.Helper()
	t.Errorf("%s, prototype %d, %s: %v\n%s%s=%d/%d runs it alone", b.Compiler.Name, p.Index, what, err, p, envOne, p.Seed, p.Index)
}

// Run makes n prototypes and runs the test with batches of them, each built by a gcc and by a clang. One prototype that was asked
// for is built by all compilers.
func Run(t *testing.T, seed uint64, n int, test func(t *testing.T, b *Batch)) {
	most := min(250, (n+1)/2) // prototypes in a library
	list := prototypes(t, seed, n)
	number := 0
	for i := 0; len(list) > 0; i++ {
		some := list[:min(most, len(list))]
		list = list[len(some):]
		for j, c := range Compilers() {
			if (i+j)%2 == 1 && !One() {
				continue // without optimization, or with it
			}
			b := &Batch{Prototypes: some, Compiler: c, Number: number}
			number++
			t.Run(fmt.Sprintf("%s/%d", c.Name, some[0].Index), func(t *testing.T) {
				t.Parallel()
				b.Library = c.Build(t, Fixture(some))
				test(t, b)
			})
		}
	}
}

// prototypes makes n prototypes, or the one that was asked for.
func prototypes(t *testing.T, seed uint64, n int) []*Prototype {
	t.Helper()
	if text := os.Getenv(envOne); text != "" {
		index := 0
		n, err := fmt.Sscanf(text, "%d/%d", &seed, &index)
		switch {
		case n == 0 || One() && err != nil:
			t.Fatalf("%s: %q is neither a seed nor a seed and an index", envOne, text)
		case One():
			p := New(ctype.Host(), seed, index)
			t.Log(p)
			return []*Prototype{p}
		}
	}
	s := &Source{Target: ctype.Host(), Seed: seed}
	list, err := s.Take(n)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d prototypes; %d more are disputed, and %d ask for too much alignment in memory", n, s.Disputed, s.Memory)
	if s.Disputed+s.Memory > s.Made()/10 {
		t.Error("too many prototypes are left out")
	}
	return list
}

// NewValues returns a source of values for a prototype.
func (p *Prototype) NewValues() *Values {
	return &Values{Rand: rand.New(rand.NewPCG(p.Seed+1, uint64(p.Index)))}
}
