package emit

import (
	"fmt"
	"strings"

	"github.com/kgen-go/kgen/gen/ir"
)

// cFunc writes one kernel as a static C function. What the user named has a prefix that tells its
// role and keeps it apart from C's and kg.h's names: k_ kernel, p_ parameter, l_ local, t_ value,
// r_ results.
type cFunc struct {
	unit   *cUnit
	decls  *cDecls
	f      *ir.Func
	shape  *shape
	plan   *bufferPlan
	fails  bool
	values map[*ir.Value]string
	locals map[*ir.Local]string
	taken  map[string]bool
	loops  []*cLoop // the constructs around the instruction being written, outermost first
	out    *cWriter
}

// cLoop is a for, loop or block that is being written.
type cLoop struct {
	in                  *ir.Instr
	breakTo, continueTo bool // a goto to the label was written
}

// name makes a C name from a user's, unique in the function.
func (c *cFunc) name(prefix, user string) string {
	base := prefix + cIdent(strings.ReplaceAll(user, ".", "_"))
	name := base
	for n := 2; c.taken[name]; n++ {
		name = fmt.Sprint(base, "_", n)
	}
	c.taken[name] = true
	return name
}

// signature returns the C declaration of the kernel without its body.
func (u *cUnit) signature(c *cFunc) string {
	var params []string
	if c.fails {
		params = append(params, "kg_fault *fault")
	}
	if c.plan.count > 0 {
		params = append(params, "const kg_buffer *buffers", "int64_t first")
	}
	for _, p := range c.f.Params {
		params = append(params, c.decls.typ(p.Type)+" "+c.values[p])
	}
	result := u.resultType(c.f)
	if c.fails && result != "void" {
		params = append(params, result+" *result")
	}
	if c.fails {
		result = "int32_t"
	}
	if len(params) == 0 {
		params = []string{"void"}
	}
	return fmt.Sprintf("static %s%s %s(%s)", u.inlining(c.f), result, c.unit.kernelName(c.f.Name), strings.Join(params, ", "))
}

// inlining keeps a kernel with loops, if its exported function is the only caller, out of that: gcc lays its loops out
// for a function that runs once, up to 1.6 times as slow.
func (u *cUnit) inlining(f *ir.Func) string {
	if !f.Exported {
		return ""
	}
	loops, called := false, false
	for _, g := range u.u.Funcs {
		ir.Walk(g.Body, func(in *ir.Instr) bool {
			loops = loops || g == f && (in.Op == ir.OpFor || in.Op == ir.OpLoop)
			called = called || in.Op == ir.OpCall && in.Callee == f.Name
			return true
		})
	}
	if loops && !called {
		return "KG_NOINLINE "
	}
	return ""
}

// resultType returns the C type of a kernel's results: a structure when there are several.
func (u *cUnit) resultType(f *ir.Func) string {
	switch len(f.Results) {
	case 0:
		return "void"
	case 1:
		return u.decls.typ(f.Results[0])
	}
	var fields strings.Builder
	for i, t := range f.Results {
		fmt.Fprintf(&fields, "\t%s r%d;\n", u.decls.typ(t), i)
	}
	name := u.private("r", f.Name)
	return u.decls.need(name, "typedef struct {\n%s} %s;", fields.String(), name)
}

// noResult initialises the variable for a kernel's results, for compilers that cannot see that it is set
// whenever it is read.
func (u *cUnit) noResult(f *ir.Func) string {
	if len(f.Results) == 1 {
		return u.decls.initialiser(f.Results[0])
	}
	fields := make([]string, len(f.Results))
	for i, t := range f.Results {
		fields[i] = u.decls.initialiser(t)
	}
	return "{" + strings.Join(fields, ", ") + "}"
}

// function writes the definition of a kernel.
func (u *cUnit) function(f *ir.Func) {
	c := u.newFunc(f)
	u.out.place(f.Pos)
	u.out.linef("%s", u.signature(c))
	u.out.open("{")
	for _, p := range f.Params {
		if c.shape.uses[p] == 0 {
			u.out.linef("(void)%s;", c.values[p])
		}
	}
	c.unusedPlumbing()
	for _, l := range f.Locals {
		if c.shape.locals[l] {
			c.declare(l)
		}
	}
	c.block(f.Body)
	u.out.close("}")
	u.out.linef("")
}

func (u *cUnit) newFunc(f *ir.Func) *cFunc {
	c := &cFunc{unit: u, decls: u.decls, f: f, shape: shapeOf(f), plan: u.plans[f], fails: u.fails[f],
		values: map[*ir.Value]string{}, locals: map[*ir.Local]string{}, taken: map[string]bool{}, out: u.out}
	for _, p := range f.Params {
		c.values[p] = c.name("p_", p.Name)
	}
	for _, l := range f.Locals {
		c.locals[l] = c.name("l_", l.Name)
		if isLarge(l) {
			c.locals[l] = "(*" + c.locals[l] + ")"
		}
	}
	return c
}

