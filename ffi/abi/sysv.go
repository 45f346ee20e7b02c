package abi

import "github.com/kgen-go/kgen/ffi/ctype"

// sysv is the System V convention for amd64, of Linux and macOS.
type sysv struct {
	target ctype.Target
	quirks quirks

	general, vector int // registers in use
	stack           stack
}

const (
	sysvGeneral = 6
	sysvVector  = 8
	eightbyte   = 8 // bytes that are classified together
)

// class is what System V calls the class of an eightbyte.
type class uint8

const (
	noClass class = iota
	integer
	sse
	x87
	x87Up
	memory
)

// merge returns the class of an eightbyte that two fields of these classes share.
func merge(a, b class) class {
	switch {
	case a == b || b == noClass:
		return a
	case a == noClass:
		return b
	case a == memory || b == memory:
		return memory
	case a == integer || b == integer:
		return integer
	case a == sse && b == sse:
		return sse
	}
	return memory // x87 with something else
}

func (s *sysv) result(v *Value) {
	if v.Type.Kind == ctype.ComplexLongDouble {
		v.Pieces = []Piece{{Place: X87, Size: 16}, {Place: X87, Index: 1, Offset: 16, Size: 16}}
		return
	}
	classes := s.classify(v)
	if classes[0] == memory {
		v.Ref = true
		v.Pieces = []Piece{{Place: General, Size: 8}}
		s.general++
		return
	}
	if classes[0] == x87 {
		v.Pieces = []Piece{{Place: X87, Size: 16}}
		return
	}
	v.Pieces = s.registers(v, classes, 0, 0)
}

func (s *sysv) arg(v *Value, anonymous bool) {
	classes := s.classify(v)
	general, vector := count(classes)
	free := sysvGeneral - s.general
	switch {
	case s.quirks&emptyRecords != 0 && empty(v.Type):
		if classes[0] == noClass {
			s.push(v)
		}
	case classes[0] == memory || classes[0] == x87:
		s.push(v)
	case s.quirks&splitInt128 != 0 && isInt128(v.Type) && free < 2:
		s.split(v)
	case general > free || s.vector+vector > sysvVector:
		s.push(v)
	default:
		v.Pieces = s.registers(v, classes, s.general, s.vector)
		s.general += general
		s.vector += vector
	}
}

func (s *sysv) end(c *Call) {
	c.Stack = s.stack.next
	c.Vectors = s.vector
}

// push places a value on the stack, as a whole.
func (s *sysv) push(v *Value) {
	align := v.Align
	if !v.Type.Kind.IsRecord() {
		align = int(s.target.Size(v.Type.Base().Part())) // a typedef's alignment does not count
	}
	s.stack.push(v, alignUp(v.Size, eightbyte), max(align, eightbyte))
	v.Pieces[0].Extend = extend(s.target, v.Type, v.Size)
}

// split places an __int128 as two words that need not stay together, when there are no registers for both.
func (s *sysv) split(v *Value) {
	if s.general == sysvGeneral {
		s.stack.push(v, 2*eightbyte, eightbyte)
		return
	}
	v.Pieces = []Piece{
		{Place: General, Index: s.general, Size: eightbyte},
		{Place: Stack, Index: s.stack.next, Offset: eightbyte, Size: eightbyte},
	}
	s.general++
	s.stack.next += eightbyte
}

// registers places the eightbytes of a value in registers from the given ones on.
func (s *sysv) registers(v *Value, classes [2]class, general, vector int) []Piece {
	var pieces []Piece
	for i, c := range classes {
		offset := eightbyte * i
		p := Piece{Offset: offset, Size: min(eightbyte, v.Size-offset)}
		switch c {
		case noClass:
			continue
		case integer:
			p.Place, p.Index = General, general
			p.Extend = extend(s.target, v.Type, v.Size)
			general++
		default:
			p.Place, p.Index = Vector, vector
			vector++
			if s.quirks&memberBytes != 0 && s.forgets(v, int64(offset)) {
				p.Size = eightbyte / 2
			}
		}
		pieces = append(pieces, p)
	}
	return pieces
}

