package load

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"math/bits"
	"strings"
)

const (
	headerSize  = 64 // of an elf.Header64
	segmentSize = 56 // of an elf.Prog64
)

// checkELF returns why a file is not a shared library for the architecture, nil when it looks like
// one. It reads what the loader reads, the header and the segments (package elf's reader also
// demands sections, which a library may lack), and makes sure that they lie inside the file, for
// the loader does not: touching a segment beyond the end would kill the process.
func checkELF(file io.ReaderAt, size int64, want elf.Machine) error {
	head := make([]byte, headerSize)
	n, err := file.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return bare(err)
	}
	head = head[:n]
	if !bytes.HasPrefix(head, []byte(elf.ELFMAG)) {
		return notELF(file, size)
	}
	if n < headerSize {
		return truncated(size, 0, headerSize)
	}
	if err := checkArch(head, want); err != nil {
		return err
	}
	var h elf.Header64
	if _, err := binary.Decode(head, binary.LittleEndian, &h); err != nil {
		return err
	}
	if t := elf.Type(h.Type); t != elf.ET_DYN {
		return fmt.Errorf("%w: it is %s", ErrNotLibrary, typeName(t))
	}
	return checkSegments(file, size, &h)
}

// checkArch compares the fields that have one place in every ELF file: class, byte order and machine.
func checkArch(head []byte, want elf.Machine) error {
	class, data := elf.Class(head[elf.EI_CLASS]), elf.Data(head[elf.EI_DATA])
	order := binary.ByteOrder(binary.LittleEndian)
	if data == elf.ELFDATA2MSB {
		order = binary.BigEndian
	}
	m := elf.Machine(order.Uint16(head[18:]))
	if class == elf.ELFCLASS64 && data == elf.ELFDATA2LSB && m == want {
		return nil
	}
	is := machineName(m)
	if m == want {
		is = fmt.Sprintf("%s as %s, %s", is, class, data)
	}
	return fmt.Errorf("%w: it is built for %s, this program needs %s", ErrArch, is, machineName(want))
}

func machineName(m elf.Machine) string {
	return strings.ToLower(strings.TrimPrefix(m.String(), "EM_"))
}

func typeName(t elf.Type) string {
	switch t {
	case elf.ET_REL:
		return "an object file that is not linked yet"
	case elf.ET_EXEC:
		return "an executable"
	case elf.ET_CORE:
		return "a core dump"
	}
	return "an ELF file of type " + t.String()
}

func checkSegments(file io.ReaderAt, size int64, h *elf.Header64) error {
	if h.Phentsize != segmentSize {
		return fmt.Errorf("%w: its segment headers have %d bytes each, not %d", ErrNotLibrary, h.Phentsize, segmentSize)
	}
	table := uint64(h.Phnum) * segmentSize
	if !within(h.Phoff, table, size) {
		return truncated(size, h.Phoff, table)
	}
	segments := make([]elf.Prog64, h.Phnum)
	r := io.NewSectionReader(file, int64(h.Phoff), int64(table))
	if err := binary.Read(r, binary.LittleEndian, segments); err != nil {
		return bare(err)
	}
	dynamic := false
	for _, s := range segments {
		kind := elf.ProgType(s.Type)
		dynamic = dynamic || kind == elf.PT_DYNAMIC && s.Filesz != 0 // a file of debugging data has it empty
		if (kind == elf.PT_LOAD || kind == elf.PT_DYNAMIC) && !within(s.Off, s.Filesz, size) {
			return truncated(size, s.Off, s.Filesz)
		}
	}
	if !dynamic {
		return fmt.Errorf("%w: it has no dynamic segment", ErrNotLibrary)
	}
	return nil
}

// within reports whether n bytes from off lie in a file of the size.
func within(off, n uint64, size int64) bool {
	return off <= uint64(size) && n <= uint64(size)-off
}

// truncated says that n bytes from off do not lie in a file of the size.
func truncated(size int64, off, n uint64) error {
	need, carry := bits.Add64(off, n, 0)
	if carry != 0 {
		need = math.MaxUint64
	}
	return fmt.Errorf("%w: the file is cut off: it has %d bytes and its headers ask for %d", ErrNotLibrary, size, need)
}
