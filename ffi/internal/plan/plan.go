// Package plan moves C values between memory and the places where a C call wants them.
//
// A [Plan] is made once for a prototype and used for all its calls: it turns what package abi says about the host
// into a list of moves between the bytes of a value, in C layout, and the registers and stack bytes of a [sys.Call] or
// [sys.Frame]. It works for every prototype that abi can classify, as libffi does for C. A plan is
// not changed by its use and may be used by any number of goroutines at a time.
package plan

import (
	"errors"
	"fmt"
	"slices"

	"github.com/kgen-go/kgen/ffi/abi"
	"github.com/kgen-go/kgen/ffi/ctype"
	"github.com/kgen-go/kgen/ffi/internal/sys"
)

// ErrTooLarge is the error of a prototype whose arguments and result need more memory than sys.MaxImage.
var ErrTooLarge = errors.New("arguments too large")

// Plan moves the values of one prototype on this platform.
type Plan struct {
	call *abi.Call

	args    []move // of arguments, whole values and addresses of copies
	copies  []copied
	results []move
	memory  bool // the result is memory that the caller provides
	room    int32
	address move // where the address of that memory is

	image  int // bytes of stack arguments, copies and room for the result
	relocs []sys.Reloc
	flags  sys.Flags
	x87    uint32 // number of results in x87 registers
}

// copied is an argument that travels as the address of a copy.
type copied struct {
	arg  int
	size int
	at   int // in the image
	from move
}

// New makes the plan for calls of a function of type fn, with arguments of the types extra behind those that the
// prototype names. The errors are those of [abi.Classify],
// [ErrTooLarge], and errors.ErrUnsupported on a platform without calls.
func New(fn *ctype.Type, extra []*ctype.Type) (*Plan, error) {
	if !sys.Supported {
		return nil, fmt.Errorf("%w: calls on %s", errors.ErrUnsupported, ctype.Host())
	}
	call, err := abi.Classify(ctype.Host(), fn, extra)
	if err != nil {
		return nil, err
	}
	return compile(call)
}

// ABI returns the places of all values.
func (p *Plan) ABI() *abi.Call { return p.call }

// compile turns places into moves.
func compile(call *abi.Call) (*Plan, error) {
	p := &Plan{call: call}
	image := int64(call.Stack)
	for i := range call.Args {
		image = p.addArg(i, &call.Args[i], image)
	}
	image = p.addResult(&call.Result, image)
	if image = alignUp(image, stackAlign); image > sys.MaxImage {
		return nil, fmt.Errorf("%w: %d bytes, of which a call has %d", ErrTooLarge, image, sys.MaxImage)
	}
	p.image = int(image)
	for _, m := range slices.Concat(p.results, p.args) {
		if m.place == inVector && m.size > vectorSize {
			return nil, fmt.Errorf("%w: a value of %d bytes in a vector register", abi.ErrByValue, m.size)
		}
	}
	return p, nil
}

const (
	stackAlign = 16
	wordSize   = 8
	vectorSize = wordSize * sys.VecWords
)

func alignUp(n, align int64) int64 { return (n + align - 1) / align * align }

// addArg adds the moves of an argument and returns the new size of the image.
func (p *Plan) addArg(i int, v *abi.Value, image int64) int64 {
	if !v.Ref {
		for _, piece := range v.Pieces {
			p.args = append(p.args, newMove(i, v, piece))
		}
		return image
	}
	image = alignUp(image, max(int64(v.Align), wordSize))
	at := newMove(i, v, v.Pieces[0])
	p.copies = append(p.copies, copied{arg: i, size: v.Size, at: int(image), from: at})
	p.relocs = append(p.relocs, at.reloc(image))
	return image + int64(v.Size)
}

// addResult adds the moves of the result and returns the new size of the image.
func (p *Plan) addResult(v *abi.Value, image int64) int64 {
	if v.Ref {
		image = alignUp(image, max(int64(v.Align), wordSize))
		p.memory, p.room, p.address = true, int32(image), newMove(0, v, v.Pieces[0])
		p.relocs = append(p.relocs, p.address.reloc(image))
		return image + alignUp(int64(v.Size), wordSize)
	}
	for _, piece := range v.Pieces {
		if piece.Place == abi.X87 {
			p.x87++
			p.flags |= [...]sys.Flags{sys.WantX87, sys.WantX87Pair}[piece.Index]
		}
		p.results = append(p.results, newMove(0, v, piece))
	}
	return image
}
