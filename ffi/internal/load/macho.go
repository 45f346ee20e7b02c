package load

import (
	"debug/macho"
	"errors"
	"fmt"
	"io"
	"strings"
)

// checkMachO returns why a file is not a shared library for the processor, nil when it looks like one. A file
// with parts for several processors is judged by the fitting one.
func checkMachO(file io.ReaderAt, size int64, want macho.Cpu) error {
	if size == 0 {
		return fmt.Errorf("%w: the file is empty", ErrNotLibrary)
	}
	fat, err := macho.NewFatFile(file)
	if errors.Is(err, macho.ErrNotFat) {
		return checkMachOPart(file, size, want)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNotLibrary, err)
	}
	var have []string
	for _, part := range fat.Arches {
		if part.Cpu == want {
			if !within(uint64(part.Offset), uint64(part.Size), size) {
				return truncated(size, uint64(part.Offset), uint64(part.Size))
			}
			return checkMachOPart(io.NewSectionReader(file, int64(part.Offset), int64(part.Size)), int64(part.Size), want)
		}
		have = append(have, cpuName(part.Cpu))
	}
	return fmt.Errorf("%w: it is built for %s, this program needs %s", ErrArch, strings.Join(have, ", "), cpuName(want))
}

func checkMachOPart(file io.ReaderAt, size int64, want macho.Cpu) error {
	f, err := macho.NewFile(file)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNotLibrary, err)
	}
	switch {
	case f.Cpu != want:
		return fmt.Errorf("%w: it is built for %s, this program needs %s", ErrArch, cpuName(f.Cpu), cpuName(want))
	case f.Type != macho.TypeDylib && f.Type != macho.TypeBundle:
		return fmt.Errorf("%w: it is a Mach-O file of type %s", ErrNotLibrary, f.Type)
	}
	for _, l := range f.Loads {
		if s, ok := l.(*macho.Segment); ok && !within(s.Offset, s.Filesz, size) {
			return truncated(size, s.Offset, s.Filesz)
		}
	}
	return nil
}

func cpuName(c macho.Cpu) string { return strings.ToLower(strings.TrimPrefix(c.String(), "Cpu")) }
