package ir

import (
	"math"
	"slices"
	"unsafe"
)

// operands are where a lane by lane operation finds its n lanes. Operands that it does not have
// are those of x.
type operands struct{ d, x, y, z, n int }

func lanewiseSlots(result slot, args []slot) operands {
	o := operands{result.at, args[0].at, args[0].at, args[0].at, result.n}
	if len(args) > 1 {
		o.y = args[1].at
	}
	if len(args) > 2 {
		o.z = args[2].at
	}
	return o
}

// of returns the lanes of the result and of two operands.
func (o *operands) of(c []uint64) (d, x, y []uint64) {
	return c[o.d : o.d+o.n], c[o.x : o.x+o.n], c[o.y : o.y+o.n]
}

// lanewise prepares an operation of the table's column value.
func (k *compiler) lanewise(in *Instr, m *meaning, result slot, args []slot) exec {
	o, kind := lanewiseSlots(result, args), in.Results[0].Type.Kind
	bits := valueBits(kind)
	var run exec
	switch {
	case kind == F64:
		run = wide(m.d, o)
	case kind == F32:
		run = singles(m.s, o)
	case kind.IsSigned() && bits == 64:
		run = wide(m.i, o)
	case kind.IsSigned():
		run = narrow(m.i, o, bits, in.Op == OpShl || in.Op == OpShr)
	case bits == 64:
		run = wide(m.u, o)
	default:
		run = cut(wide(m.u, o), o, widthMask(bits))
	}
	if kind.IsInteger() && (in.Op == OpDiv || in.Op == OpRem) {
		return k.divide(in, o, run)
	}
	return run
}

// divide prepares an integer division, which has no meaning when a divisor is zero.
func (k *compiler) divide(in *Instr, o operands, run exec) exec {
	undefined := k.undefined(in)
	return func(f *frame) signal {
		if slices.Contains(f.cells[o.y:o.y+o.n], 0) {
			return undefined(f, "division by zero")
		}
		return run(f)
	}
}

// view returns cells as what they are the bits of.
func view[T int64 | uint64 | float64](cells []uint64) []T {
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(cells))), len(cells))
}

// wide prepares an operation on numbers that fill their cells. What it returns is slow when it is
// compiled as a part of its caller: the calls in it are not inlined then.
//
//go:noinline
func wide[T int64 | uint64 | float64](fn func(d, x, y, z []T), o operands) exec {
	return func(f *frame) signal {
		d, x, y := o.of(f.cells)
		fn(view[T](d), view[T](x), view[T](y), view[T](f.cells[o.z:o.z+o.n]))
		return next
	}
}

// cut prepares what keeps the low bits of an operation's result.
func cut(run exec, o operands, mask uint64) exec {
	return func(f *frame) signal {
		run(f)
		d := f.cells[o.d : o.d+o.n]
		for i := range d {
			d[i] &= mask
		}
		return next
	}
}

// narrow prepares an operation on signed integers of less than 64 bits. A shift's count is not widened.
func narrow(fn func(d, x, y, z []int64), o operands, bits int, shifts bool) exec {
	mask := widthMask(bits)
	return func(f *frame) signal {
		d, x, y := o.of(f.cells)
		room := &f.m.wide
		wideX, wideY := widen(room[0][:], x, bits), view[int64](y)
		if !shifts {
			wideY = widen(room[1][:], y, bits)
		}
		fn(view[int64](d), wideX, wideY, nil)
		for i := range d {
			d[i] &= mask
		}
		return next
	}
}

// widen returns the signed numbers of so many bits in cells.
func widen(room []int64, cells []uint64, bits int) []int64 {
	room = room[:len(cells)]
	for i, c := range cells {
		room[i] = signExtend(c, bits)
	}
	return room
}

func singles(fn func(d, x, y, z []float32), o operands) exec {
	return func(f *frame) signal {
		d, x, y := o.of(f.cells)
		room := &f.m.singles
		result := room[0][:o.n]
		fn(result, floats32(room[1][:], x), floats32(room[2][:], y), floats32(room[3][:], f.cells[o.z:o.z+o.n]))
		for i, v := range result {
			d[i] = uint64(math.Float32bits(v))
		}
		return next
	}
}

// floats32 returns the float32s in cells.
func floats32(room []float32, cells []uint64) []float32 {
	room = room[:len(cells)]
	for i, c := range cells {
		room[i] = math.Float32frombits(uint32(c))
	}
	return room
}

// compare prepares an operation of the table's column test.
func compare(r *relation, kind Kind, o operands) exec {
	switch {
	case kind == F64:
		return compareWide(r.d, o)
	case kind == F32:
		return compareSingles(r.s, o)
	case kind.IsSigned() && kind.Bits() == 64:
		return compareWide(r.i, o)
	case kind.IsSigned():
		return compareNarrow(r.i, o, kind.Bits())
	}
	return compareWide(r.u, o)
}

// compareWide prepares a comparison of numbers that fill their cells; as wide, it is not to be inlined.
//
//go:noinline
func compareWide[T int64 | uint64 | float64](test func(d []uint64, x, y []T), o operands) exec {
	return func(f *frame) signal {
		d, x, y := o.of(f.cells)
		test(d, view[T](x), view[T](y))
		return next
	}
}

