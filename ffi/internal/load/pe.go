package load

import (
	"bytes"
	"debug/pe"
	"encoding/binary"
	"fmt"
	"io"
)

// peMachines is the machine that a PE file must be for, by GOARCH.
var peMachines = map[string]uint16{"amd64": pe.IMAGE_FILE_MACHINE_AMD64, "arm64": pe.IMAGE_FILE_MACHINE_ARM64}

var peNames = map[uint16]string{
	pe.IMAGE_FILE_MACHINE_AMD64: "amd64",
	pe.IMAGE_FILE_MACHINE_ARM64: "arm64",
	pe.IMAGE_FILE_MACHINE_I386:  "386",
	pe.IMAGE_FILE_MACHINE_ARMNT: "arm",
}

const (
	dosHeaderSize  = 64
	dosOffset      = 60 // where the DOS header holds the place of the PE signature
	peMagic        = "PE\x00\x00"
	fileHeaderSize = len(peMagic) + 20
	sectionSize    = 40
	optional64     = 0x20b // the magic number of a 64-bit optional header
)

// checkPE returns why a file is not a DLL for the machine, nil when it looks like one: its headers say so, and all
// that they speak of lies inside the file.
func checkPE(file io.ReaderAt, size int64, want uint16) error {
	magic, err := take(file, size, 0, 2)
	if err != nil || string(magic) != "MZ" {
		return notPE(file, size)
	}
	dos, err := take(file, size, 0, dosHeaderSize)
	if err != nil {
		return err
	}
	at := uint64(binary.LittleEndian.Uint32(dos[dosOffset:]))
	head, err := take(file, size, at, uint64(fileHeaderSize))
	if err != nil {
		return err
	}
	rest, ok := bytes.CutPrefix(head, []byte(peMagic))
	if !ok {
		return fmt.Errorf("%w: it is a program for DOS", ErrNotLibrary)
	}
	var h pe.FileHeader
	if _, err := binary.Decode(rest, binary.LittleEndian, &h); err != nil {
		return err
	}
	if h.Machine != want {
		return fmt.Errorf("%w: it is built for %s, this program needs %s", ErrArch, peName(h.Machine), peName(want))
	}
	if h.Characteristics&pe.IMAGE_FILE_DLL == 0 {
		return fmt.Errorf("%w: it is a program", ErrNotLibrary)
	}
	return checkSections(file, size, at+uint64(fileHeaderSize), &h)
}

func peName(machine uint16) string {
	if name, ok := peNames[machine]; ok {
		return name
	}
	return fmt.Sprintf("machine %#x", machine)
}

// checkSections checks what follows the file header at off: the optional header and the table of sections.
func checkSections(file io.ReaderAt, size int64, off uint64, h *pe.FileHeader) error {
	magic, err := take(file, size, off, 2)
	switch {
	case err != nil:
		return err
	case h.SizeOfOptionalHeader < 2 || binary.LittleEndian.Uint16(magic) != optional64:
		return fmt.Errorf("%w: it has no 64-bit optional header", ErrNotLibrary)
	}
	table, err := take(file, size, off+uint64(h.SizeOfOptionalHeader), uint64(h.NumberOfSections)*sectionSize)
	if err != nil {
		return err
	}
	sections := make([]pe.SectionHeader32, h.NumberOfSections)
	if _, err := binary.Decode(table, binary.LittleEndian, sections); err != nil {
		return err
	}
	for _, s := range sections {
		stored := s.SizeOfRawData
		if s.VirtualSize != 0 {
			stored = min(stored, s.VirtualSize) // the rest is padding
		}
		if stored != 0 && !within(uint64(s.PointerToRawData), uint64(stored), size) {
			return truncated(size, uint64(s.PointerToRawData), uint64(stored))
		}
	}
	return nil
}

// take reads n bytes at off of a file that has size bytes.
func take(file io.ReaderAt, size int64, off, n uint64) ([]byte, error) {
	if !within(off, n, size) {
		return nil, truncated(size, off, n)
	}
	data := make([]byte, n)
	if got, err := file.ReadAt(data, int64(off)); uint64(got) < n {
		return nil, bare(err)
	}
	return data, nil
}

// notPE says what a file is that does not begin like a PE file.
func notPE(file io.ReaderAt, size int64) error {
	if size == 0 {
		return fmt.Errorf("%w: the file is empty", ErrNotLibrary)
	}
	head := make([]byte, min(size, 4))
	if n, err := file.ReadAt(head, 0); n < len(head) {
		return bare(err)
	}
	for _, other := range []struct{ magic, name string }{
		{"\x7fELF", "an ELF file, as Linux uses them"},
		{"\xcf\xfa\xed\xfe", "a Mach-O file, as macOS uses them"},
		{"\xca\xfe\xba\xbe", "a Mach-O file, as macOS uses them"},
		{"!<ar", "an archive of objects or an import library"},
	} {
		if bytes.HasPrefix(head, []byte(other.magic)) {
			return fmt.Errorf("%w: it is %s", ErrNotLibrary, other.name)
		}
	}
	return fmt.Errorf("%w: it does not begin like a PE file", ErrNotLibrary)
}
