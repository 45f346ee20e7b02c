package ir_test

import (
	"slices"
	"testing"

	"github.com/kgen-go/kgen/gen/ir"
)

// mutations break an instruction in ways that no text can.
var mutations = []func(in *ir.Instr){
	func(in *ir.Instr) { in.Args = nil },
	func(in *ir.Instr) { in.Args = append([]*ir.Value{nil}, in.Args...) },
	func(in *ir.Instr) { in.Args = make([]*ir.Value, len(in.Args)) },
	func(in *ir.Instr) { in.Args = append([]*ir.Value{{Const: true}}, in.Args...) },
	func(in *ir.Instr) { in.Args = append([]*ir.Value{{Name: "stranger"}}, in.Args...) },
	func(in *ir.Instr) { in.Args = append(in.Args, in.Args...) },
	func(in *ir.Instr) { in.Args = in.Results },
	func(in *ir.Instr) { in.Results = nil },
	func(in *ir.Instr) { in.Results = make([]*ir.Value, len(in.Results)) },
	func(in *ir.Instr) {
		in.Results = []*ir.Value{{Const: true, Type: ir.Scalar(ir.I8), Bits: [2]uint64{256}}}
	},
	func(in *ir.Instr) { in.Results = []*ir.Value{{Name: "r", Type: ir.Type{Kind: ir.Array}}} },
	func(in *ir.Instr) { in.Results = []*ir.Value{{Name: "r", Type: ir.Type{Kind: ir.Slice, Lanes: 1}}} },
	func(in *ir.Instr) { in.Results = append(in.Results, in.Results...) },
	func(in *ir.Instr) { in.Local = nil },
	func(in *ir.Instr) { in.Local = &ir.Local{Name: "stranger"} },
	func(in *ir.Instr) { in.Assigns = append(in.Assigns, nil) },
	func(in *ir.Instr) { in.Callee = "nobody" },
	func(in *ir.Instr) { in.Label = "" },
	func(in *ir.Instr) { in.Site = 1 << 40 },
	func(in *ir.Instr) { in.Step-- },
	func(in *ir.Instr) { in.Body = nil },
	func(in *ir.Instr) { in.Body = &ir.Block{} },
	func(in *ir.Instr) { in.Else = &ir.Block{} },
	func(in *ir.Instr) { in.Unchecked = !in.Unchecked },
}

// TestMutations breaks every instruction in every way and gives it every other operation. Nothing may panic;
// what still verifies must evaluate.
func TestMutations(t *testing.T) {
	u := load(t, "testdata/pass/operations.ir")
	all := slices.Clone(mutations)
	for op := ir.OpInvalid; op <= ir.OpReturn+1; op++ {
		all = append(all, func(in *ir.Instr) { in.Op = op })
	}
	refused := 0
	for _, f := range u.Funcs {
		ir.Walk(f.Body, func(in *ir.Instr) bool {
			whole := *in
			for _, mutate := range all {
				mutate(in)
				_ = u.String()
				if err := ir.Verify(u); err != nil {
					refused++
					wantDiagnostics(t, err)
				} else {
					evalAll(t, u)
				}
				*in = whole
			}
			return true
		})
	}
	if refused == 0 {
		t.Error("nothing was refused")
	}
}
