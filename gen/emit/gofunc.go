package emit

import (
	"maps"
	"math"

	"github.com/dave/jennifer/jen"

	"github.com/kgen-go/kgen/gen/ir"
)

// goFunc is the emission of one function.
type goFunc struct {
	file       *goFile
	fn         *ir.Func
	shape      *shape
	placement  placement
	valueNames map[*ir.Value]string
	localNames map[*ir.Local]string
	labels     map[string]string  // Go names of the labels
	jumped     map[string]bool    // labels that a written jump names
	around     []*ir.Instr        // the for, loop and block instructions around the present one
	atLeast0   map[*ir.Value]bool // ints that a check before the present place shows to be not negative
	ifs        map[jen.Code]bool  // statements that are an if
	total      bool               // a division by zero gives 0
}

// newGoFunc prepares the emission of a function; own are names that it must not use.
func newGoFunc(g *goFile, fn *ir.Func, own ...string) *goFunc {
	f := &goFunc{
		file: g, fn: fn, shape: shapeOf(fn),
		valueNames: map[*ir.Value]string{}, localNames: map[*ir.Local]string{},
		labels: map[string]string{}, jumped: map[string]bool{}, atLeast0: map[*ir.Value]bool{},
		ifs: map[jen.Code]bool{},
	}
	f.placement = f.shape.place(fn)
	f.name(own)
	return f
}

// name gives parameters, locals, values and labels their names, those of the source first.
func (f *goFunc) name(own []string) {
	names := newScope(newScope(f.file.names.scope, own...))
	for _, p := range f.fn.Params {
		f.valueNames[p] = names.name(goIdent(p.Name))
	}
	for _, l := range f.fn.Locals {
		if f.shape.locals[l] {
			f.localNames[l] = names.name(goIdent(l.Name))
		}
	}
	labels := newScope(reserved(f.file.opts.Package))
	f.shape.eachLive(f.fn.Body, func(in *ir.Instr) {
		for _, r := range in.Results {
			if f.shape.inlined[r] == nil && (f.shape.uses[r] > 0 || in.Op == ir.OpFor) {
				f.valueNames[r] = names.name(goIdent(r.Name))
			}
		}
		if in.Label != "" && in.Op != ir.OpBreak && in.Op != ir.OpContinue {
			f.labels[in.Label] = labels.name(goIdent(in.Label))
		}
	})
}

// signature returns the parameters and results, neighbours of one type together.
func (f *goFunc) signature() *jen.Statement {
	var params, names []jen.Code
	for i, p := range f.fn.Params {
		names = append(names, jen.Id(f.valueNames[p]))
		if i+1 == len(f.fn.Params) || !p.Type.Equal(f.fn.Params[i+1].Type) {
			params = append(params, jen.List(names...).Add(goType(p.Type)))
			names = nil
		}
	}
	results := make([]jen.Code, len(f.fn.Results))
	for i, t := range f.fn.Results {
		results[i] = goType(t)
	}
	s := jen.Params(params...)
	switch len(results) {
	case 0:
		return s
	case 1:
		return s.Add(results[0])
	}
	return s.Params(results...)
}

// dispatch returns the body of an exported kernel that runs as C where it can.
func (f *goFunc) dispatch(n kernelNames) []jen.Code {
	args := make([]jen.Code, len(f.fn.Params))
	for i, p := range f.fn.Params {
		args[i] = jen.Id(f.valueNames[p])
	}
	invoke := func(fn string) []jen.Code {
		c := jen.Id(fn).Call(args...)
		if len(f.fn.Results) > 0 {
			return []jen.Code{jen.Return(c)}
		}
		return []jen.Code{c, jen.Return()}
	}
	last := invoke(n.Body)[:1]
	return append([]jen.Code{
		jen.If(jen.Id(n.Slot).Op("!=").Nil()).Block(invoke(n.Slot)...),
		jen.Id(f.file.names.pkg).Dot("RunsGo").Call(),
	}, last...)
}

// body returns the function's statements. A plain return at the end is left out.
func (f *goFunc) body() []jen.Code {
	list := reach(f.fn.Body)
	if n := len(list); n > 0 && list[n-1].Op == ir.OpReturn && len(f.fn.Results) == 0 {
		list = list[:n-1]
	}
	return f.stmts(list)
}

func (f *goFunc) block(b *ir.Block) []jen.Code { return f.stmts(reach(b)) }