// count returns the number of registers of each kind that a value needs.
func count(classes [2]class) (general, vector int) {
	for _, c := range classes {
		switch c {
		case integer:
			general++
		case sse, x87Up:
			vector++
		}
	}
	return general, vector
}

// classify returns the classes of a value's eightbytes; memory as the first means the whole value.
func (s *sysv) classify(v *Value) [2]class {
	if v.Size > 2*eightbyte || s.quirks&flexibleInMemory != 0 && hasFlexible(v.Type) {
		return [2]class{memory, memory}
	}
	return s.classes(part{typ: v.Type, width: 8 * int64(v.Size)})
}

// classes returns the classes of the value's eightbytes as far as one part of it determines them.
func (s *sysv) classes(p part) [2]class {
	switch {
	case s.misaligned(p):
		return [2]class{memory, memory}
	case p.scalar():
		return s.scalar(p)
	}
	var classes [2]class
	for _, child := range p.children(s.target) {
		c := s.classes(child)
		classes[0], classes[1] = merge(classes[0], c[0]), merge(classes[1], c[1])
	}
	// This holds for each record by itself, before it is part of another.
	loose := classes[1] == x87Up && classes[0] != x87 && s.quirks&looseX87 == 0
	if loose || classes[0] == memory || classes[1] == memory {
		return [2]class{memory, memory}
	}
	return classes
}

// misaligned reports whether a part lies where its type must not lie, which puts the whole value in memory.
func (s *sysv) misaligned(p part) bool {
	align := int64(1)
	switch {
	case s.quirks&namelessBits != 0 && p.nameless() && (p.width == 8 || p.width == 16 || p.width == 32 || p.width == 64):
		return p.bit%p.width != 0 // a plain field to gcc
	case s.quirks&wholeUnionBits != 0 && p.bitField() && p.union:
		align = s.target.Size(p.typ.Base())
	case p.bitField() || p.typ.IsFlexible():
		return false
	case s.quirks&declaredAlign != 0:
		align, _ = s.target.Alignof(p.typ)
	case s.absent(p):
	case p.scalar():
		align = s.target.Size(p.typ.Base().Part())
	}
	return p.bit%(8*align) != 0
}

// absent reports whether a part is the element of an array of no elements and does not count.
func (s *sysv) absent(p part) bool {
	return p.none && (s.quirks&emptyArrays == 0 || p.bit%64 == 0)
}

// scalar returns the classes of the eightbytes where a scalar lies.
func (s *sysv) scalar(p part) (classes [2]class) {
	first, last := p.bit/64, (p.bit+p.width-1)/64
	switch {
	case p.bitField() && p.union && s.quirks&wholeUnionBits != 0:
		size, _ := s.target.Sizeof(p.typ)
		last = (p.bit + 8*size - 1) / 64
	case p.nameless() && (p.union || p.width == 0 || s.quirks&namelessBits == 0):
		return classes
	case s.absent(p):
		return classes
	case p.none:
		last = first
	case s.quirks&declaredAlign != 0 && p.width <= 64 && !p.bitField() && !p.typ.Kind.IsComplex():
		last = first // of what lies across two eightbytes clang loses the end
	}
	for i := first; i <= min(last, 1); i++ {
		classes[i] = scalarClass(p.typ.Base(), i > first)
	}
	return classes
}

// scalarClass returns the class of a scalar's first or second eightbyte.
func scalarClass(k ctype.Kind, second bool) class {
	switch {
	case k == ctype.LongDouble && second:
		return x87Up
	case k == ctype.LongDouble:
		return x87
	case k.IsFloat() || k.IsComplex():
		return sse
	}
	return integer
}

func isInt128(t *ctype.Type) bool { return t.Base() == ctype.Int128 || t.Base() == ctype.UInt128 }