func compareNarrow(test func(d []uint64, x, y []int64), o operands, bits int) exec {
	return func(f *frame) signal {
		d, x, y := o.of(f.cells)
		room := &f.m.wide
		test(d, widen(room[0][:], x, bits), widen(room[1][:], y, bits))
		return next
	}
}

func compareSingles(test func(d []uint64, x, y []float32), o operands) exec {
	return func(f *frame) signal {
		d, x, y := o.of(f.cells)
		room := &f.m.singles
		test(d, floats32(room[0][:], x), floats32(room[1][:], y))
		return next
	}
}

func convertLanes(convert func(uint64) uint64, result, arg slot) exec {
	return func(f *frame) signal {
		d, x := f.cells[result.at:result.at+result.n], f.cells[arg.at:arg.at+arg.n]
		for i := range d {
			d[i] = convert(x[i])
		}
		return next
	}
}

// selectLanes prepares a choice: of whole values by one condition, or lane by lane by a mask.
func selectLanes(lanes int, result slot, args []slot) exec {
	cond, x, y := args[0], args[1], args[2]
	if lanes == 1 {
		first, second := move(result, x), move(result, y)
		return func(f *frame) signal {
			if f.cells[cond.at] != 0 {
				return first(f)
			}
			return second(f)
		}
	}
	width := result.n / lanes
	return func(f *frame) signal {
		m := f.cells[cond.at : cond.at+lanes]
		d, x, y := f.cells[result.at:result.at+result.n], f.cells[x.at:x.at+x.n], f.cells[y.at:y.at+y.n]
		for i := range d {
			chosen := -m[i/width]
			d[i] = x[i]&chosen | y[i]&^chosen
		}
		return next
	}
}

// move prepares the copy of a value.
func move(to, from slot) exec {
	switch {
	case to.slice:
		return func(f *frame) signal {
			f.slices[to.at] = f.slices[from.at]
			return next
		}
	case to.n == 1:
		return func(f *frame) signal {
			f.cells[to.at] = f.cells[from.at]
			return next
		}
	}
	return func(f *frame) signal {
		copy(f.cells[to.at:to.at+to.n], f.cells[from.at:from.at+from.n])
		return next
	}
}

func zero(result slot) exec {
	if result.slice {
		return func(f *frame) signal {
			f.slices[result.at] = SliceRef{}
			return next
		}
	}
	return func(f *frame) signal {
		clear(f.cells[result.at : result.at+result.n])
		return next
	}
}

// shuffle prepares what moves lanes about or asks one thing of a whole value.
func shuffle(in *Instr, result slot, args []slot) exec {
	switch in.Op {
	case OpPair:
		return interleave(result, args[0], args[1])
	case OpRe:
		return strided(result, args[0], 0)
	case OpIm:
		return strided(result, args[0], 1)
	case OpSplat:
		return repeat(result, args[0])
	case OpLanes:
		return count(result, in.Results[0].Type.Kind.Bits())
	case OpExtract:
		at := args[0].at + int(in.Args[1].Bits[0])*result.n
		return move(result, slot{at, result.n, false})
	case OpAny:
		return ask(result, args[0], func(m []uint64) bool { return slices.Contains(m, 1) })
	case OpAll:
		return ask(result, args[0], func(m []uint64) bool { return !slices.Contains(m, 0) })
	case OpLen:
		return measure(result, args[0], func(s *SliceRef) uint64 { return uint64(s.Len) })
	case OpCap:
		return measure(result, args[0], func(s *SliceRef) uint64 { return uint64(s.Cap) })
	default: // OpIsNil
		return measure(result, args[0], func(s *SliceRef) uint64 { return cellOf(s.Buf == nil) })
	}
}

// interleave makes pairs, lane by lane.
func interleave(result, re, im slot) exec {
	return func(f *frame) signal {
		d := f.cells[result.at : result.at+result.n]
		for i := range re.n {
			d[2*i], d[2*i+1] = f.cells[re.at+i], f.cells[im.at+i]
		}
		return next
	}
}

// strided takes one float of each pair.
func strided(result, arg slot, part int) exec {
	return func(f *frame) signal {
		x := f.cells[arg.at+part : arg.at+arg.n]
		for i := range result.n {
			f.cells[result.at+i] = x[2*i]
		}
		return next
	}
}

func repeat(result, arg slot) exec {
	return func(f *frame) signal {
		for at := result.at; at < result.at+result.n; at += arg.n {
			copy(f.cells[at:at+arg.n], f.cells[arg.at:])
		}
		return next
	}
}

// count writes the lanes' numbers; they wrap where the lanes are more than their type can count.
func count(result slot, bits int) exec {
	mask := widthMask(bits)
	return func(f *frame) signal {
		for i := range result.n {
			f.cells[result.at+i] = uint64(i) & mask
		}
		return next
	}
}

func ask(result, arg slot, question func([]uint64) bool) exec {
	return func(f *frame) signal {
		f.cells[result.at] = cellOf(question(f.cells[arg.at : arg.at+arg.n]))
		return next
	}
}

func measure(result, arg slot, of func(*SliceRef) uint64) exec {
	return func(f *frame) signal {
		f.cells[result.at] = of(&f.slices[arg.at])
		return next
	}
}