func (f *goFunc) stmts(list []*ir.Instr) []jen.Code {
	outer := f.atLeast0
	f.atLeast0 = maps.Clone(outer)
	defer func() { f.atLeast0 = outer }()
	var out []jen.Code
	for _, in := range list {
		if !f.shape.live(in) {
			continue
		}
		for _, l := range f.placement.before[in] {
			out = append(out, f.file.marks.mark(in.Pos, jen.Var().Id(f.localNames[l]).Add(goType(l.Type))))
		}
		if s := f.stmt(in); s != nil {
			out = append(out, f.marked(in, s))
		}
	}
	return out
}

// marked marks a statement with its position; what is an if stays one. One with a label has its mark behind that.
func (f *goFunc) marked(in *ir.Instr, s jen.Code) jen.Code {
	if f.hasLabel(in) {
		return s
	}
	m := f.file.marks.mark(in.Pos, s)
	f.ifs[m] = f.ifs[s]
	return m
}

// stmt returns the statement of an instruction, or nil when it is written elsewhere.
func (f *goFunc) stmt(in *ir.Instr) jen.Code {
	switch in.Op {
	case ir.OpSet:
		return f.set(in)
	case ir.OpSetElem:
		n := len(in.Args) - 1
		target := f.element(primary(jen.Id(f.localNames[in.Local])), in.Local.Type, in.Args[:n], in.Unchecked)
		return f.assign(target, in.Args[n], func(read *ir.Instr) bool {
			return read.Op == ir.OpElem && read.Local == in.Local && samePath(read, in, in.Args[:n], read.Args)
		})
	case ir.OpStore:
		n := len(in.Args) - 1
		target := f.element(f.value(in.Args[0]), in.Args[0].Type, in.Args[1:n], in.Unchecked)
		return f.assign(target, in.Args[n], func(read *ir.Instr) bool {
			return read.Op == ir.OpLoad && samePath(read, in, in.Args[:n], read.Args)
		})
	case ir.OpCheckIndex, ir.OpCheckBound, ir.OpCheckNonzero:
		return f.check(in)
	case ir.OpIf:
		return f.branch(in)
	case ir.OpFor:
		return f.counted(in)
	case ir.OpLoop:
		return f.loop(in)
	case ir.OpBlock:
		f.around = append(f.around, in)
		body := f.block(in.Body)
		f.around = f.around[:len(f.around)-1]
		return f.labelled(in, jen.Switch().Block(jen.Default().Block(body...)))
	case ir.OpBreak, ir.OpContinue:
		return f.jump(in)
	case ir.OpReturn:
		return jen.Return(jen.ListFunc(func(g *jen.Group) {
			for _, a := range in.Args {
				g.Add(f.value(a).code)
			}
		}))
	case ir.OpCall:
		return f.callStmt(in)
	}
	switch r := in.Results[0]; {
	case f.shape.inlined[r] != nil:
		return nil
	case f.shape.uses[r] == 0:
		return jen.Id("_").Op("=").Add(f.expr(in).code)
	}
	return jen.Id(f.valueNames[in.Results[0]]).Op(":=").Add(f.expr(in).code)
}

// samePath reports whether a read and a write are of the same element in the same way.
func samePath(read, write *ir.Instr, path, readPath []*ir.Value) bool {
	if read.Unchecked != write.Unchecked || len(path) != len(readPath) {
		return false
	}
	for i, v := range path {
		if w := readPath[i]; v != w && !(v.Const && w.Const && v.Bits == w.Bits && v.Type.Equal(w.Type)) {
			return false
		}
	}
	return true
}

// set writes x = v, x := v where the local is declared, or x op= v.
func (f *goFunc) set(in *ir.Instr) jen.Code {
	name := jen.Id(f.localNames[in.Local])
	if f.placement.define[in] {
		return name.Op(":=").Add(f.typed(in.Args[0]).code)
	}
	return f.assign(primary(name), in.Args[0], func(read *ir.Instr) bool {
		return read.Op == ir.OpGet && read.Local == in.Local
	})
}

