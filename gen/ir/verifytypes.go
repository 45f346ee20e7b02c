package ir

// types verifies the types of an instruction of the right shape.
func (v *verifier) types(row *opInfo, in *Instr) {
	if row.sig != "" && !v.signature(row, in) {
		return
	}
	switch in.Op {
	case OpConv:
		v.conv(in)
	case OpExtract:
		v.extract(in)
	case OpElem:
		v.element(in, in.Args, in.Results[0])
	case OpSetElem:
		v.element(in, in.Args[:len(in.Args)-1], in.Args[len(in.Args)-1])
	case OpLoad:
		v.memory(in.Args[0], in.Args[1:], in.Results[0])
	case OpStore:
		v.memory(in.Args[0], in.Args[1:len(in.Args)-1], in.Args[len(in.Args)-1])
	case OpCheckIndex, OpCheckBound, OpCheckNonzero:
		v.site(in)
	case OpCall:
		v.call(in)
	case OpReturn:
		v.match("value", in.Args, v.fn.Results)
	case OpFor:
		if kind := in.Results[0].Type.Kind; in.Step < 1 || kind.Bits() < 64 && in.Step > int64(widthMask(kind.Bits()-1)) {
			v.errorf("the step must be from 1 to the counter's greatest value")
		}
	case OpBreak, OpContinue:
		v.target(in)
	}
}

// signature verifies operands and results against the op table.
func (v *verifier) signature(row *opInfo, in *Instr) bool {
	t := bindT(row, in)
	if row.on != 0 && !row.on.holds(t) {
		v.errorf("the operation is not defined on %s", t)
		return false
	}
	args, results := row.signature()
	ok := true
	for i, word := range args {
		if want := sigTypes[word](t, in); !in.Args[i].Type.Equal(want) {
			v.errorf("operand %d is of type %s, not %s", i+1, in.Args[i].Type, want)
			ok = false
		}
	}
	for i, word := range results {
		if want := sigTypes[word](t, in); !in.Results[i].Type.Equal(want) {
			v.errorf("the result is of type %s, not %s", want, in.Results[i].Type)
			ok = false
		}
	}
	return ok
}

func (v *verifier) conv(in *Instr) {
	from, to := in.Args[0].Type, in.Results[0].Type
	switch {
	case from.Lanes != to.Lanes:
		v.errorf("a conversion keeps the lanes")
	case from.Kind.IsNumeric() && to.Kind.IsNumeric(), from.Kind.IsMask() && to.Kind.IsMask():
	default:
		v.errorf("there is no conversion of %s to %s", from, to)
	}
}

func (v *verifier) extract(in *Instr) {
	lane := in.Args[1]
	if !lane.Const || lane.Bits[0] >= uint64(in.Args[0].Type.Lanes) {
		v.errorf("the lane is a constant from 0 to %d", in.Args[0].Type.Lanes-1)
	}
}

// element verifies an access to a local array.
func (v *verifier) element(in *Instr, indexes []*Value, x *Value) {
	if in.Local.Type.Kind != Array {
		v.errorf("local %s is of type %s, not an array", localText(in.Local), in.Local.Type)
		return
	}
	v.path(in.Local.Type, indexes, x, 1)
}

// memory verifies a load or store of one value. With one index it may be of consecutive elements.
func (v *verifier) memory(s *Value, indexes []*Value, x *Value) {
	if s.Type.Kind != Slice {
		v.errorf("operand 1 is of type %s, not a slice", s.Type)
		return
	}
	lanes := 1
	if len(indexes) == 1 && elements.holds(*s.Type.Elem) {
		lanes = x.Type.Lanes
	}
	v.path(s.Type, indexes, x, lanes)
}

// path verifies that indexes lead from a slice or array to an element of x's type, or so many of them.
func (v *verifier) path(t Type, indexes []*Value, x *Value, lanes int) {
	for _, i := range indexes {
		if !i.Type.Is(Int) {
			v.errorf("index %s is of type %s, not int", useText(i), i.Type)
		}
	}
	want, ok := innerType(t, len(indexes))
	if !ok {
		v.errorf("%s has fewer than %d dimensions", t, len(indexes))
		return
	}
	if lanes > 1 {
		want.Lanes = lanes
	}
	if !x.Type.Equal(want) {
		v.errorf("the element is of type %s, not %s", want, x.Type)
	}
}

func (v *verifier) call(in *Instr) {
	f := v.funcs[in.Callee]
	if f == nil {
		v.errorf("there is no func %s", in.Callee)
		return
	}
	params := make([]Type, len(f.Params))
	for i, p := range f.Params {
		if p == nil {
			v.errorf("func %s lacks a parameter", f.Name)
			return
		}
		params[i] = p.Type
	}
	v.match("argument", in.Args, params)
	v.match("result", in.Results, f.Results)
}

// match verifies values against the types that they must have.
func (v *verifier) match(what string, values []*Value, types []Type) {
	if len(values) != len(types) {
		v.errorf("there must be %d %ss, not %d", len(types), what, len(values))
		return
	}
	for i, x := range values {
		if !x.Type.Equal(types[i]) {
			v.errorf("%s %d is of type %s, not %s", what, i+1, x.Type, types[i])
		}
	}
}
