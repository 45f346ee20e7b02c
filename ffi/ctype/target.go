package ctype

import (
	"fmt"
	"runtime"
	"slices"
)

// Host is the platform that the program runs on. Its layouts are known only when it is one of [Targets].
func Host() Target { return Target{OS: runtime.GOOS, Arch: runtime.GOARCH} }

// Targets returns the platforms whose layouts this package knows.
func Targets() []Target {
	return []Target{
		{"linux", "amd64"}, {"linux", "arm64"},
		{"darwin", "amd64"}, {"darwin", "arm64"},
		{"windows", "amd64"}, {"windows", "arm64"},
	}
}

// String is the platform as Go writes it: linux/amd64.
func (t Target) String() string { return t.OS + "/" + t.Arch }

// Check returns an error that wraps [ErrTarget] unless the target is one of [Targets].
func (t Target) Check() error {
	if slices.Contains(Targets(), t) {
		return nil
	}
	return fmt.Errorf("%w: %s is not one of %v", ErrTarget, t, Targets())
}

// CharSigned reports whether plain char is signed.
func (t Target) CharSigned() bool { return t.OS != "linux" || t.Arch != "arm64" }

// Format is the representation of a long double.
type Format uint8

const (
	Binary64  Format = iota // a double: Windows, macOS on arm64
	Extended                // x87's 80 bits in 16 bytes: Linux and macOS on amd64
	Binary128               // IEEE 754 quadruple precision: Linux on arm64
)

// LongDouble returns the representation of long double. Windows is Microsoft's: mingw's gcc, which has x87 numbers
// in 16 bytes there, shares no long double with Microsoft's compilers and libraries.
func (t Target) LongDouble() Format {
	switch {
	case t.OS == "windows" || t == Target{"darwin", "arm64"}:
		return Binary64
	case t.Arch == "arm64":
		return Binary128
	}
	return Extended
}

// Signed reports whether the values of an integer or enum type may be negative. It is false for all other types.
func (t Target) Signed(typ *Type) bool {
	switch typ.Base() {
	case Char:
		return t.CharSigned()
	case SChar, Short, Int, Long, LongLong, Int128:
		return true
	}
	return false
}

// Size returns the size in bytes of an arithmetic kind other than Enum, or of a pointer; 0 for all others. It is the alignment
// too, but for complex numbers, which are aligned as their parts.
func (t Target) Size(k Kind) int64 {
	switch k {
	case Bool, Char, SChar, UChar:
		return 1
	case Short, UShort:
		return 2
	case Int, UInt, Float:
		return 4
	case Long, ULong:
		if t.OS == "windows" {
			return 4
		}
		return 8
	case LongLong, ULongLong, Double, Pointer:
		return 8
	case Int128, UInt128:
		return 16
	case LongDouble:
		if t.LongDouble() == Binary64 {
			return 8
		}
		return 16
	case ComplexFloat, ComplexDouble, ComplexLongDouble:
		return 2 * t.Size(k.Part())
	}
	return 0
}
