package ir

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/kgen-go/kgen/gen/diag"
	"github.com/kgen-go/kgen/gen/kg"
)

// Verify reports what makes a unit meaningless: operands of wrong types or lane counts, values
// used where they are not defined, loops that assign other locals than they list, labels, callees
// and sites that do not exist, functions whose end can be reached. The error is a *diag.Errors that names
// function and instruction. The interpreter and the emitters rely on what it holds.
func Verify(u *Unit) error {
	v := &verifier{unit: u, funcs: map[string]*Func{}}
	for _, f := range u.Funcs {
		if v.funcs[f.Name] != nil {
			v.list.Errorf(f.Pos, 0, "func %s is defined twice", f.Name)
		}
		v.funcs[f.Name] = f
	}
	for _, f := range u.Funcs {
		v.function(f)
	}
	return v.list.Err()
}

// verifier verifies one unit, one function after the other.
type verifier struct {
	unit  *Unit
	funcs map[string]*Func
	list  diag.List

	fn       *Func
	in       *Instr          // the instruction being verified, nil outside of one
	names    map[string]bool // of every value defined so far
	visible  map[*Value]bool // values that can be used here
	locals   map[*Local]bool // declared
	labels   map[string]bool // every label so far
	enclosed []*Instr        // the labelled instructions around
	assigned map[*Local]bool // by the block being verified
}

// errorf reports a fault of the current instruction, or of the function outside of one.
func (v *verifier) errorf(format string, args ...any) {
	pos, where := v.fn.Pos, ""
	if v.in != nil {
		where = ": " + v.in.String()
		if v.in.Pos.IsValid() {
			pos = v.in.Pos
		}
	}
	v.list.Errorf(pos, 0, "func %s%s: %s", v.fn.Name, where, fmt.Sprintf(format, args...))
}

func (v *verifier) function(f *Func) {
	v.fn, v.in, v.enclosed = f, nil, nil
	v.names, v.visible = map[string]bool{}, map[*Value]bool{}
	v.locals, v.labels, v.assigned = map[*Local]bool{}, map[string]bool{}, map[*Local]bool{}
	for _, p := range f.Params {
		v.define(p)
	}
	for _, t := range f.Results {
		v.validType("a result", t)
	}
	localNames := map[string]bool{}
	for _, l := range f.Locals {
		if l == nil || l.Name == "" || localNames[l.Name] {
			v.errorf("local %s is declared twice or without a name", localText(l))
			continue
		}
		localNames[l.Name], v.locals[l] = true, true
		v.validType(localText(l), l.Type)
	}
	if f.Body == nil {
		v.errorf("the function has no body")
		return
	}
	v.block(f.Body)
	v.in = nil
	if !Terminates(f.Body) {
		v.errorf("control can reach the end of the function")
	}
}

func (v *verifier) validType(what string, t Type) bool {
	why := typeError(t)
	if why != "" {
		v.errorf("the type of %s %s", what, why)
	}
	return why == ""
}

// define makes a parameter, result or counter visible.
func (v *verifier) define(x *Value) {
	switch {
	case x == nil || x.Const || x.Name == "":
		v.errorf("%s cannot be defined: it is a constant or has no name", useText(x))
	case v.names[x.Name]:
		v.errorf("%%%s is defined twice", x.Name)
	default:
		v.validType("%"+x.Name, x.Type)
		v.names[x.Name], v.visible[x] = true, true
	}
}

// block verifies a block and the scope of its values.
func (v *verifier) block(b *Block) {
	var defined []*Value
	for i, in := range b.Instrs {
		v.in = in
		if i > 0 && b.Instrs[i-1].Op.IsTerminator() {
			v.errorf("the instruction stands behind %s, where control never comes", b.Instrs[i-1].Op)
		}
		v.instr(in)
		defined = append(defined, in.Results...)
	}
	for _, x := range defined {
		delete(v.visible, x)
	}
}

func (v *verifier) instr(in *Instr) {
	row := in.Op.info()
	if row.name == "" {
		v.errorf("there is no such operation")
		return
	}
	if v.shape(row, in) {
		v.types(row, in)
	}
	if row.has(setsLocal) && in.Local != nil {
		v.assigned[in.Local] = true
	}
	for _, r := range in.Results {
		v.define(r)
	}
	v.blocks(in)
	if in.Op == OpFor { // its counter is visible in its body alone
		for _, r := range in.Results {
			delete(v.visible, r)
		}
	}
}

