package ir

// maxLanes is the greatest number of lanes of a type: one for each byte of the widest reduction.
const maxLanes = 256

// maxTypeSize is the greatest size of a type in bytes.
const maxTypeSize = 1 << 30

// validLanes reports whether a vector may have so many lanes.
func validLanes(n int) bool { return n >= 2 && n <= maxLanes && n&(n-1) == 0 }

// typeError returns what is wrong with a type of a value or local, or "".
func typeError(t Type) string {
	switch {
	case t.Kind == Array || t.Kind == Slice:
		return aggregateError(t)
	case t.Kind == Invalid || t.Kind > Slice || t.Elem != nil || t.Len != 0:
		return "is no valid type"
	case t.Kind == Bool && t.Lanes != 1:
		return "has lanes; lanes of true and false are a mask"
	case t.Kind.IsMask() && !validLanes(t.Lanes), t.Lanes != 1 && !validLanes(t.Lanes):
		return "has no valid number of lanes"
	}
	return ""
}

// aggregateError is typeError for arrays and slices, whose elements are scalars, pairs or arrays of them.
func aggregateError(t Type) string {
	size := int64(1)
	for outer := true; t.Kind == Array || t.Kind == Slice && outer; outer = false {
		if t.Lanes != 1 || t.Elem == nil || t.Len < 0 || t.Kind == Slice && t.Len != 0 {
			return "is no valid type"
		}
		if t.Kind == Array {
			size *= max(1, int64(t.Len))
		}
		if size > maxTypeSize {
			return "is too large"
		}
		t = *t.Elem
	}
	if t.Kind == Slice || t.Kind.IsMask() || t.Lanes != 1 {
		return "has elements that are neither scalars, pairs nor arrays of them"
	}
	if why := typeError(t); why != "" {
		return why
	}
	if size*int64(t.Size()) > maxTypeSize {
		return "is too large"
	}
	return ""
}

// sigTypes gives the words of a signature their types, from the signature's T and the instruction.
var sigTypes = map[string]func(t Type, in *Instr) Type{
	"T":       func(t Type, _ *Instr) Type { return t },
	"cond":    func(t Type, _ *Instr) Type { return t.MaskOf() },
	"count":   func(t Type, _ *Instr) Type { return t.WithKind(U64) },
	"indexes": func(t Type, _ *Instr) Type { return t.WithKind(Int) },
	"part":    func(t Type, _ *Instr) Type { return t.WithKind(t.Kind.Part()) },
	"lane":    func(t Type, _ *Instr) Type { return laneType(t) },
	"memory":  func(t Type, _ *Instr) Type { return SliceOf(laneType(t)) },
	"int":     func(Type, *Instr) Type { return Scalar(Int) },
	"number":  func(Type, *Instr) Type { return Scalar(Int) },
	"bool":    func(Type, *Instr) Type { return Scalar(Bool) },
	"local":   func(_ Type, in *Instr) Type { return in.Local.Type },
}

// laneType returns the type of one lane of a vector.
func laneType(t Type) Type {
	if t.Kind.IsMask() {
		return Scalar(Bool)
	}
	return Scalar(t.Kind)
}

// holds reports whether a class holds the type.
func (c class) holds(t Type) bool {
	if c&vectors != 0 && t.Lanes == 1 || c&single != 0 && t.Lanes != 1 {
		return false
	}
	return c&classOf(t.Kind) != 0
}

func classOf(k Kind) class {
	switch {
	case k.IsFloat():
		return floats
	case k.IsInteger() && k.IsSigned():
		return signedInts
	case k.IsInteger():
		return unsignedInts
	case k.IsPair():
		return pairs
	case k.IsMask():
		return masks
	case k == Bool:
		return bools
	case k == Array:
		return arrays
	case k == Slice:
		return sliceTypes
	}
	return 0
}

// bindT returns the type that T stands for in an instruction, that of the first operand or result that is a T.
func bindT(row *opInfo, in *Instr) Type {
	args, results := row.signature()
	for i, word := range args {
		if word == "T" {
			return in.Args[i].Type
		}
	}
	for i, word := range results {
		if word == "T" {
			return in.Results[i].Type
		}
	}
	return Type{}
}

// innerType returns the type that so many indexes lead to, from a slice or array inwards.
func innerType(t Type, indexes int) (Type, bool) {
	for ; indexes > 0; indexes-- {
		if t.Elem == nil {
			return t, false
		}
		t = *t.Elem
	}
	return t, true
}
