package abi_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/kgen-go/kgen/ffi/abi"
	"github.com/kgen-go/kgen/ffi/ctype"
	"github.com/kgen-go/kgen/ffi/ctype/ctypetest"
)

// TestRandom classifies random prototypes on all targets and checks what holds for each: every byte of a value travels,
// and no two values share a place.
func TestRandom(t *testing.T) {
	const prototypes = 3000
	refused := map[ctype.Target]int{}
	for seed := range uint64(prototypes) {
		fn, extra := randomPrototype(seed)
		for _, target := range ctype.Targets() {
			c, err := abi.Classify(target, fn, extra)
			switch {
			case errors.Is(err, ctype.ErrDisputed) || errors.Is(err, abi.ErrByValue):
				refused[target]++
			case err != nil:
				t.Fatalf("seed %d: %v", seed, err)
			default:
				if err := consistent(c); err != nil {
					t.Fatalf("seed %d, %v\n%v\n%v: %v", seed, target, fn, c, err)
				}
			}
		}
	}
	for target, n := range refused {
		if n > prototypes/2 {
			t.Errorf("%v: %d of %d prototypes refused", target, n, prototypes)
		}
	}
}

// randomPrototype returns a function of random scalars and records, some of them behind the "...".
func randomPrototype(seed uint64) (fn *ctype.Type, extra []*ctype.Type) {
	options := ctypetest.Options{Depth: 2, Unions: true, Anonymous: true}
	if seed%2 == 0 {
		options = ctypetest.Everything(2)
	}
	options.Fields = 4
	g, rng := ctypetest.NewGenerator(seed, "t", options), rand.New(rand.NewPCG(seed, 1))
	types := make([]*ctype.Type, 1+rng.IntN(12))
	for i := range types {
		if rng.IntN(2) == 0 {
			types[i] = g.Record()
			continue
		}
		kinds := ctypetest.Scalars()
		for types[i] == nil || types[i].Kind == ctype.Enum || types[i].Kind == ctype.Pointer {
			types[i] = ctype.Basic(kinds[rng.IntN(len(kinds))])
		}
	}
	named := 1 + rng.IntN(len(types))
	if named < len(types) && rng.IntN(2) == 0 {
		return ctype.VariadicOf(types[0], types[1:named]...), types[named:]
	}
	return ctype.FuncOf(types[0], types[1:]...), nil
}

// registersOf is the number of general and vector registers of arguments.
var registersOf = map[string][2]int{"amd64": {6, 8}, "arm64": {8, 8}, "windows/amd64": {4, 4}}

// consistent checks the places of one call.
func consistent(c *abi.Call) error {
	limit := registersOf[c.Target.Arch]
	if l, ok := registersOf[c.Target.String()]; ok {
		limit = l
	}
	taken := map[string]bool{}
	for i := range c.Args {
		v := &c.Args[i]
		if err := complete(v); err != nil {
			return fmt.Errorf("argument %d: %w", i+1, err)
		}
		for _, p := range v.Pieces {
			if p.Place == abi.General && p.Index >= limit[0] || p.Place == abi.Vector && p.Index >= limit[1] || p.Place == abi.X87 {
				return fmt.Errorf("argument %d is in register %d", i+1, p.Index)
			}
			if p.Place == abi.Stack && p.Index+p.Size > c.Stack {
				return fmt.Errorf("argument %d lies behind the stack", i+1)
			}
			if err := take(taken, p); err != nil {
				return fmt.Errorf("argument %d: %w", i+1, err)
			}
		}
	}
	if c.Stack%16 != 0 {
		return fmt.Errorf("%d bytes of stack", c.Stack)
	}
	return complete(&c.Result)
}

// take marks a place and all its bytes.
func take(taken map[string]bool, p abi.Piece) error {
	n := 1
	if p.Place == abi.Stack {
		n = p.Size
	}
	for i := range n {
		key := fmt.Sprint(p.Place, p.Index+i)
		if taken[key] {
			return fmt.Errorf("place %s is taken", key)
		}
		taken[key] = true
	}
	return nil
}

// complete checks that the pieces cover a value that travels, except for eightbytes that hold nothing.
func complete(v *abi.Value) error {
	if v.Ref {
		if len(v.Pieces) != 1 || v.Pieces[0].Size != 8 {
			return fmt.Errorf("address in pieces %v", v.Pieces)
		}
		return nil
	}
	covered := make([]bool, v.Size)
	for _, p := range v.Pieces {
		if p.Offset < 0 || p.Size <= 0 || p.Offset+p.Size > v.Size {
			return fmt.Errorf("piece %v of a value of %d bytes", p, v.Size)
		}
		for i := range p.Size {
			covered[p.Offset+i] = true
		}
	}
	for i, ok := range covered {
		if !ok && v.Pieces != nil && (!v.Type.Kind.IsRecord() || covered[i&^7]) {
			return fmt.Errorf("byte %d does not travel", i)
		}
	}
	return nil
}