// unusedPlumbing keeps strict compilers quiet about a hidden parameter that only code which control
// cannot reach would use.
func (c *cFunc) unusedPlumbing() {
	faults, buffers, numbers := false, false, false
	for l := range c.plan.locals {
		buffers = buffers || c.shape.locals[l]
	}
	c.shape.eachLive(c.f.Body, func(in *ir.Instr) {
		call := in.Op == ir.OpCall
		faults = faults || in.Op.IsCheck() || call && c.unit.fails[c.unit.u.Func(in.Callee)]
		buffers = buffers || in.Op == ir.OpMake || call && c.unit.buffers(in) > 0
		numbers = numbers || in.Op == ir.OpMake && c.shape.uses[in.Results[0]] > 0 || call && c.unit.buffers(in) > 0
	})
	c.voidUnless(faults || !c.fails, "fault")
	c.voidUnless(buffers || c.plan.count == 0, "buffers")
	c.voidUnless(numbers || c.plan.count == 0, "first")
}

func (c *cFunc) voidUnless(used bool, name string) {
	if !used {
		c.out.linef("(void)%s;", name)
	}
}

// declare writes the declaration of a local, zeroed; a large one lies in a buffer.
func (c *cFunc) declare(l *ir.Local) {
	t := c.decls.typ(l.Type)
	if !isLarge(l) {
		c.out.linef("%s %s = %s;", t, c.locals[l], c.decls.initialiser(l.Type))
		return
	}
	dims, elem := l.Type.Dims()
	n := 1
	for _, d := range dims {
		n *= d
	}
	pointer := unparen(c.locals[l])[1:]
	c.needBuffer(c.plan.locals[l], fmt.Sprint(n))
	c.out.linef("%s *const %s = buffers[%d].p; /* [%d]%s */", t, pointer, c.plan.locals[l], n, elem)
	c.out.linef("memset(%s, 0, sizeof *%s);", pointer, pointer)
}

// needBuffer writes the test that a buffer is what the block's layout promises.
func (c *cFunc) needBuffer(number int, capacity string) {
	c.out.linef("if (KG_UNLIKELY(buffers[%[1]d].p == NULL || buffers[%[1]d].cap < %[2]s))", number, capacity)
	c.out.linef("\treturn KG_BAD_BUFFER;")
}

// block writes the instructions of a block that control can reach.
func (c *cFunc) block(b *ir.Block) {
	for _, in := range reach(b) {
		if c.written(in) {
			c.out.place(in.Pos)
			c.stmt(in)
		}
	}
}

// written reports whether an instruction is written as a statement.
func (c *cFunc) written(in *ir.Instr) bool {
	return c.shape.live(in) && (len(in.Results) != 1 || c.shape.inlined[in.Results[0]] == nil)
}

// stmt writes an instruction as a statement.
func (c *cFunc) stmt(in *ir.Instr) {
	switch in.Op {
	case ir.OpSet:
		c.out.linef("%s = %s;", c.locals[in.Local], c.bare(in.Args[0]))
	case ir.OpSetElem:
		last := len(in.Args) - 1
		c.out.linef("%s%s = %s;", c.locals[in.Local], c.path(in.Args[:last]), c.bare(in.Args[last]))
	case ir.OpStore:
		c.store(in)
	case ir.OpMStore, ir.OpScatter:
		c.out.linef("%s", c.lanesStore(in))
	case ir.OpMake:
		c.makeSlice(in)
	case ir.OpCheckIndex, ir.OpCheckBound, ir.OpCheckNonzero:
		c.check(in)
	case ir.OpCall:
		c.call(in)
	case ir.OpIf:
		c.branch(in)
	case ir.OpFor, ir.OpLoop, ir.OpBlock:
		c.loop(in)
	case ir.OpBreak, ir.OpContinue:
		c.leave(in)
	case ir.OpReturn:
		c.ret(in)
	default:
		v := in.Results[0]
		e := unparen(c.op(in))
		c.out.linef("const %s %s = %s;", c.decls.typ(v.Type), c.define(v), e)
	}
}

// define gives a value its name.
func (c *cFunc) define(v *ir.Value) string {
	c.values[v] = c.name("t_", v.Name)
	return c.values[v]
}

func (c *cFunc) store(in *ir.Instr) {
	last := len(in.Args) - 1
	if in.Args[last].Type.Lanes > 1 {
		c.out.linef("%s", c.lanesStore(in))
		return
	}
	c.out.linef("%s.p[%s]%s = %s;", c.expr(in.Args[0]), c.bare(in.Args[1]), c.path(in.Args[2:last]), c.bare(in.Args[last]))
}

func (c *cFunc) makeSlice(in *ir.Instr) {
	v, n := in.Results[0], c.plan.instrs[in]
	c.needBuffer(n, c.expr(in.Args[1]))
	if c.shape.uses[v] == 0 {
		return
	}
	t := c.decls.typ(v.Type)
	size, capacity := c.bare(in.Args[0]), c.bare(in.Args[1])
	c.out.linef("const %s %s = {buffers[%d].p, %s, %s, first + %d};", t, c.define(v), n, size, capacity, n)
}