// assign writes target = v; where v is an operation whose first operand reads the target, target op= v.
// A target that is assigned itself is only named, so that its variables are used.
func (f *goFunc) assign(target goExpr, v *ir.Value, reads func(*ir.Instr) bool) jen.Code {
	in := f.shape.inlined[v]
	if in == nil {
		return target.code.Clone().Op("=").Add(f.value(v).code)
	}
	if reads(in) {
		return jen.Id("_").Op("=").Add(target.code)
	}
	if first := f.firstOperand(in); first == nil || !reads(first) {
		return target.code.Clone().Op("=").Add(f.expr(in).code)
	}
	if (in.Op == ir.OpAdd || in.Op == ir.OpSub) && isInt(in.Args[1], 1) {
		return target.code.Clone().Op(map[ir.Op]string{ir.OpAdd: "++", ir.OpSub: "--"}[in.Op])
	}
	_, y := f.operands(in)
	return target.code.Clone().Op(operators[in.Op].text + "=").Add(y.code)
}

// firstOperand returns the inlined instruction of the first operand of an operation that has a form op=.
func (f *goFunc) firstOperand(in *ir.Instr) *ir.Instr {
	kind := in.Results[0].Type.Kind
	op, ok := operators[in.Op]
	switch {
	case !ok || op.prec == precCompare || kind == ir.Bool || in.Op == ir.OpMul && kind.IsFloat():
		return nil
	case (in.Op == ir.OpShl || in.Op == ir.OpShr) && in.Args[1].Const && in.Args[1].Bits[0] >= uint64(kind.Bits()):
		return nil
	}
	return f.shape.inlined[in.Args[0]]
}

// callStmt writes a call with its results.
func (f *goFunc) callStmt(in *ir.Instr) jen.Code {
	var names []jen.Code
	used := false
	for _, r := range in.Results {
		name, ok := f.valueNames[r]
		if !ok {
			name = "_"
		}
		used = used || ok
		names = append(names, jen.Id(name))
	}
	if !used {
		return f.call(in).code
	}
	return jen.List(names...).Op(":=").Add(f.call(in).code)
}

// check writes the test of a run-time check and its panic. The test of an index is the one
// that the Go compiler itself would make, so that it leaves out its own behind it.
func (f *goFunc) check(in *ir.Instr) jen.Code {
	x := in.Args[0]
	values := []jen.Code{jen.Lit(in.Site), jen.Lit(0), jen.Lit(0)}
	for i, a := range in.Args {
		if in.Op != ir.OpCheckNonzero {
			values[i+1] = f.int64(a)
		}
	}
	var cond *jen.Statement
	if in.Op == ir.OpCheckNonzero {
		cond = f.opaque(x).in(precCompare + 1).Clone().Op("==").Lit(0)
	} else {
		cond = f.outside(in)
		f.atLeast0[in.Args[0]], f.atLeast0[in.Args[1]] = true, true
	}
	return jen.If(cond).Block(jen.Panic(jen.Id(f.file.names.sites).Dot("Error").Call(values...)))
}

// outside returns the condition that a checked index or bound is out of range.
func (f *goFunc) outside(in *ir.Instr) *jen.Statement {
	x, limit := f.value(in.Args[0]), f.value(in.Args[1])
	op := ">="
	if in.Op == ir.OpCheckBound {
		op = ">"
	}
	if in.Args[0].Const && (in.Args[1].Const || int64(in.Args[0].Bits[0]) < 0) {
		x = f.opaque(in.Args[0])
	}
	switch {
	case isInt(in.Args[1], math.MaxInt64) && in.Op == ir.OpCheckBound:
		return x.in(precCompare + 1).Clone().Op("<").Lit(0)
	case x.constant:
		return x.in(precCompare + 1).Clone().Op(op).Add(limit.in(precCompare + 1))
	case f.notNegative(in.Args[1]):
		if !limit.constant {
			limit = convert(ir.Uint, limit)
		}
		return convert(ir.Uint, x).code.Clone().Op(op).Add(limit.code)
	}
	return x.in(precCompare + 1).Clone().Op("<").Lit(0).Op("||").Add(x.in(precCompare + 1)).Op(op).Add(limit.in(precCompare + 1))
}

// notNegative reports whether it is plain that an int is at least 0.
func (f *goFunc) notNegative(v *ir.Value) bool {
	if v.Const {
		return int64(v.Bits[0]) >= 0
	}
	return f.atLeast0[v] || f.isLength(v)
}

// isLength reports whether the value is a length or capacity.
func (f *goFunc) isLength(v *ir.Value) bool {
	def := f.shape.def[v]
	return def != nil && (def.Op == ir.OpLen || def.Op == ir.OpCap)
}

// int64 returns a value for kg.Sites.Error.
func (f *goFunc) int64(v *ir.Value) *jen.Statement {
	if e := f.value(v); e.constant {
		return e.code
	} else {
		return convert(ir.I64, e).code
	}
}
