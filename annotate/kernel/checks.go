package kernel

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/kgen-go/kgen/gen/diag"
	"github.com/kgen-go/kgen/gen/ir"
	"github.com/kgen-go/kgen/gen/kg"
)

// units is what is kept of a package's IR: the run-time checks before and after the passes, and the sums that loops make in order.
type units struct {
	sites  []site
	series map[place][]string // names of the floats that a turn of the loop there needs from the one before
}

// place is a line of a kernel's file.
type place struct {
	file string // base name
	line int
}

// site is a place of a run-time check.
type site struct {
	ir.Site
	before, after int    // how many checks the IR has for it, before and after the passes
	why           string // what is not known, for one that stayed
}

// observe is a gen.Options.Observe: it copies what is of interest.
func (u *units) observe(stage string, s fmt.Stringer) {
	unit, ok := s.(*ir.Unit)
	if !ok {
		return
	}
	if stage == "ir" {
		u.sites = make([]site, len(unit.Sites))
		for i, s := range unit.Sites {
			u.sites[i].Site = s
		}
	}
	u.series = map[place][]string{}
	for _, f := range unit.Funcs {
		v := newValues(f)
		ir.Walk(f.Body, func(in *ir.Instr) bool {
			switch {
			case in.Op == ir.OpFor || in.Op == ir.OpLoop:
				at := placeOf(in.Pos)
				u.series[at] = append(u.series[at], v.series(in)...)
			case !in.Op.IsCheck() || in.Site >= len(u.sites):
			case stage == "ir":
				u.sites[in.Site].before++
			default:
				u.sites[in.Site].after++
				u.sites[in.Site].why = v.unknown(in, u.sites[in.Site].Kind)
			}
			return true
		})
	}
}

func placeOf(p diag.Pos) place { return place{baseName(p.File), p.Line} }

// values finds the instructions that values come from.
type values struct{ def map[*ir.Value]*ir.Instr }

func newValues(f *ir.Func) *values {
	v := &values{map[*ir.Value]*ir.Instr{}}
	ir.Walk(f.Body, func(in *ir.Instr) bool {
		for _, r := range in.Results {
			v.def[r] = in
		}
		return true
	})
	return v
}

// series returns the floats that each turn of an innermost loop computes from their values of the turn before by an addition.
func (v *values) series(loop *ir.Instr) (names []string) {
	ir.Walk(loop.Body, func(in *ir.Instr) bool {
		if in.Op == ir.OpFor || in.Op == ir.OpLoop {
			names = nil
			return false
		}
		if in.Op == ir.OpSet && in.Local.Type.Kind.IsFloat() && v.adds(in.Args[0], in.Local) {
			names = append(names, in.Local.Name)
		}
		return true
	})
	return names
}

// adds reports whether a value is a sum or difference with a local's present value.
func (v *values) adds(x *ir.Value, l *ir.Local) bool {
	in := v.def[x]
	if in == nil {
		return false
	}
	switch in.Op {
	case ir.OpGet:
		return in.Local == l
	case ir.OpAdd, ir.OpSub, ir.OpFma:
		for _, a := range in.Args {
			if v.adds(a, l) {
				return true
			}
		}
	}
	return false
}

// unknown says what would have to be known for a check to go.
func (v *values) unknown(in *ir.Instr, kind kg.Kind) string {
	x := v.describe(in.Args[0])
	limit := ""
	if len(in.Args) > 1 {
		limit = v.describe(in.Args[1])
	}
	switch kind {
	case kg.Divide:
		return "nothing shows that " + x + " is not 0"
	case kg.Shift:
		return "nothing shows that " + x + " is not negative"
	case kg.MakeLen, kg.MakeCap:
		return "nothing shows that " + x + " is a possible size"
	case kg.Index:
		if counter := v.def[in.Args[0]]; counter != nil && counter.Op == ir.OpFor {
			return fmt.Sprintf("%s counts up to %s, of which nothing shows that it is at most %s", x, v.describe(counter.Args[1]), limit)
		}
		if in.Args[0].Const {
			return fmt.Sprintf("nothing shows that %s is more than %s", limit, x)
		}
		return fmt.Sprintf("nothing shows that %s is at least 0 and less than %s", x, limit)
	}
	return fmt.Sprintf("nothing shows that %s is at least 0 and at most %s", x, limit)
}

// maxDescribed is how deep expressions are written out.
const maxDescribed = 3

// describe writes a value as the source might.
func (v *values) describe(x *ir.Value) string { return v.expr(x, maxDescribed) }

var infix = map[ir.Op]string{ir.OpAdd: "+", ir.OpSub: "-", ir.OpMul: "*", ir.OpDiv: "/", ir.OpRem: "%", ir.OpAnd: "&", ir.OpShl: "<<", ir.OpShr: ">>"}

func (v *values) expr(x *ir.Value, deep int) string {
	in := v.def[x]
	switch {
	case x.Const:
		return strconv.FormatInt(int64(x.Bits[0]), 10)
	case x.Name != "" && !unicode.IsDigit(rune(x.Name[0])):
		return x.Name
	case in == nil || deep == 0:
		return "the value"
	case in.Op == ir.OpGet:
		return in.Local.Name
	case in.Op == ir.OpLen || in.Op == ir.OpCap:
		return in.Op.String() + "(" + v.expr(in.Args[0], deep-1) + ")"
	case in.Op == ir.OpConv:
		return v.expr(in.Args[0], deep)
	case in.Op == ir.OpLoad && len(in.Args) == 2:
		return v.expr(in.Args[0], deep-1) + "[" + v.expr(in.Args[1], deep-1) + "]"
	case infix[in.Op] != "":
		return v.operand(in.Args[0], deep-1) + infix[in.Op] + v.operand(in.Args[1], deep-1)
	}
	return "the value"
}

// operand writes a value as an operand: an operation in parentheses.
func (v *values) operand(x *ir.Value, deep int) string {
	text := v.expr(x, deep)
	if in := v.def[x]; in != nil && infix[in.Op] != "" && strings.ContainsAny(text, "+-*/%&<>") {
		return "(" + text + ")"
	}
	return text
}

// checkNames say what each kind of check is about.
var checkNames = map[kg.Kind]string{
	kg.Index: "index", kg.SliceMax: "capacity of a slice", kg.SliceHigh: "end of a slice", kg.SliceHigh3: "end of a slice",
	kg.SliceLow: "begin of a slice", kg.SliceLow3: "begin of a slice", kg.Divide: "divisor", kg.Shift: "shift count",
	kg.MakeLen: "length", kg.MakeCap: "capacity",
}

// text describes the check in words.
func (s *site) text() string {
	if s.after > 0 {
		return checkNames[s.Kind] + " checked at run time: " + s.why
	}
	return checkNames[s.Kind] + " proved: no check at run time"
}
