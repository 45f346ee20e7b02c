package verify

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// progen writes random kernels: valid Go text with all types, operators and statements of kernels, nothing
// of which is constant, so that no compiler refuses it. What Go leaves open it does not write: more than
// one effect in an expression, and, for the oracle, conversions of floats to integers.
type progen struct {
	*rand.Rand
	b       strings.Builder
	oracle  bool // the text is also run as Go
	vars    []variable
	helpers []helper
	inLoop  int
	count   int
}

type variable struct {
	name  string
	typ   string // of the elements, for a slice or array
	slice bool
	array bool
	fixed bool // not assigned to: a loop depends on it
}

type helper struct {
	name, arg, slice, result string
}

var (
	intTypes   = []string{"int8", "int16", "int32", "int64", "int", "uint8", "uint16", "uint32", "uint64", "uint"}
	floatTypes = []string{"float32", "float64"}
	allTypes   = append(append([]string{"complex128"}, intTypes...), append(floatTypes, floatTypes...)...)
)

func isInt(t string) bool      { return strings.Contains(t, "int") }
func isUnsigned(t string) bool { return strings.HasPrefix(t, "u") }
func isComplex(t string) bool  { return strings.HasPrefix(t, "c") }

// randomPackage returns the text of a package of n kernels.
func randomPackage(seed uint64, n int, oracle bool) string {
	g := &progen{Rand: rand.New(rand.NewPCG(seed, 7)), oracle: oracle}
	for i := range 3 {
		g.helper(i)
	}
	for i := range n {
		g.kernel(i)
	}
	text := g.b.String()
	if strings.Contains(text, "math.") {
		text = "import \"math\"\n\n" + text
	}
	return "package random\n\n" + text
}

func choose[T any](g *progen, from ...T) T { return from[g.IntN(len(from))] }

func (g *progen) linef(format string, args ...any) { fmt.Fprintf(&g.b, format+"\n", args...) }

func (g *progen) fresh(prefix string) string {
	g.count++
	return fmt.Sprintf("%s%d", prefix, g.count)
}

// helper writes an unexported kernel that reads a slice.
func (g *progen) helper(i int) {
	h := helper{fmt.Sprintf("helper%d", i), choose(g, intTypes...), choose(g, allTypes...), choose(g, allTypes...)}
	g.vars = []variable{{name: "x", typ: h.arg}, {name: "s", typ: h.slice, slice: true}}
	g.linef("func %s(x %s, s []%s) %s {", h.name, h.arg, h.slice, h.result)
	g.linef("if x > 100 {\nreturn %s\n}", g.expr(h.result, 2))
	g.linef("return %s\n}\n", g.expr(h.result, 3))
	g.helpers = append(g.helpers, h)
}

// kernel writes an exported kernel.
func (g *progen) kernel(i int) {
	g.vars = nil
	var params []string
	for range 2 + g.IntN(3) {
		v := variable{name: g.fresh("p"), typ: choose(g, allTypes...)}
		g.vars = append(g.vars, v)
		params = append(params, v.name+" "+v.typ)
	}
	elem := choose(g, allTypes...)
	for range 1 + g.IntN(3) {
		v := variable{name: g.fresh("s"), typ: elem, slice: true}
		if g.IntN(2) == 0 {
			elem = choose(g, allTypes...)
		}
		g.vars = append(g.vars, v)
		params = append(params, v.name+" []"+v.typ)
	}
	results := []string{choose(g, allTypes...), choose(g, allTypes...)}
	g.linef("func K%d(%s) (%s) {", i, strings.Join(params, ", "), strings.Join(results, ", "))
	g.block(4+g.IntN(5), 3)
	g.linef("return %s, %s\n}\n", g.expr(results[0], 2), g.expr(results[1], 2))
}

// block writes n statements in a scope of their own.
func (g *progen) block(n, depth int) {
	outer := len(g.vars)
	for range n {
		g.stmt(depth)
	}
	g.vars = g.vars[:outer]
}

func (g *progen) stmt(depth int) {
	if depth == 0 {
		g.assign()
		return
	}
	switch g.IntN(12) {
	case 0, 1:
		g.declare()
	case 2, 3, 4:
		g.assign()
	case 5:
		g.ifElse(depth)
	case 6, 7:
		g.loop(depth)
	case 8:
		g.switchStmt(depth)
	case 9:
		g.leave()
	case 10:
		g.call()
	case 11:
		g.store()
	}
}

// declare writes a new local: a number, an array or a slice.
func (g *progen) declare() {
	v := variable{name: g.fresh("v"), typ: choose(g, allTypes...)}
	switch g.IntN(5) {
	case 0:
		v.array = true
		g.linef("var %s [5]%s", v.name, v.typ)
	case 1:
		s, ok := g.find(func(v variable) bool { return v.slice })
		if !ok {
			return
		}
		v.typ, v.slice = s.typ, true
		n := g.IntN(3)
		g.linef("%s := %s", v.name, choose(g, s.name,
			fmt.Sprintf("%s[min(len(%s), %d):]", s.name, s.name, n),
			fmt.Sprintf("%s[:len(%s)/2]", s.name, s.name),
			fmt.Sprintf("%s[%s:]", s.name, g.index(s))))
	default:
		g.linef("%s := %s", v.name, g.expr(v.typ, 3))
	}
	g.linef("_ = %s", v.name)
	g.vars = append(g.vars, v)
}

