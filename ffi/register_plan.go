package ffi

import (
	"reflect"
	"slices"
	"unsafe"

	"github.com/kgen-go/kgen/ffi/abi"
	"github.com/kgen-go/kgen/ffi/ctype"
	"github.com/kgen-go/kgen/ffi/internal/sys"
)

// classify says where C's arguments travel.
func (f *function) classify() (*abi.Call, error) {
	return abi.Classify(host, f.proto, f.extra)
}

// Offsets in sys.GoRegs.
const (
	goInts   = unsafe.Offsetof(sys.GoRegs{}.Int)
	goFloats = unsafe.Offsetof(sys.GoRegs{}.Float)
)

// vectorLen is the size in bytes of a vector register of C's.
const vectorLen = unsafe.Sizeof(sys.Vec{})

// block says where a block of sys has C's registers and its stack arguments, in bytes.
type block struct{ general, vector, vectorSize, image uintptr }

var (
	anyBlock = block{
		general:    unsafe.Offsetof(sys.Call{}.General),
		vector:     unsafe.Offsetof(sys.Call{}.Vector),
		vectorSize: vectorLen,
		image:      unsafe.Sizeof(sys.Call{}),
	}
	smallBlock = block{
		general:    unsafe.Offsetof(sys.Small{}.Ints),
		vector:     unsafe.Offsetof(sys.Small{}.Floats),
		vectorSize: unsafe.Sizeof(sys.Small{}.Floats[0]),
	}
)

// place returns the offset of C's place in the block, false for one that is not there.
func (b *block) place(p abi.Piece) (uint16, bool) {
	i := uintptr(p.Index)
	switch p.Place {
	case abi.General:
		return uint16(b.general + 8*i), i < sys.NInt
	case abi.Vector:
		return uint16(b.vector + b.vectorSize*i), i < sys.NVector
	case abi.Stack:
		return uint16(b.image + i), i <= 8*(maxImage-1) && b.image > 0
	}
	return 0, false
}

// setMoves plans the way of the arguments, and reports whether all of them are in Go's registers and none is a
// record or a function.
func (f *registerFunc) setMoves(call *abi.Call) bool {
	f.firsts = make([]int, len(call.Args))
	for i, value := range call.Args {
		t := f.typ.In(i)
		from := register{goInts, f.ints}
		n, inFloats := goRegisters(t)
		if inFloats {
			from = register{goFloats, f.floats}
			f.floats += n
		} else {
			f.ints += n
		}
		f.firsts[i] = from.index
		if n == 0 || value.Ref || f.ints > sys.NGoInt || f.floats > sys.NGoFloat || !f.addArg(i, t, from, value.Pieces) {
			return false
		}
		if t.Kind() == reflect.String || canBeNil(t.Kind()) {
			f.Mask[from.index] = ^uintptr(0) // a Go pointer
		}
	}
	// A move writes a whole word: of two in one word of the stack the higher comes last.
	slices.SortStableFunc(f.moves, func(a, b move) int { return int(a.to) - int(b.to) })
	return true
}

// register is one of Go's registers.
type register struct {
	file  uintptr // offset in sys.GoRegs
	index int
}

func (r register) offset() uint16 { return uint16(r.file) + 8*uint16(r.index) }

// addArg adds the moves of one argument.
func (f *registerFunc) addArg(i int, t reflect.Type, from register, pieces []abi.Piece) bool {
	switch {
	case t.Kind() == reflect.String:
		return f.addCopied(&f.strings, i, from, pieces)
	case t == callbackType:
		return f.addCopied(&f.calls, i, from, pieces)
	}
	for _, p := range pieces {
		to, ok := f.block.place(p)
		if !ok {
			return false
		}
		how := argConversion(t, p.Extend)
		eachPart(t, p, how, func(how conversion, part int, offset uint16) {
			r := register{from.file, from.index + part}
			f.moves = append(f.moves, move{how, r.offset(), to + offset})
		})
	}
	return len(pieces) > 0
}

// addCopied adds an argument whose word is made for the call.
func (f *registerFunc) addCopied(list *[]copied, i int, from register, pieces []abi.Piece) bool {
	to, ok := f.block.place(pieces[0])
	*list = append(*list, copied{i, from.index, int(to)})
	return ok && len(pieces) == 1
}

// eachPart calls move for the parts of a value that a piece of C's has: a complex number has two, each of which is in a register of
// its own in Go. C may have both in one.
func eachPart(t reflect.Type, p abi.Piece, how conversion, move func(how conversion, part int, offset uint16)) {
	size := int(t.Size())
	if t.Kind() == reflect.Slice {
		size = p.Size
	}
	if isComplex(t) {
		size /= 2
	}
	if size < min(p.Size, 8) {
		how = half
	}
	for at := 0; at < p.Size; at += size {
		move(how, (p.Offset+at)/size, uint16(at))
	}
}

// argConversion extends as C wants it, which for plain char is not always as Go's type would be.
func argConversion(t reflect.Type, extend abi.Extend) conversion {
	how := conversionOf(t.Kind())
	switch {
	case how == boolean8:
		return unsigned8 // Go's true is 1
	case how == word:
		return word
	case extend == abi.Sign:
		return how | signBit
	case extend == abi.Zero:
		return how &^ signBit
	}
	return how
}

// goRegisters tells how many of Go's registers a value takes, 0 for one that is not moved word by word, and of which file.
func goRegisters(t reflect.Type) (n int, inFloats bool) {
	if isComplex(t) {
		return 2, true
	}
	return goWords(t), isFloat(t)
}

// goWords is the number of Go's registers of a value that is not complex, 0 for one that is not moved word by word.
func goWords(t reflect.Type) int {
	switch t.Kind() {
	case reflect.Slice:
		return 3
	case reflect.String:
		return 2
	case reflect.Pointer, reflect.UnsafePointer:
		return 1
	case reflect.Complex64, reflect.Complex128:
		return 0
	}
	if scalars[t.Kind()] != ctype.Invalid {
		return 1
	}
	return 0
}

func isFloat(t reflect.Type) bool { return t.Kind() == reflect.Float32 || t.Kind() == reflect.Float64 }

func isComplex(t reflect.Type) bool {
	return t.Kind() == reflect.Complex64 || t.Kind() == reflect.Complex128
}

// setResult plans the way of the result, and reports whether it is in registers of both conventions.
func (f *registerFunc) setResult(call *abi.Call) bool {
	t := f.result
	if t == nil {
		return true
	}
	n, inFloats := goRegisters(t)
	if n == 0 || call.Result.Ref || isComplex(t) && f.rule.kind == userRule {
		return false
	}
	file := goInts
	if f.isFloat = inFloats; inFloats {
		file = goFloats
	} else {
		f.errorAt = n
	}
	for _, p := range call.Result.Pieces {
		from, ok := f.block.place(p)
		if !ok {
			return false
		}
		eachPart(t, p, conversionOf(t.Kind()), func(how conversion, part int, offset uint16) {
			f.results = append(f.results, move{how, from + offset, register{file, part}.offset()})
		})
	}
	switch t.Kind() {
	case reflect.Pointer, reflect.UnsafePointer:
		f.kind = pointerResult
	case reflect.String:
		f.kind = stringResult
	}
	return true
}
