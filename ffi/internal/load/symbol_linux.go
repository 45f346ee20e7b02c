//go:build linux && !android && (amd64 || arm64) && !noffi

package load

import (
	"bytes"
	"debug/elf"
	"runtime"
	"sync"
	"unsafe"

	"github.com/kgen-go/kgen/ffi/internal/sys"
)

// Info returns what the library itself, or the one that the symbol's address lies in, tells about the symbol.
func (i *Image) Info(name string, addr unsafe.Pointer) Info {
	if o, ok := objectOf(i.Handle); ok {
		if sym := o.symbol(name); sym != nil {
			return symbolInfo(sym)
		}
	}
	if o, ok := objectAt(addr); ok {
		if sym := o.symbol(name); sym != nil {
			return symbolInfo(sym)
		}
	}
	return Info{}
}

func symbolInfo(sym *elf.Sym64) Info {
	const ifunc = 10 // a function that picks the function
	switch t := elf.ST_TYPE(sym.Info); t {
	case elf.STT_FUNC, ifunc:
		return Info{Kind: Function}
	case elf.STT_OBJECT, elf.STT_COMMON:
		return Info{Variable, sym.Size}
	case elf.STT_TLS:
		return Info{ThreadLocal, sym.Size}
	}
	return Info{}
}

// object is a loaded ELF file.
type object struct {
	bias    uintptr        // what its addresses are off by
	dynamic unsafe.Pointer // its dynamic section, an array of elf.Dyn64 that ends with a zero tag
}

// objectOf returns the library of a handle.
func objectOf(handle uintptr) (object, bool) {
	const linkMap = 2 // RTLD_DI_LINKMAP
	type entry struct {
		bias    uintptr
		_       unsafe.Pointer // its name
		dynamic unsafe.Pointer
	}
	var pin runtime.Pinner
	defer pin.Unpin()
	out := new(*entry)
	pin.Pin(out) // C writes to it, and it must not move with the stack
	if status, ok := call(dlinfo(), handle, linkMap, uintptr(unsafe.Pointer(out))); !ok || status != 0 {
		return object{}, false
	}
	return object{(*out).bias, (*out).dynamic}, true
}

// objectAt returns the library that an address lies in, as far as its headers are in memory at its beginning.
func objectAt(addr unsafe.Pointer) (object, bool) {
	type location struct{ file, base, name, addr unsafe.Pointer }
	var pin runtime.Pinner
	defer pin.Unpin()
	out := new(location)
	pin.Pin(out)
	if status, ok := call(dladdr(), uintptr(addr), uintptr(unsafe.Pointer(out))); !ok || status == 0 {
		return object{}, false
	}
	header := (*elf.Header64)(out.base)
	if !bytes.Equal(header.Ident[:len(elf.ELFMAG)], []byte(elf.ELFMAG)) {
		return object{}, false
	}
	var dynamic, first *elf.Prog64
	for i := range uintptr(header.Phnum) {
		p := (*elf.Prog64)(unsafe.Add(out.base, uintptr(header.Phoff)+i*uintptr(header.Phentsize)))
		switch {
		case elf.ProgType(p.Type) == elf.PT_DYNAMIC:
			dynamic = p
		case elf.ProgType(p.Type) == elf.PT_LOAD && first == nil: // they are sorted by address
			first = p
		}
	}
	if dynamic == nil || first == nil || first.Off != 0 {
		return object{}, false
	}
	bias := uintptr(out.base) - uintptr(first.Vaddr)
	return object{bias, pointer(bias + uintptr(dynamic.Vaddr))}, true
}

// call calls a function of the C library that has integer arguments and returns an int.
func call(fn unsafe.Pointer, args ...uintptr) (result int32, ok bool) {
	if fn == nil {
		return 0, false
	}
	c := sys.Ints{Fn: fn}
	for i, arg := range args {
		c.Args[i] = uint64(arg)
	}
	c.Do()
	return int32(c.Args[0]), true
}

// The C library's functions about loaded libraries, nil where it lacks them.
var (
	dlinfo = sync.OnceValue(func() unsafe.Pointer { return ownSymbol("dlinfo") })
	dladdr = sync.OnceValue(func() unsafe.Pointer { return ownSymbol("dladdr") })
)

