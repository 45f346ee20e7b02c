package load

import (
	"bytes"
	"debug/pe"
	"encoding/binary"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kgen-go/kgen/csrc/csrctest"
)

// fakePE is a DLL with nothing but headers and one section of a length that its header tells.
func fakePE(machine uint16, characteristics uint16, stored uint32) []byte {
	const at = 0x80
	data := make([]byte, at)
	copy(data, "MZ")
	data[dosOffset] = at
	data = append(data, peMagic...)
	for _, part := range []any{
		&pe.FileHeader{Machine: machine, NumberOfSections: 1, SizeOfOptionalHeader: 4, Characteristics: characteristics},
		[2]uint16{optional64},
		&pe.SectionHeader32{PointerToRawData: 0x100, SizeOfRawData: stored},
	} {
		data, _ = binary.Append(data, binary.LittleEndian, part) // no error: the sizes are fixed
	}
	return append(data, make([]byte, 0x200-len(data))...)
}

func TestCheckPE(t *testing.T) {
	const amd64, dll = pe.IMAGE_FILE_MACHINE_AMD64, pe.IMAGE_FILE_DLL
	good := fakePE(amd64, dll, 0x100)
	tests := []struct {
		name string
		data []byte
		kind error
		text string
	}{
		{"library", good, nil, ""},
		{"empty", nil, ErrNotLibrary, "the file is empty"},
		{"text", []byte("hello"), ErrNotLibrary, "does not begin like a PE file"},
		{"one letter", []byte("M"), ErrNotLibrary, "does not begin like a PE file"},
		{"of Linux", []byte("\x7fELF\x02\x01\x01"), ErrNotLibrary, "an ELF file, as Linux"},
		{"import library", []byte("!<arch>\n"), ErrNotLibrary, "import library"},
		{"program for DOS", append([]byte("MZ"), make([]byte, 100)...), ErrNotLibrary, "for DOS"},
		{"program", fakePE(amd64, 0, 0x100), ErrNotLibrary, "it is a program"},
		{"other processor", fakePE(pe.IMAGE_FILE_MACHINE_ARM64, dll, 0x100), ErrArch, "built for arm64, this program needs amd64"},
		{"32 bits", fakePE(pe.IMAGE_FILE_MACHINE_I386, dll, 0x100), ErrArch, "built for 386"},
		{"odd processor", fakePE(0x1234, dll, 0x100), ErrArch, "machine 0x1234"},
		{"no optional header", func() []byte {
			data := bytes.Clone(good)
			data[0x80+len(peMagic)+16] = 0
			return data
		}(), ErrNotLibrary, "no 64-bit optional header"},
		{"section beyond the end", fakePE(amd64, dll, 0x101), ErrNotLibrary, "cut off"},
		{"huge section", fakePE(amd64, dll, 0xffffffff), ErrNotLibrary, "cut off"},
	}
	for _, n := range []int{2, 63, 0x80, 0x90, 0x98, 0x9c, 0xb0, 0x1ff} {
		tests = append(tests, struct {
			name string
			data []byte
			kind error
			text string
		}{"truncated", good[:n], ErrNotLibrary, "cut off"})
	}
	for _, test := range tests {
		err := checkPE(bytes.NewReader(test.data), int64(len(test.data)), amd64)
		if !errors.Is(err, test.kind) || err != nil && !strings.Contains(err.Error(), test.text) {
			t.Errorf("%s of %d bytes: %v, want %v with %q", test.name, len(test.data), err, test.kind, test.text)
		}
	}
}

// TestCheckRealPE accepts what a linker makes, and not what is cut off.
func TestCheckRealPE(t *testing.T) {
	compiler := csrctest.Need(t, "x86_64-w64-mingw32-gcc")
	out := filepath.Join(t.TempDir(), "value.dll")
	if text, err := exec.Command(compiler, "-shared", "-s", "-DVALUE=1", "-o", out, "../../testdata/value.c").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	if err := checkPE(bytes.NewReader(data), int64(len(data)), peMachines["amd64"]); err != nil {
		t.Error(err)
	}
	if err := checkPE(bytes.NewReader(data), int64(len(data)), peMachines["arm64"]); !errors.Is(err, ErrArch) {
		t.Errorf("error %v for another processor", err)
	}
	half := data[:len(data)/2]
	if err := checkPE(bytes.NewReader(half), int64(len(half)), peMachines["amd64"]); !errors.Is(err, ErrNotLibrary) {
		t.Errorf("error %v for half of the file", err)
	}
}

// FuzzCheckPE shows that no header is too odd, that every refusal has a kind, and that what is accepted is a PE file.
func FuzzCheckPE(f *testing.F) {
	good := fakePE(pe.IMAGE_FILE_MACHINE_AMD64, pe.IMAGE_FILE_DLL, 0x100)
	f.Add(good)
	f.Add(good[:0x90])
	f.Add([]byte("MZ"))
	f.Add([]byte("text"))
	f.Fuzz(func(t *testing.T, data []byte) {
		err := checkPE(bytes.NewReader(data), int64(len(data)), pe.IMAGE_FILE_MACHINE_AMD64)
		switch {
		case err == nil && !bytes.Contains(data, []byte(peMagic)):
			t.Error("accepted a file without the signature")
		case err != nil && !errors.Is(err, ErrNotLibrary) && !errors.Is(err, ErrArch):
			t.Errorf("error %v has no kind", err)
		}
	})
}

// TestUnreadablePE passes on why a file cannot be read.
func TestUnreadablePE(t *testing.T) {
	if err := checkPE(brokenReader{}, 1000, 0); !errors.Is(err, errBroken) {
		t.Errorf("error %v, want %v", err, errBroken)
	}
}

type brokenReader struct{}

var errBroken = errors.New("broken")

func (brokenReader) ReadAt([]byte, int64) (int, error) { return 0, errBroken }
