package load

import (
	"bytes"
	"debug/macho"
	"encoding/binary"
	"errors"
	"strings"
	"testing"
)

// fakeMachO is a header and one segment of so many bytes of the file.
func fakeMachO(cpu macho.Cpu, kind macho.Type, bytes uint64) []byte {
	segment := macho.Segment64{Cmd: macho.LoadCmdSegment64, Offset: 0, Filesz: bytes}
	segment.Len = uint32(binary.Size(segment))
	header := macho.FileHeader{Magic: macho.Magic64, Cpu: cpu, Type: kind, Ncmd: 1, Cmdsz: segment.Len}
	data, _ := binary.Append(nil, binary.LittleEndian, &header) // no error: the sizes are fixed
	data = append(data, 0, 0, 0, 0)                             // reserved
	data, _ = binary.Append(data, binary.LittleEndian, &segment)
	return data
}

// fakeFat puts files for several processors into one.
func fakeFat(parts ...[]byte) []byte {
	data := binary.BigEndian.AppendUint32(nil, macho.MagicFat)
	data = binary.BigEndian.AppendUint32(data, uint32(len(parts)))
	at := 1024
	for _, part := range parts {
		for _, word := range []uint32{binary.LittleEndian.Uint32(part[4:]), 0, uint32(at), uint32(len(part)), 0} {
			data = binary.BigEndian.AppendUint32(data, word)
		}
		at += len(part)
	}
	return append(append(data, make([]byte, 1024-len(data))...), bytes.Join(parts, nil)...)
}

func TestCheckMachO(t *testing.T) {
	arm := fakeMachO(macho.CpuArm64, macho.TypeDylib, 100)
	amd := fakeMachO(macho.CpuAmd64, macho.TypeDylib, 100)
	both := fakeFat(amd, arm)
	tests := []struct {
		name string
		data []byte
		kind error
		want string
	}{
		{"library", arm, nil, ""},
		{"bundle", fakeMachO(macho.CpuArm64, macho.TypeBundle, 100), nil, ""},
		{"for several processors", both, nil, ""},
		{"for others", fakeFat(amd), ErrArch, "it is built for amd64, this program needs arm64"},
		{"another", amd, ErrArch, "it is built for amd64, this program needs arm64"},
		{"executable", fakeMachO(macho.CpuArm64, macho.TypeExec, 100), ErrNotLibrary, "Exec"},
		{"cut off", fakeMachO(macho.CpuArm64, macho.TypeDylib, 5000), ErrNotLibrary, "cut off"},
		{"part cut off", both[:len(both)-1], ErrNotLibrary, ""},
		{"header", arm[:20], ErrNotLibrary, ""},
		{"empty", nil, ErrNotLibrary, "empty"},
		{"text", []byte("hello, this is a text"), ErrNotLibrary, ""},
		{"ELF", fakeELF(0), ErrNotLibrary, ""},
	}
	for _, test := range tests {
		err := checkMachO(bytes.NewReader(test.data), int64(len(test.data)), macho.CpuArm64)
		if !errors.Is(err, test.kind) || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want %v with %q", test.name, err, test.kind, test.want)
		}
	}
}

// FuzzCheckMachO shows that no header is too odd.
func FuzzCheckMachO(f *testing.F) {
	f.Add(fakeMachO(macho.CpuArm64, macho.TypeDylib, 100))
	f.Add(fakeFat(fakeMachO(macho.CpuAmd64, macho.TypeDylib, 100), fakeMachO(macho.CpuArm64, macho.TypeDylib, 100)))
	f.Fuzz(func(t *testing.T, data []byte) {
		err := checkMachO(bytes.NewReader(data), int64(len(data)), macho.CpuArm64)
		if err != nil && !errors.Is(err, ErrNotLibrary) && !errors.Is(err, ErrArch) {
			t.Errorf("error %v has no kind", err)
		}
	})
}
