package plan

import (
	"unsafe"

	"github.com/kgen-go/kgen/ffi/internal/sys"
)

// Options says what a call does beside calling.
type Options struct {
	Errno     bool // set errno to 0 before the call and return it
	LastError bool // the same for Windows' GetLastError
	Leaf      bool // do not tell the scheduler: the function is short and calls nothing back
}

// Status is what a call returns beside its result, 0 where the options do not ask for it.
type Status struct {
	Errno     int32
	LastError uint32
}

// smallImage is the size in bytes of the images that are made on the Go stack.
const smallImage = 512

// Call calls the C function fn. args[i] points to argument i in C layout, and result to memory for the result, or is nil.
// They may point to the Go stack, but pointers among the values themselves must not, and what those point to must be kept alive by the caller.
// Calls of prototypes whose arguments and result need at most 512 bytes beside the registers do not allocate.
func (p *Plan) Call(fn unsafe.Pointer, args []unsafe.Pointer, result unsafe.Pointer, o Options) Status {
	switch {
	case p.image == 0:
		return p.run(fn, args, nil, result, o)
	case p.image <= smallImage:
		var image [smallImage / wordSize]uint64
		return p.run(fn, args, unsafe.Pointer(&image), result, o)
	}
	image := make([]uint64, p.image/wordSize)
	return p.run(fn, args, unsafe.Pointer(&image[0]), result, o)
}

// run makes the call with zeroed memory for the image.
func (p *Plan) run(fn unsafe.Pointer, args []unsafe.Pointer, image, result unsafe.Pointer, o Options) Status {
	c := sys.Call{Fn: fn, Flags: p.flags, Vectors: uint32(p.call.Vectors)}
	if o.Errno {
		c.Flags |= sys.WantErrno
	}
	if o.LastError {
		c.Flags |= sys.WantLastError
	}
	p.load(&c, image, args)
	if image != nil {
		c.Image, c.ImageSize, c.Relocs = image, uint32(p.image), p.relocs
	}
	if p.memory && result != nil {
		c.ResultOff, c.ResultSize = uint32(p.room), uint32(alignUp(int64(p.call.Result.Size), wordSize))
	}
	if o.Leaf {
		c.Leaf()
	} else {
		c.Do()
	}
	if result != nil {
		p.store(&c, result)
	}
	return Status{c.Errno, c.LastError}
}

// load puts the arguments into the block and the image.
func (p *Plan) load(c *sys.Call, image unsafe.Pointer, args []unsafe.Pointer) {
	for i := range p.args {
		m := &p.args[i]
		from := unsafe.Add(args[m.arg], m.offset)
		switch m.place {
		case inGeneral:
			c.General[m.index] = m.load(from)
		case inVector:
			m.loadVector(&c.Vector[m.index], from)
		case onStack:
			m.copy(unsafe.Add(image, m.index), from)
		case asWord:
			*(*uint64)(unsafe.Add(image, m.index)) = m.load(from)
		}
	}
	for i := range p.copies {
		r := &p.copies[i]
		copyBytes(unsafe.Add(image, r.at), args[r.arg], r.size)
	}
}

// store takes the result out of the block.
func (p *Plan) store(c *sys.Call, result unsafe.Pointer) {
	if p.memory {
		copyBytes(result, unsafe.Add(c.Image, p.room), p.call.Result.Size)
		return
	}
	for i := range p.results {
		m := &p.results[i]
		to := unsafe.Add(result, m.offset)
		switch m.place {
		case inGeneral:
			m.store(to, c.General[m.index])
		case inVector:
			m.storeVector(to, &c.Vector[m.index])
		case inX87:
			copyBytes(to, unsafe.Pointer(&c.X87[m.index]), int(m.size))
		}
	}
}