// assign writes an assignment to a variable, or exchanges two.
func (g *progen) assign() {
	v, ok := g.find(func(v variable) bool { return !v.fixed && !v.array })
	if !ok {
		return
	}
	w, _ := g.find(func(w variable) bool { return !w.fixed && w.typ == v.typ && w.slice == v.slice && !w.array })
	switch {
	case v.slice || g.IntN(6) == 0 && v.name != w.name:
		g.linef("%s, %s = %s, %s", v.name, w.name, w.name, v.name)
	case g.IntN(3) == 0 && isInt(v.typ):
		g.linef("%s%s", v.name, choose(g, "++", "--"))
	case g.IntN(2) == 0:
		g.linef("%s %s= %s", v.name, choose(g, "+", "-", "*"), g.expr(v.typ, 2))
	default:
		g.linef("%s = %s", v.name, g.expr(v.typ, 3))
	}
}

// store writes to an element.
func (g *progen) store() {
	v, ok := g.find(func(v variable) bool { return v.slice || v.array })
	if !ok {
		return
	}
	value := g.expr(v.typ, 2)
	g.linef("%s[%s] %s= %s", v.name, g.index(v), choose(g, "", "", "+", "-"), value)
}

func (g *progen) ifElse(depth int) {
	g.linef("if %s {", g.cond(2))
	g.block(1+g.IntN(2), depth-1)
	if g.IntN(2) == 0 {
		g.linef("} else {")
		g.block(1+g.IntN(2), depth-1)
	}
	g.linef("}")
}

// loop writes a loop of few iterations.
func (g *progen) loop(depth int) {
	if g.inLoop == 2 {
		g.assign()
		return
	}
	outer := len(g.vars)
	i := variable{name: g.fresh("i"), typ: "int", fixed: true}
	s, ok := g.find(func(v variable) bool { return v.slice })
	switch form := g.IntN(5); {
	case ok && form == 0:
		x := variable{name: g.fresh("x"), typ: s.typ}
		g.linef("for %s, %s := range %s {\n_, _ = %s, %s", i.name, x.name, s.name, i.name, x.name)
		g.vars = append(g.vars, x)
	case ok && form == 1:
		g.linef("for %s := 0; %s < len(%s); %s++ {", i.name, i.name, s.name, i.name)
	case form == 2:
		i.typ = choose(g, intTypes...)
		g.linef("for %s := range %s & 7 {\n_ = %s", i.name, g.expr(i.typ, 1), i.name)
	case form == 3:
		g.linef("for %s := %d; %s >= 0; %s -= %d {", i.name, g.IntN(9), i.name, i.name, 1+g.IntN(3))
	default:
		g.linef("for %s := 0; %s < %d && %s; %s++ {", i.name, i.name, 1+g.IntN(9), g.cond(1), i.name)
	}
	g.vars = append(g.vars, i)
	g.inLoop++
	g.block(1+g.IntN(3), depth-1)
	g.inLoop--
	g.linef("}")
	g.vars = g.vars[:outer]
}

func (g *progen) switchStmt(depth int) {
	t := choose(g, intTypes...)
	g.linef("switch %s {", g.expr(t, 2))
	for i := range 1 + g.IntN(3) {
		g.linef("case %d, %d:", 2*i, 2*i+1)
		g.block(1, depth-1)
		if g.IntN(4) == 0 {
			g.linef("fallthrough\ncase %d:", 100+i)
			g.block(1, depth-1)
		}
	}
	g.linef("default:")
	g.block(1, depth-1)
	g.linef("}")
}

// leave writes a jump out of the loop.
func (g *progen) leave() {
	if g.inLoop == 0 {
		g.assign()
		return
	}
	g.linef("if %s {\n%s\n}", g.cond(2), choose(g, "break", "continue"))
}

// call writes a call of a helper.
func (g *progen) call() {
	for _, h := range g.helpers {
		s, ok := g.find(func(v variable) bool { return v.slice && v.typ == h.slice })
		if !ok {
			continue
		}
		v := variable{name: g.fresh("v"), typ: h.result}
		g.linef("%s := %s(%s, %s)\n_ = %s", v.name, h.name, g.expr(h.arg, 1), s.name, v.name)
		g.vars = append(g.vars, v)
		return
	}
	g.assign()
}

// find returns a random visible variable of a kind.
func (g *progen) find(ok func(variable) bool) (variable, bool) {
	var fits []variable
	for _, v := range g.vars {
		if ok(v) {
			fits = append(fits, v)
		}
	}
	if len(fits) == 0 {
		return variable{}, false
	}
	return choose(g, fits...), true
}