func ownSymbol(name string) unsafe.Pointer {
	self, err := Self()
	if err != nil {
		return nil
	}
	addr, err := self.Symbol(name)
	if err != nil {
		return nil
	}
	return addr
}

// tables are the parts of a dynamic section that name symbols.
type tables struct {
	symbols, names unsafe.Pointer
	gnuHash, hash  unsafe.Pointer // the one or the other may be nil
}

// tables reads the dynamic section.
func (o object) tables() tables {
	const gnuHash = 0x6ffffef5
	var t tables
	for d := (*elf.Dyn64)(o.dynamic); d.Tag != int64(elf.DT_NULL); d = (*elf.Dyn64)(unsafe.Add(unsafe.Pointer(d), unsafe.Sizeof(*d))) {
		switch elf.DynTag(d.Tag) {
		case elf.DT_SYMTAB:
			t.symbols = o.address(d.Val)
		case elf.DT_STRTAB:
			t.names = o.address(d.Val)
		case elf.DT_HASH:
			t.hash = o.address(d.Val)
		case gnuHash:
			t.gnuHash = o.address(d.Val)
		}
	}
	return t
}

// address returns where an address of the dynamic section is in memory. Some loaders have
// written that into the section already, and some have not.
func (o object) address(addr uint64) unsafe.Pointer {
	if uintptr(addr) < o.bias {
		return pointer(o.bias + uintptr(addr))
	}
	return pointer(uintptr(addr))
}

// symbol returns the entry of a symbol that the object defines, nil when there is none.
func (o object) symbol(name string) *elf.Sym64 {
	if o.dynamic == nil {
		return nil
	}
	t := o.tables()
	switch {
	case t.symbols == nil || t.names == nil:
		return nil
	case t.gnuHash != nil:
		return t.lookUpGNU(name)
	case t.hash != nil:
		return t.scan(name)
	}
	return nil
}

// lookUpGNU finds the symbol by GNU's hash table: the numbers of buckets, of the first symbol, of words of a filter, and
// the filter's shift; the filter; the buckets; for each symbol its hash, in which the low bit marks the end of a bucket.
func (t *tables) lookUpGNU(name string) *elf.Sym64 {
	hash := uint32(5381)
	for _, c := range []byte(name) {
		hash = hash*33 + uint32(c)
	}
	buckets, first, filter := word(t.gnuHash, 0), word(t.gnuHash, 1), word(t.gnuHash, 2)
	if buckets == 0 {
		return nil
	}
	table := unsafe.Add(t.gnuHash, 16+8*uintptr(filter))
	chain := unsafe.Add(table, 4*uintptr(buckets))
	i := word(table, hash%buckets)
	if i < first {
		return nil // an empty bucket
	}
	for ; ; i++ {
		h := word(chain, i-first)
		if sym := t.entry(i); h|1 == hash|1 && t.isDefined(sym, name) {
			return sym
		}
		if h&1 != 0 {
			return nil
		}
	}
}

// scan looks at all symbols. The old hash table serves only to tell their number.
func (t *tables) scan(name string) *elf.Sym64 {
	for i := range word(t.hash, 1) {
		if sym := t.entry(i); t.isDefined(sym, name) {
			return sym
		}
	}
	return nil
}

func (t *tables) entry(i uint32) *elf.Sym64 {
	return (*elf.Sym64)(unsafe.Add(t.symbols, elf.Sym64Size*uintptr(i)))
}

func (t *tables) isDefined(sym *elf.Sym64, name string) bool {
	if elf.SectionIndex(sym.Shndx) == elf.SHN_UNDEF {
		return false
	}
	text := unsafe.Add(t.names, uintptr(sym.Name))
	for i := range len(name) {
		if *(*byte)(unsafe.Add(text, i)) != name[i] { // it ends with a zero byte, which the name has not
			return false
		}
	}
	return *(*byte)(unsafe.Add(text, len(name))) == 0
}

// word returns an element of an array of uint32.
func word(array unsafe.Pointer, i uint32) uint32 {
	return *(*uint32)(unsafe.Add(array, 4*uintptr(i)))
}

// pointer makes a pointer to C memory, which the collector does not manage and vet cannot know about.
func pointer(addr uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&addr)) }
