// Package sigtest makes random C prototypes, random values for them, and C functions that show what arrives in a call: an
// oracle for everything that calls C or is called by it.
//
// All is made from a seed and an index, so each prototype of a failure can be made again alone.
package sigtest

import (
	"errors"
	"fmt"
	"strings"

	"github.com/kgen-go/kgen/ffi/abi"
	"github.com/kgen-go/kgen/ffi/ctype"
)

// Prototype is a random prototype with the types of the arguments of its calls. Its types' names start with "p", the index and "_", so
// any number of prototypes of one seed can be declared together.
type Prototype struct {
	Seed   uint64
	Index  int
	Target ctype.Target
	Func   *ctype.Type   // of kind Func
	Extra  []*ctype.Type // of the arguments that the prototype does not name; promoted as C does
}

// Name is the name of the C function that receives calls.
func (p *Prototype) Name() string { return fmt.Sprintf("f%d", p.Index) }

// CallerName is the name of the C function that makes calls, of a function pointer that it is passed.
func (p *Prototype) CallerName() string { return fmt.Sprintf("call%d", p.Index) }

// Args returns the types of all arguments.
func (p *Prototype) Args() []*ctype.Type {
	var list []*ctype.Type
	for _, param := range p.Func.Func.Params {
		list = append(list, param.Type)
	}
	return append(list, p.Extra...)
}

// Result returns the result's type, which may be void.
func (p *Prototype) Result() *ctype.Type { return p.Func.Func.Result }

// Loose reports whether the prototype does not name all arguments.
func (p *Prototype) Loose() bool { return p.Func.Func.Variadic || p.Func.Func.Unknown }

// String is the prototype in C with its types and with the places where the platform passes the values.
func (p *Prototype) String() string {
	var b strings.Builder
	b.WriteString(ctype.Source(append(p.Args(), p.Func)...))
	fmt.Fprintf(&b, "%s;", p.Func.Declare(p.Name()))
	if p.Loose() {
		fmt.Fprintf(&b, " // called with %v", p.Extra)
	}
	b.WriteString("\n")
	if call, err := abi.Classify(p.Target, p.Func, p.Extra); err == nil {
		b.WriteString(call.String())
	}
	return b.String()
}

// key describes the prototype without names, so that equal ones can be found.
func (p *Prototype) key() string {
	var b strings.Builder
	for _, t := range append([]*ctype.Type{p.Result()}, p.Args()...) {
		writeKey(&b, t)
	}
	fmt.Fprint(&b, len(p.Extra), p.Loose())
	return b.String()
}

func writeKey(b *strings.Builder, t *ctype.Type) {
	fmt.Fprint(b, t.Kind, t.Base(), t.Align, " ")
	switch {
	case t.Kind == ctype.Array:
		fmt.Fprint(b, "[", t.Len)
		writeKey(b, t.Elem)
	case t.Kind.IsRecord():
		r := t.Record
		fmt.Fprint(b, "{", r.Packed, r.Pack, r.Align)
		for _, f := range r.Fields {
			fmt.Fprint(b, ";", f.BitField, f.Bits, f.Packed, f.Align)
			writeKey(b, f.Type)
		}
		b.WriteString("}")
	}
}

// Source makes prototypes one after the other, all of them different, and leaves out those that cannot be called.
type Source struct {
	Target ctype.Target
	Seed   uint64

	Disputed int // of them compilers pass in different ways
	Memory   int // of them ask for more alignment in memory than a stack has

	next int
	seen map[string]bool
}

// Take returns the next n prototypes. The error is one that no valid prototype has.
func (s *Source) Take(n int) ([]*Prototype, error) {
	if s.seen == nil {
		s.seen = make(map[string]bool)
	}
	var list []*Prototype
	for len(list) < n {
		p := New(s.Target, s.Seed, s.next)
		s.next++
		_, err := abi.Classify(s.Target, p.Func, p.Extra)
		switch key := p.key(); {
		case errors.Is(err, ctype.ErrDisputed):
			s.Disputed++
		case errors.Is(err, abi.ErrByValue):
			s.Memory++
		case err != nil:
			return nil, fmt.Errorf("prototype %d of seed %d: %w\n%s", p.Index, p.Seed, err, p)
		case !s.seen[key]:
			s.seen[key] = true
			list = append(list, p)
		}
	}
	return list, nil
}

// Made returns the number of prototypes that were made, also of those that were left out.
func (s *Source) Made() int { return s.next }
