package ctypetest

import (
	"bytes"
	"debug/elf"
	"debug/macho"
	"debug/pe"
	"encoding/binary"
	"fmt"
	"os"
	"strings"
)

// object is an object file whose symbols name constants.
type object struct {
	symbols  map[string]symbol
	sections [][]byte
}

// symbol is an offset in a section.
type symbol struct{ section, offset int }

// bytes returns the first n bytes of a symbol.
func (o *object) bytes(name string, n int) ([]byte, error) {
	s, ok := o.symbols[name]
	if !ok {
		return nil, fmt.Errorf("the object file has no symbol %s", name)
	}
	data := o.sections[s.section]
	if s.offset < 0 || s.offset > len(data) {
		return nil, fmt.Errorf("the symbol %s is outside of its section", name)
	}
	return data[s.offset:min(len(data), s.offset+n)], nil
}

// numbers returns n numbers of 8 bytes.
func (o *object) numbers(name string, n int) ([]int64, error) {
	data, err := o.bytes(name, 8*n)
	if err == nil && len(data) < 8*n {
		err = fmt.Errorf("the symbol %s has %d bytes, want %d", name, len(data), 8*n)
	}
	if err != nil {
		return nil, err
	}
	list := make([]int64, n)
	for i := range list {
		list[i] = int64(binary.LittleEndian.Uint64(data[8*i:]))
	}
	return list, nil
}

func readObject(path string) (*object, error) {
	file, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	o := &object{symbols: map[string]symbol{}}
	switch r := bytes.NewReader(file); {
	case bytes.HasPrefix(file, []byte(elf.ELFMAG)):
		err = o.readELF(r)
	case bytes.HasPrefix(file, []byte{0xcf, 0xfa, 0xed, 0xfe}):
		err = o.readMachO(r)
	default:
		err = o.readPE(r)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return o, nil
}

func (o *object) readELF(r *bytes.Reader) error {
	f, err := elf.NewFile(r)
	if err != nil {
		return err
	}
	for _, s := range f.Sections {
		data := make([]byte, s.Size)
		if s.Type != elf.SHT_NOBITS {
			if data, err = s.Data(); err != nil {
				return err
			}
		}
		o.sections = append(o.sections, data)
	}
	list, err := f.Symbols()
	for _, s := range list {
		if int(s.Section) < len(o.sections) {
			o.symbols[s.Name] = symbol{int(s.Section), int(s.Value)}
		}
	}
	return err
}

func (o *object) readPE(r *bytes.Reader) error {
	f, err := pe.NewFile(r)
	if err != nil {
		return err
	}
	if o.sections, err = sectionData(f.Sections); err != nil {
		return err
	}
	for _, s := range f.Symbols {
		if n := int(s.SectionNumber); n > 0 {
			o.symbols[s.Name] = symbol{n - 1, int(s.Value)}
		}
	}
	return nil
}

// sectionData reads all sections of a file.
func sectionData[S interface{ Data() ([]byte, error) }](sections []S) ([][]byte, error) {
	list := make([][]byte, len(sections))
	for i, s := range sections {
		var err error
		if list[i], err = s.Data(); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (o *object) readMachO(r *bytes.Reader) error {
	f, err := macho.NewFile(r)
	if err != nil {
		return err
	}
	if o.sections, err = sectionData(f.Sections); err != nil {
		return err
	}
	if f.Symtab == nil {
		return nil
	}
	for _, s := range f.Symtab.Syms {
		if n := int(s.Sect); n > 0 {
			o.symbols[strings.TrimPrefix(s.Name, "_")] = symbol{n - 1, int(s.Value - f.Sections[n-1].Addr)}
		}
	}
	return nil
}
