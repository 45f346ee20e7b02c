package abi

import (
	"fmt"
	"slices"

	"github.com/kgen-go/kgen/ffi/ctype"
)

// quirks are answers to the questions that the conventions leave open or that compilers answer wrongly.
type quirks uint

const (
	flexibleInMemory quirks = 1 << iota // a record with a flexible array travels in memory
	namelessBits                        // a bit-field without a name is an integer; else it is padding
	wholeUnionBits                      // a bit-field of a union counts with its whole type
	emptyArrays                         // an array of no elements counts as one where it does not begin an eightbyte
	declaredAlign                       // a field is misaligned by its declared type's alignment; else by that of the scalars in it
	splitInt128                         // an __int128 may be half in a register, and needs no alignment on the stack
	looseX87                            // the upper half of a long double in a union with an integer is a vector register
	zeroBits                            // a bit-field of 0 bits in a struct of floating-point numbers is no field
	emptyRecords                        // a record without named fields does not travel, nor count within another; on amd64 the reverse of the usual
	elementAlign                        // floating-point numbers in a packed record keep their alignment on the stack
	bitFieldAlign                       // a bit-field has the alignment of its type although its record is packed
	memberBytes                         // of a union travel the bytes of its widest member, without the padding in it
	wordByWord                          // a value of a variadic call may be half in the last register, and is aligned to 8 bytes
)

// Dispute is a question about which compilers of a platform differ.
type Dispute struct {
	Name    string
	Why     string // who does what
	Targets []ctype.Target
	quirk   quirks
}

var (
	linuxAMD64   = ctype.Target{OS: "linux", Arch: "amd64"}
	linuxARM64   = ctype.Target{OS: "linux", Arch: "arm64"}
	darwinAMD64  = ctype.Target{OS: "darwin", Arch: "amd64"}
	darwinARM64  = ctype.Target{OS: "darwin", Arch: "arm64"}
	windowsAMD64 = ctype.Target{OS: "windows", Arch: "amd64"}
	windowsARM64 = ctype.Target{OS: "windows", Arch: "arm64"}
)

// Disputes returns the table of what compilers disagree about. A call is refused with the reason, as an error that wraps
// [ctype.ErrDisputed], when one answer gives another place to any of its values than the other; all calls for which the
// answer makes no difference are made.
func Disputes() []Dispute { return slices.Clone(disputes) }

var disputes = []Dispute{
	{
		"flexible array", "gcc passes a struct with a flexible array member as if that were not there, clang in memory",
		[]ctype.Target{linuxAMD64, windowsAMD64}, flexibleInMemory,
	}, {
		"nameless bit-field", "gcc takes a bit-field without a name for an integer, clang for padding",
		[]ctype.Target{linuxAMD64}, namelessBits,
	}, {
		"bit-field in a union", "gcc takes a bit-field of a union for its whole type, clang for its bits, and for nothing when it has no name",
		[]ctype.Target{linuxAMD64}, wholeUnionBits,
	}, {
		"array of no elements", "gcc counts an array of no elements in the middle of eight bytes, clang does not",
		[]ctype.Target{linuxAMD64}, emptyArrays,
	}, {
		"declared alignment", "a field whose type asks for another alignment than its scalars have: gcc looks at the scalars, clang at what is asked, and it loses bytes",
		[]ctype.Target{linuxAMD64, darwinAMD64}, declaredAlign,
	}, {
		"__int128 on the stack", "gcc and newer clangs align it to 16 bytes and keep it whole, clang before version 18 does neither",
		[]ctype.Target{linuxAMD64, darwinAMD64}, splitInt128,
	}, {
		"padding in a union", "clang passes the first 4 of 8 bytes when its widest member has a float and padding there, gcc what any member has",
		[]ctype.Target{linuxAMD64, darwinAMD64}, memberBytes,
	}, {
		"zero-width bit-field", "gcc and newer clangs ignore a bit-field of 0 bits in a struct of floating-point numbers, clang 14 then passes it as integers",
		[]ctype.Target{linuxARM64, darwinARM64, windowsARM64}, zeroBits,
	}, {
		"record without named fields", "gcc, clang and clang's va_arg have different rules for whether it travels, and gcc and clang for what contains it",
		[]ctype.Target{linuxAMD64, linuxARM64, darwinAMD64, windowsAMD64, windowsARM64}, emptyRecords,
	}, {
		"packed long double", "on the stack gcc follows the alignment of the packed record, clang that of long double",
		[]ctype.Target{linuxARM64}, elementAlign,
	}, {
		"packed bit-field", "gcc aligns the record for a bit-field of a type that is aligned to 16 bytes, clang does not when it is packed",
		[]ctype.Target{linuxARM64}, bitFieldAlign,
	}, {
		"words of a variadic call", "clang's va_arg, like Microsoft's convention, sees all arguments as words one behind the other, of which the first eight are in registers; clang's callers align some of them to 16 bytes and do not split any between X7 and the stack",
		[]ctype.Target{windowsARM64}, wordByWord,
	},
}

// usual returns how the platform's own compiler answers: gcc on Linux, clang on macOS and for Windows.
func usual(t ctype.Target) quirks {
	switch t {
	case linuxAMD64:
		return namelessBits | wholeUnionBits | emptyArrays
	case linuxARM64:
		return zeroBits | bitFieldAlign
	case darwinAMD64:
		return flexibleInMemory | declaredAlign | looseX87
	case windowsAMD64:
		return flexibleInMemory
	}
	return emptyRecords
}

// disputed returns an error for the first value whose places depend on a disputed question, and its number as partName
// counts.
func (p *prototype) disputed(c *Call) (int, error) {
	if !slices.ContainsFunc(p.values, disputable) {
		return 0, nil
	}
	for _, d := range disputes {
		if !slices.Contains(d.Targets, p.target) {
			continue
		}
		other := p.classify(usual(p.target) ^ d.quirk)
		for i := range p.values {
			if v := c.value(i); !samePlaces(v, other.value(i)) {
				return i, fmt.Errorf("%w about %s, %s: %s; use a pointer", ctype.ErrDisputed, v.Type, d.Name, d.Why)
			}
		}
	}
	return 0, nil
}

// disputable reports whether a value is of a type about which there can be disputes: all others are passed alike by all compilers.
func disputable(v Value) bool { return v.Type.Kind.IsRecord() || isInt128(v.Type) }

func samePlaces(a, b *Value) bool {
	return a.Ref == b.Ref && slices.Equal(a.Pieces, b.Pieces)
}