// cond returns a condition.
func (g *progen) cond(depth int) string {
	if depth > 1 && g.IntN(3) == 0 {
		return fmt.Sprintf("(%s %s %s)", g.cond(depth-1), choose(g, "&&", "||"), g.cond(depth-1))
	}
	t := choose(g, allTypes...)
	op := choose(g, "<", "<=", ">", ">=", "==", "!=")
	if isComplex(t) {
		op = choose(g, "==", "!=")
	}
	c := fmt.Sprintf("(%s %s %s)", g.expr(t, depth), op, g.expr(t, depth))
	if g.IntN(6) == 0 {
		return "!" + c
	}
	return c
}

// expr returns an expression of the type; it is never constant.
func (g *progen) expr(t string, depth int) string {
	if depth == 0 || g.IntN(4) == 0 {
		return g.leaf(t)
	}
	x := g.expr(t, depth-1)
	if g.IntN(5) == 0 {
		return g.unary(t, x)
	}
	y := g.expr(t, depth-1)
	if g.IntN(4) == 0 {
		y = g.literal(t)
	}
	if !isInt(t) {
		ops := []string{"+", "-", "*", "/"}
		if isComplex(t) {
			ops = ops[:3]
		}
		return fmt.Sprintf("(%s %s %s)", x, choose(g, ops...), y)
	}
	switch g.IntN(6) {
	case 0:
		return fmt.Sprintf("(%s %s (%s | 1))", x, choose(g, "/", "%"), g.expr(t, depth-1))
	case 1:
		return fmt.Sprintf("(%s %s %s)", x, choose(g, "<<", ">>"), g.shift(depth-1))
	case 2:
		return fmt.Sprintf("%s(%s, %s)", choose(g, "min", "max"), x, y)
	}
	return fmt.Sprintf("(%s %s %s)", x, choose(g, "+", "-", "*", "&", "|", "^", "&^"), y)
}

// shift returns a shift count: mostly small, sometimes any.
func (g *progen) shift(depth int) string {
	t := choose(g, intTypes...)
	if g.IntN(4) > 0 {
		return fmt.Sprintf("(%s & 15)", g.expr(t, depth))
	}
	return g.expr(choose(g, "uint8", "uint16", "uint32", "uint64", "uint", "int8"), depth)
}

func (g *progen) unary(t, x string) string {
	switch {
	case isComplex(t):
		return "(-" + x + ")"
	case isInt(t):
		return "(" + choose(g, "-", "^") + x + ")"
	case t == "float64":
		return choose(g, "math.Sqrt", "math.Abs", "math.Floor", "math.Ceil", "math.Trunc", "-") + "(" + x + ")"
	}
	return "(-" + x + ")"
}

// leaf returns a variable, an element or a conversion of one.
func (g *progen) leaf(t string) string {
	from, ok := g.find(func(v variable) bool { return v.typ == t })
	if !ok || g.IntN(5) == 0 {
		from, _ = g.find(func(v variable) bool { return isComplex(v.typ) == isComplex(t) })
	}
	if from.name == "" {
		from, _ = g.find(func(variable) bool { return true })
	}
	x := from.name
	if from.slice || from.array {
		x = fmt.Sprintf("%s[%s]", x, g.index(from))
		if from.slice && g.IntN(4) == 0 {
			from.typ, x = "int", "len("+from.name+")"
		}
	}
	return g.convert(x, from.typ, t)
}

// convert returns x of type from as a value of type to.
func (g *progen) convert(x, from, to string) string {
	switch {
	case from == to:
		return x
	case isComplex(from) && isComplex(to):
		return to + "(" + x + ")"
	case isComplex(from):
		return g.convert(choose(g, "real", "imag")+"("+x+")", "float64", to)
	case isComplex(to):
		re := g.convert(x, from, "float64")
		return fmt.Sprintf("complex(%s, 0.5)", re)
	case isInt(to) && !isInt(from) && g.oracle:
		return fmt.Sprintf("%s(len(%s))", to, g.anySlice())
	}
	return to + "(" + x + ")"
}

func (g *progen) anySlice() string {
	s, _ := g.find(func(v variable) bool { return v.slice })
	return s.name
}

// index returns an index of a slice or array: mostly in range.
func (g *progen) index(v variable) string {
	i, ok := g.find(func(v variable) bool { return v.fixed && v.typ == "int" })
	switch {
	case ok && g.IntN(3) > 0 && !v.array:
		return choose(g, i.name, i.name, i.name+"/2", i.name+"+1", i.name+"-1")
	case v.array:
		x, ok := g.find(func(v variable) bool { return isInt(v.typ) && !v.slice && !v.array })
		if !ok || g.IntN(2) == 0 {
			return fmt.Sprint(g.IntN(5))
		}
		return choose(g, x.name, x.name+"&3", x.name+"&3", x.name+"&3")
	}
	return choose(g, "0", "1", "2", "len("+v.name+")-1", "len("+v.name+")/2")
}

// literal returns a constant of the type.
func (g *progen) literal(t string) string {
	switch {
	case isComplex(t):
		return "(1.5 - 2i)"
	case isUnsigned(t):
		return fmt.Sprint(1 + g.IntN(200))
	case isInt(t):
		return fmt.Sprintf("%s(%d)", t, g.IntN(256)-128)
	}
	return choose(g, "0.1", "-2.5", "3", "1e10", "1e-20")
}
