package plan

import (
	"unsafe"

	"github.com/kgen-go/kgen/ffi/internal/sys"
)

// Receive takes the arguments of a callback: args[i] points to memory for argument i, in C layout.
func (p *Plan) Receive(f *sys.Frame, args []unsafe.Pointer) {
	for i := range p.args {
		m := &p.args[i]
		to := unsafe.Add(args[m.arg], m.offset)
		switch m.place {
		case inGeneral:
			m.store(to, f.General[m.index])
		case inVector:
			m.storeVector(to, &f.Vector[m.index])
		case onStack:
			m.copy(to, unsafe.Add(f.Stack, m.index))
		case asWord:
			m.store(to, m.load(unsafe.Add(f.Stack, m.index)))
		}
	}
	for i := range p.copies {
		r := &p.copies[i]
		copyBytes(args[r.arg], *addressIn(f, &r.from), r.size)
	}
}

// Reply gives C the result of a callback: from memory in C layout, or 0 when result is nil. It must come after Receive.
func (p *Plan) Reply(f *sys.Frame, result unsafe.Pointer) {
	size := p.call.Result.Size
	if size == 0 {
		return
	}
	if p.memory {
		// The convention wants the address back in RAX on amd64, which is where the frame has it already.
		to := *addressIn(f, &p.address)
		if result == nil {
			clear(unsafe.Slice((*byte)(to), size))
			return
		}
		copyBytes(to, result, size)
		return
	}
	if result == nil {
		var zero [maxRegisters * vectorSize]byte
		result = unsafe.Pointer(&zero)
	}
	p.reply(f, result)
}

// maxRegisters is the number of registers that a result fills at most; X87's have 16 bytes as well.
const maxRegisters = 4

// reply loads the result registers.
func (p *Plan) reply(f *sys.Frame, result unsafe.Pointer) {
	f.NX87 = p.x87
	for i := range p.results {
		m := &p.results[i]
		from := unsafe.Add(result, m.offset)
		switch m.place {
		case inGeneral:
			f.General[m.index] = m.load(from)
		case inVector:
			m.loadVector(&f.Vector[m.index], from)
		case inX87:
			copyBytes(unsafe.Pointer(&f.X87[m.index]), from, int(m.size))
		}
	}
}

// addressIn returns where the frame has the address that travelled in a move's place.
func addressIn(f *sys.Frame, m *move) *unsafe.Pointer {
	if m.place == inGeneral {
		return (*unsafe.Pointer)(unsafe.Pointer(&f.General[m.index]))
	}
	return (*unsafe.Pointer)(unsafe.Add(f.Stack, m.index))
}