// shape verifies that the instruction has the fields of its operation and no others, and operands that
// can be used here.
func (v *verifier) shape(row *opInfo, in *Instr) bool {
	before := len(v.list.All)
	args, results := row.counts()
	if len(in.Args) < args || len(in.Args) > args && !row.has(anyArgs) {
		v.errorf("the operation has %d operands, not %d", args, len(in.Args))
	}
	if len(in.Results) != results && in.Op != OpCall {
		v.errorf("the operation has %d results, not %d", results, len(in.Results))
	}
	for _, a := range in.Args {
		v.use(a)
	}
	for _, r := range in.Results {
		if r == nil {
			v.errorf("a result is missing")
		}
	}
	v.fields(row, in)
	return len(v.list.All) == before
}

// fields verifies that the fields that the operation uses are set and the others are not.
func (v *verifier) fields(row *opInfo, in *Instr) {
	for _, f := range []struct {
		name string
		attr attr
		set  bool
	}{
		{"local", usesLocal, in.Local != nil},
		{"callee", usesCallee, in.Callee != ""},
		{"label", usesLabel, in.Label != ""},
		{"body", usesBody, in.Body != nil},
	} {
		if row.has(f.attr) != f.set {
			v.errorf("the operation has %s %s", map[bool]string{true: "no", false: "a"}[!f.set], f.name)
		}
	}
	if in.Else != nil && !row.has(usesElse) || in.Assigns != nil && !row.has(usesAssigns) || in.Site != 0 && !row.has(usesSite) ||
		in.Step != 0 && !row.has(usesStep) || in.Unchecked && !row.has(usesUnchecked) {
		v.errorf("an else, assigned locals, a site, a step or unchecked is not of this operation")
	}
	if in.Local != nil && !v.locals[in.Local] {
		v.errorf("local %s is not declared in the function", localText(in.Local))
	}
}

// use verifies an operand.
func (v *verifier) use(x *Value) {
	switch {
	case x == nil:
		v.errorf("an operand is missing")
	case x.Const:
		v.constant(x)
	case !v.visible[x]:
		v.errorf("%%%s is not defined here", x.Name)
	}
}

// constant verifies a constant's type and that its bits are those of the type.
func (v *verifier) constant(x *Value) {
	if !v.validType(useText(x), x.Type) {
		return
	}
	k := x.Type.Kind
	width := valueBits(k)
	switch {
	case k == Array || k == Slice:
		v.errorf("there are no constants of type %s", x.Type)
	case x.Bits[0]&^widthMask(width) != 0, k.IsPair() && x.Bits[1]&^widthMask(width) != 0, !k.IsPair() && x.Bits[1] != 0:
		v.errorf("constant %s has bits beyond its type", useText(x))
	}
}

// blocks verifies what an instruction owns: its label, blocks and assigned locals.
func (v *verifier) blocks(in *Instr) {
	row := in.Op.info()
	if !row.has(usesBody) {
		return
	}
	if row.labelled() {
		if v.labels[in.Label] {
			v.errorf("label %s is defined twice", in.Label)
		}
		v.labels[in.Label] = true
		v.enclosed = append(v.enclosed, in)
		defer func() { v.enclosed = v.enclosed[:len(v.enclosed)-1] }()
	}
	outer := v.assigned
	v.assigned = map[*Local]bool{}
	for _, b := range []*Block{in.Body, in.Else} {
		if b != nil {
			v.block(b)
		}
	}
	v.in = in
	if row.has(usesAssigns) {
		v.assigns(in)
	}
	for l := range v.assigned {
		outer[l] = true
	}
	v.assigned = outer
}

// assigns verifies the list of the locals that a loop assigns against those its body assigns.
func (v *verifier) assigns(in *Instr) {
	var want []*Local
	for _, l := range v.fn.Locals {
		if v.assigned[l] {
			want = append(want, l)
		}
	}
	if !slices.Equal(in.Assigns, want) {
		v.errorf("the body assigns %s", cmp.Or(list(want, localText), "no locals"))
	}
}

// target verifies the label of a break or continue.
func (v *verifier) target(in *Instr) {
	for _, outer := range v.enclosed {
		if outer.Label == in.Label {
			if in.Op == OpContinue && !outer.Op.info().has(isLoop) {
				v.errorf("%s is a %s, not a loop", in.Label, outer.Op)
			}
			return
		}
	}
	v.errorf("no construct around the instruction has label %s", in.Label)
}

// site verifies that a check's site exists and is of a kind that the check can find.
func (v *verifier) site(in *Instr) {
	if in.Site < 0 || in.Site >= len(v.unit.Sites) {
		v.errorf("there is no site %d", in.Site)
		return
	}
	kind := v.unit.Sites[in.Site].Kind
	fits := false
	switch in.Op {
	case OpCheckIndex:
		fits = kind == kg.Index
	case OpCheckNonzero:
		fits = kind == kg.Divide
	case OpCheckBound:
		fits = kind >= kg.SliceMax && kind <= kg.MakeCap && kind != kg.Divide
	}
	if !fits {
		v.errorf("site %d is of kind %s, which the check cannot find", in.Site, kind)
	}
}