// check writes a run-time check. Its operands are written twice; expressions have no effects.
func (c *cFunc) check(in *ir.Instr) {
	x := c.bare(in.Args[0])
	if in.Op == ir.OpCheckNonzero {
		c.out.linef("if (KG_UNLIKELY(%s == 0))", c.expr(in.Args[0]))
		c.out.linef("\treturn kg_fail(fault, %d, 0, 0);", in.Site)
		return
	}
	beyond := ">"
	if in.Op == ir.OpCheckIndex {
		beyond = ">="
	}
	if c.isLength(in.Args[1]) { // one comparison does, as the limit is not negative
		c.out.linef("if (KG_UNLIKELY((uint64_t)%s %s (uint64_t)%s))", c.expr(in.Args[0]), beyond, c.expr(in.Args[1]))
	} else {
		c.out.linef("if (KG_UNLIKELY(%[1]s < 0 || %[1]s %[2]s %[3]s))", c.expr(in.Args[0]), beyond, c.expr(in.Args[1]))
	}
	c.out.linef("\treturn kg_fail(fault, %d, %s, %s);", in.Site, x, c.bare(in.Args[1]))
}

// isLength reports whether a value is a length, a capacity or a constant that is not negative.
func (c *cFunc) isLength(v *ir.Value) bool {
	if v.Const {
		return int64(v.Bits[0]) >= 0
	}
	def := c.shape.def[v]
	return def != nil && (def.Op == ir.OpLen || def.Op == ir.OpCap)
}

// buffers returns how many buffers a call's callee needs.
func (u *cUnit) buffers(call *ir.Instr) int { return u.plans[u.u.Func(call.Callee)].count }

// call writes a call between kernels. A callee that can fail returns a status.
func (c *cFunc) call(in *ir.Instr) {
	callee := c.unit.u.Func(in.Callee)
	fails := c.unit.fails[callee]
	var args []string
	if fails {
		args = append(args, "fault")
	}
	if c.unit.buffers(in) > 0 {
		first := c.plan.instrs[in]
		args = append(args, fmt.Sprintf("buffers + %d", first), fmt.Sprintf("first + %d", first))
	}
	for _, a := range in.Args {
		args = append(args, c.bare(a))
	}
	target := c.resultVariable(in)
	if fails && target != "" {
		c.out.linef("%s %s = %s;", c.unit.resultType(callee), target, c.unit.noResult(callee))
		args = append(args, "&"+target)
	}
	text := fmt.Sprintf("%s(%s)", c.unit.kernelName(in.Callee), strings.Join(args, ", "))
	switch {
	case fails:
		c.out.linef("KG_TRY(%s);", text)
	case target != "" && c.used(in.Results):
		c.out.linef("const %s %s = %s;", c.unit.resultType(callee), target, text)
	default:
		c.out.linef("%s;", text)
	}
	c.unpack(in, target)
}

// resultVariable names the variable that takes a call's results, if it has any.
func (c *cFunc) resultVariable(in *ir.Instr) string {
	switch len(in.Results) {
	case 0:
		return ""
	case 1:
		return c.define(in.Results[0])
	}
	return c.name("t_", in.Callee)
}

// unpack gives each of several results its own variable.
func (c *cFunc) unpack(in *ir.Instr, target string) {
	if len(in.Results) < 2 {
		return
	}
	for i, r := range in.Results {
		if c.shape.uses[r] > 0 {
			c.out.linef("const %s %s = %s.r%d;", c.decls.typ(r.Type), c.define(r), target, i)
		}
	}
}

func (c *cFunc) used(values []*ir.Value) bool {
	for _, v := range values {
		if c.shape.uses[v] > 0 {
			return true
		}
	}
	return false
}

func (c *cFunc) ret(in *ir.Instr) {
	value := ""
	switch len(in.Args) {
	case 0:
	case 1:
		value = c.bare(in.Args[0])
	default:
		value = fmt.Sprintf("(%s){%s}", c.unit.resultType(c.f), c.list(in.Args))
	}
	if !c.fails {
		if value != "" || in != c.f.Body.Instrs[len(c.f.Body.Instrs)-1] {
			c.out.linef("%s;", strings.TrimSpace("return "+value))
		}
		return
	}
	if value != "" {
		c.out.linef("*result = %s;", value)
	}
	c.out.linef("return 0;")
}

// failing returns the functions that can return an error: they check, need a buffer, or call one that does.
func failing(u *ir.Unit, plans map[*ir.Func]*bufferPlan) map[*ir.Func]bool {
	fails := map[*ir.Func]bool{}
	for changed := true; changed; {
		changed = false
		for _, f := range u.Funcs {
			does := plans[f].count > 0
			ir.Walk(f.Body, func(in *ir.Instr) bool {
				does = does || in.Op.IsCheck() || in.Op == ir.OpCall && fails[u.Func(in.Callee)]
				return !does
			})
			changed = changed || does != fails[f]
			fails[f] = does
		}
	}
	return fails
}
