package load

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
)

// TestCheckELFSegments changes the header of a library and its only segment.
func TestCheckELFSegments(t *testing.T) {
	tests := []struct {
		what   string
		header func(*elf.Header64)
		size   uint64 // of the dynamic segment in the file
		text   string // of the error, "" for none
	}{
		{"sound", func(*elf.Header64) {}, 1, ""},
		{"a file of debugging data", func(*elf.Header64) {}, 0, "no dynamic segment"},
		{"a segment beyond the end", func(*elf.Header64) {}, 1000, "ask for 1000"},
		{"more segments than there are", func(h *elf.Header64) { h.Phnum = 3 }, 1, "ask for 232"},
		{"segments that wrap around", func(h *elf.Header64) { h.Phoff = math.MaxUint64 - 9 }, 1, "ask for 18446744073709551615"},
	}
	for _, test := range tests {
		var h elf.Header64
		data := fakeELF(elf.EM_X86_64)
		_, err := binary.Decode(data, binary.LittleEndian, &h)
		if err != nil {
			t.Fatal(err)
		}
		test.header(&h)
		data, _ = binary.Append(nil, binary.LittleEndian, &h) // no error: the sizes are fixed
		data, _ = binary.Append(data, binary.LittleEndian, &elf.Prog64{Type: uint32(elf.PT_DYNAMIC), Filesz: test.size})
		err = checkELF(bytes.NewReader(data), int64(len(data)), elf.EM_X86_64)
		if wrong := test.text != "" && !errors.Is(err, ErrNotLibrary); wrong || (err == nil) != (test.text == "") || !strings.Contains(fmt.Sprint(err), test.text) && err != nil {
			t.Errorf("%s: %v, want %q", test.what, err, test.text)
		}
	}
}
