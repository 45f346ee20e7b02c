package sigtest

import (
	"fmt"
	"strings"

	"github.com/kgen-go/kgen/ffi/ctype"
)

// The names of a fixture's variables: what functions receive, and what they return.
const (
	InName  = "sigtest_in"
	OutName = "sigtest_out"
)

// slotAlign is the alignment of each value in the fixture's memory.
const slotAlign = 32

// Slots returns the offset of each argument in the memory of [InName], and the end of the last one.
func (p *Prototype) Slots() (offsets []int64, end int64) {
	for _, t := range p.Args() {
		offsets = append(offsets, end)
		size, _ := p.Target.Sizeof(t)
		end += (size + slotAlign) / slotAlign * slotAlign
	}
	return offsets, end
}

// types is the C text that declares the types of the prototypes.
func types(list []*Prototype) string {
	var all []*ctype.Type
	for _, p := range list {
		all = append(all, p.Func)
		all = append(all, p.Args()...)
	}
	return ctype.Source(all...)
}

// Declarations is the C text of a header for the prototypes: their types, and for each the function that receives a call and the one
// that makes it.
func Declarations(list []*Prototype) string {
	var b strings.Builder
	b.WriteString(types(list))
	for _, p := range list {
		fmt.Fprintf(&b, "%s;\n%s;\n", p.Func.Declare(p.Name()), p.caller())
	}
	return b.String()
}

// caller declares the function that calls another one.
func (p *Prototype) caller() string {
	return "void " + p.CallerName() + "(" + ctype.PointerTo(p.Func).Declare("f") + ")"
}

// Fixture is the C text of a library for the prototypes. Each function copies its arguments to the memory of [InName], and
// returns what that of [OutName] holds. Each caller calls the function that it is passed with what InName holds, and
// stores the result in OutName.
func Fixture(list []*Prototype) string {
	in := int64(slotAlign)
	for _, p := range list {
		_, end := p.Slots()
		in = max(in, end)
	}
	var b strings.Builder
	b.WriteString(types(list))
	b.WriteString("#ifdef _WIN32\n#define EXPORT __declspec(dllexport)\n#else\n#define EXPORT\n#endif\n")
	fmt.Fprintf(&b, "EXPORT char %s[%d] __attribute__((aligned(%d))), %s[%d] __attribute__((aligned(%d)));\n",
		InName, in, slotAlign, OutName, maxRecord, slotAlign)
	for _, p := range list {
		p.writeReceiver(&b)
		p.writeCaller(&b)
	}
	return b.String()
}

// writeReceiver writes the function that receives a call. It names all arguments of a function that is declared without prototype.
func (p *Prototype) writeReceiver(b *strings.Builder) {
	fn := *p.Func.Func
	if fn.Unknown {
		fn = *ctype.FuncOf(fn.Result, p.Extra...).Func
	}
	fn.Params = append([]ctype.Param(nil), fn.Params...)
	for i := range fn.Params {
		fn.Params[i].Name = argument(i)
	}
	named, types := len(fn.Params), p.Args()
	b.WriteString("EXPORT " + (&ctype.Type{Kind: ctype.Func, Func: &fn}).Declare(p.Name()) + " {\n")
	if fn.Variadic {
		fmt.Fprintf(b, "\t__builtin_va_list list; __builtin_va_start(list, %s);\n", argument(named-1))
	}
	for i := named; i < len(types); i++ {
		fmt.Fprintf(b, "\t%s = __builtin_va_arg(list, %s);\n", types[i].Declare(argument(i)), types[i])
	}
	offsets, _ := p.Slots()
	for i := range types {
		fmt.Fprintf(b, "\t__builtin_memcpy(%s + %d, &%s, sizeof %[3]s);\n", InName, offsets[i], argument(i))
	}
	if r := p.Result(); r.Kind != ctype.Void {
		fmt.Fprintf(b, "\t%s; __builtin_memcpy(&r, %s, sizeof r); return r;\n", r.Declare("r"), OutName)
	}
	b.WriteString("}\n")
}

// writeCaller writes the function that calls another one.
func (p *Prototype) writeCaller(b *strings.Builder) {
	b.WriteString("EXPORT " + p.caller() + " {\n")
	var names []string
	offsets, _ := p.Slots()
	for i, t := range p.Args() {
		fmt.Fprintf(b, "\t%s; __builtin_memcpy(&%s, %s + %d, sizeof %[2]s);\n", t.Declare(argument(i)), argument(i), InName, offsets[i])
		names = append(names, argument(i))
	}
	call := "f(" + strings.Join(names, ", ") + ");\n"
	if r := p.Result(); r.Kind != ctype.Void {
		fmt.Fprintf(b, "\t%s = %s\t__builtin_memcpy(%s, &r, sizeof r);\n", r.Declare("r"), call, OutName)
	} else {
		b.WriteString("\t" + call)
	}
	b.WriteString("}\n")
}

func argument(i int) string { return fmt.Sprintf("a%d", i) }
