package ctypetest

import (
	"fmt"
	"math/bits"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/kgen-go/kgen/ffi/ctype"
)

// Probe asks a C compiler for the layouts of complete records. It compiles and reads constants out of the object file, so the
// compiler may be one for another platform.
type Probe struct {
	Compiler []string // with its arguments: "clang", "--target=arm64-apple-darwin"
	Prologue string   // C text that declares the types; "" for what ctype.Source writes
	Layout   func(*ctype.Type) (ctype.Layout, error)
}

// place is where a compiler or this project puts a field.
type place struct {
	path        string // "a.b"
	bits        bool
	open        bool  // a flexible array, which has no size
	offset, len int64 // in bits for bit-fields, else in bytes
}

// Difference is a type that the compiler lays out differently.
type Difference struct {
	Type  *ctype.Type
	Lines []string // what differs
}

// String is the difference with the type's definition.
func (d Difference) String() string {
	return strings.Join(d.Lines, "\n") + "\n" + ctype.Source(d.Type)
}

// Compare lays the types out, asks the compiler, and returns where they differ. It writes files to dir.
func (p Probe) Compare(dir string, types []*ctype.Type) ([]Difference, error) {
	if p.Prologue == "" {
		p.Prologue = ctype.Source(types...)
	}
	want := make([][]place, len(types))
	var c strings.Builder
	c.WriteString(p.Prologue)
	for i, t := range types {
		places, err := p.places(t, "", 0)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", t.Define(), err)
		}
		want[i] = places
		writeProbe(&c, i, t, places)
	}
	obj, err := p.compile(dir, c.String())
	if err != nil {
		return nil, err
	}
	var diffs []Difference
	for i, t := range types {
		l, err := p.Layout(t)
		if err != nil {
			return nil, err
		}
		d, err := compare(obj, i, t, l, want[i])
		if err != nil {
			return nil, err
		}
		if d != nil {
			diffs = append(diffs, Difference{t, d})
		}
	}
	return diffs, nil
}

// places lists the named fields of a record and of the records in it.
func (p Probe) places(t *ctype.Type, prefix string, base int64) ([]place, error) {
	l, err := p.Layout(t)
	if err != nil {
		return nil, err
	}
	var list []place
	for i, f := range t.Record.Fields {
		at := l.Fields[i]
		path := prefix + f.Name
		switch {
		case f.BitField && f.Name != "":
			list = append(list, place{path: path, bits: true, offset: 8*base + at.Bit, len: at.Width})
		case f.BitField:
		case f.Name != "":
			list = append(list, place{path: path, open: f.Type.IsFlexible(), offset: base + at.Offset, len: at.Size})
			path += "."
			fallthrough
		default:
			if !f.Type.Kind.IsRecord() {
				continue
			}
			inner, err := p.places(f.Type, path, base+at.Offset)
			if err != nil {
				return nil, err
			}
			list = append(list, inner...)
		}
	}
	return list, nil
}

// writeProbe writes the constants that tell the layout of type i: an array of numbers, and for each bit-field a record
// with all its bits set.
func writeProbe(c *strings.Builder, i int, t *ctype.Type, places []place) {
	fmt.Fprintf(c, "const unsigned long long probe_%d[] = { sizeof(%s), _Alignof(%s)", i, t, t)
	for _, p := range places {
		switch {
		case p.bits:
		case p.open:
			fmt.Fprintf(c, ", __builtin_offsetof(%s, %s), 0", t, p.path)
		default:
			fmt.Fprintf(c, ", __builtin_offsetof(%s, %s), sizeof(((%s *)0)->%s)", t, p.path, t, p.path)
		}
	}
	c.WriteString(" };\n")
	for j, p := range places {
		if p.bits {
			fmt.Fprintf(c, "const %s probe_%d_%d = { .%s = -1 };\n", t, i, j, p.path)
		}
	}
}

// compile makes the text an object file and reads it.
func (p Probe) compile(dir, text string) (*object, error) {
	source, out := filepath.Join(dir, "probe.c"), filepath.Join(dir, "probe.o")
	if err := os.WriteFile(source, []byte(text), 0o666); err != nil {
		return nil, err
	}
	args := append(append([]string{}, p.Compiler[1:]...), "-std=gnu11", "-w", "-c", "-o", out, source)
	if log, err := exec.Command(p.Compiler[0], args...).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", strings.Join(p.Compiler, " "), err, clip(log))
	}
	return readObject(out)
}

func clip(b []byte) []byte { return b[:min(len(b), 2000)] }

// compare compares the layout of type i with the object's constants.
func compare(obj *object, i int, t *ctype.Type, l ctype.Layout, want []place) ([]string, error) {
	count := 2
	for _, p := range want {
		if !p.bits {
			count += 2
		}
	}
	numbers, err := obj.numbers(fmt.Sprintf("probe_%d", i), count)
	if err != nil {
		return nil, err
	}
	var diffs []string
	check := func(what string, got, want int64) {
		if got != want {
			diffs = append(diffs, fmt.Sprintf("%s: %s is %d, the compiler's %d", t, what, want, got))
		}
	}
	check("size", numbers[0], l.Size)
	check("alignment", numbers[1], l.Align)
	size, numbers := numbers[0], numbers[2:]
	for j, p := range want {
		if !p.bits {
			check("offset of "+p.path, numbers[0], p.offset)
			check("size of "+p.path, numbers[1], p.len)
			numbers = numbers[2:]
			continue
		}
		data, err := obj.bytes(fmt.Sprintf("probe_%d_%d", i, j), int(size))
		if err != nil {
			return nil, err
		}
		first, ones := run(data)
		check("first bit of "+p.path, first, p.offset)
		check("bits of "+p.path, ones, p.len)
	}
	return diffs, nil
}

// run returns the index of the lowest bit that is set and how many are.
func run(data []byte) (first, count int64) {
	first = -1
	for i, b := range data {
		if b != 0 && first < 0 {
			first = int64(8*i + bits.TrailingZeros8(b))
		}
		count += int64(bits.OnesCount8(b))
	}
	return first, count
}
