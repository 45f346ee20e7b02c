package ir

import (
	"fmt"
	"strings"
)

// effect says what executing an operation does beside giving its results.
type effect uint8

const (
	other  effect = iota // reads or writes locals, allocates, calls, or steers control
	pure                 // nothing
	reads                // reads the memory of slices
	writes               // writes the memory of slices
	checks               // ends the kernel with an error unless its condition holds
)

// attr says which fields of an Instr an operation uses beside Results and Args.
type attr uint16

const (
	usesLocal     attr = 1 << iota // Local
	setsLocal                      // the Local is assigned
	usesUnchecked                  // Unchecked
	usesCallee                     // Callee
	usesSite                       // Site
	usesLabel                      // Label
	usesAssigns                    // Assigns
	usesStep                       // Step
	usesBody                       // Body
	usesElse                       // Else
	isLoop                         // Label can be continued
	isExit                         // control does not go on behind it
	anyArgs                        // Args may be more than the row says
)

// class is the set of kinds that the type T of a signature may have.
type class uint16

const (
	signedInts class = 1 << iota
	unsignedInts
	floats
	bools
	pairs
	masks
	arrays
	sliceTypes
	vectors    // T must have lanes
	single     // T must not have lanes
	ints       = signedInts | unsignedInts
	numbers    = ints | floats
	logical    = ints | bools | masks
	elements   = numbers | pairs
	vectorable = elements | masks
	anything   = vectorable | bools | arrays | sliceTypes
)

// opInfo is a row of the op table.
//
// The signature names the types of operands and results, "T T -> T". T is one type, of a kind in the
// set on; the words beside it are types that follow from T: see sigTypes in the verifier. An empty
// signature says that the verifier has a rule for the operation alone; args and results are their numbers then.
//
// value and test are the meaning of an operation that works lane by lane, on one lane: see meaning.go.
// What else an operation means is in the interpreter.
type opInfo struct {
	name    string
	sig     string
	args    int // operands where the signature is empty; with anyArgs at least so many
	results int // results where the signature is empty
	on      class
	effect  effect
	attrs   attr
	value   *meaning
	test    *relation
}

var ops = [numOps]opInfo{
	OpAdd:    {name: "add", sig: "T T -> T", on: numbers, effect: pure, value: &meaning{add[int64], add[uint64], add[float32], add[float64]}},
	OpSub:    {name: "sub", sig: "T T -> T", on: numbers, effect: pure, value: &meaning{sub[int64], sub[uint64], sub[float32], sub[float64]}},
	OpMul:    {name: "mul", sig: "T T -> T", on: numbers, effect: pure, value: &meaning{mul[int64], mul[uint64], mul[float32], mul[float64]}},
	OpDiv:    {name: "div", sig: "T T -> T", on: numbers, effect: pure, value: &meaning{div[int64], div[uint64], div[float32], div[float64]}},
	OpRem:    {name: "rem", sig: "T T -> T", on: ints, effect: pure, value: &meaning{i: rem[int64], u: rem[uint64]}},
	OpAnd:    {name: "and", sig: "T T -> T", on: logical, effect: pure, value: &meaning{i: and[int64], u: and[uint64]}},
	OpOr:     {name: "or", sig: "T T -> T", on: logical, effect: pure, value: &meaning{i: or[int64], u: or[uint64]}},
	OpXor:    {name: "xor", sig: "T T -> T", on: logical, effect: pure, value: &meaning{i: xor[int64], u: xor[uint64]}},
	OpAndNot: {name: "andnot", sig: "T T -> T", on: logical, effect: pure, value: &meaning{i: andNot[int64], u: andNot[uint64]}},
	OpShl:    {name: "shl", sig: "T count -> T", on: ints, effect: pure, value: &meaning{i: shl[int64], u: shl[uint64]}},
	OpShr:    {name: "shr", sig: "T count -> T", on: ints, effect: pure, value: &meaning{i: shr[int64], u: shr[uint64]}},
	OpNeg:    {name: "neg", sig: "T -> T", on: numbers, effect: pure, value: &meaning{neg[int64], neg[uint64], neg[float32], neg[float64]}},
	OpNot:    {name: "not", sig: "T -> T", on: logical, effect: pure, value: &meaning{i: not[int64], u: not[uint64]}},

	OpEq: {name: "eq", sig: "T T -> cond", on: numbers | bools, effect: pure, test: &relation{eq[int64], eq[uint64], eq[float32], eq[float64]}},
	OpNe: {name: "ne", sig: "T T -> cond", on: numbers | bools, effect: pure, test: &relation{ne[int64], ne[uint64], ne[float32], ne[float64]}},
	OpLt: {name: "lt", sig: "T T -> cond", on: numbers, effect: pure, test: &relation{lt[int64], lt[uint64], lt[float32], lt[float64]}},
	OpLe: {name: "le", sig: "T T -> cond", on: numbers, effect: pure, test: &relation{le[int64], le[uint64], le[float32], le[float64]}},
	OpGt: {name: "gt", sig: "T T -> cond", on: numbers, effect: pure, test: &relation{gt[int64], gt[uint64], gt[float32], gt[float64]}},
	OpGe: {name: "ge", sig: "T T -> cond", on: numbers, effect: pure, test: &relation{ge[int64], ge[uint64], ge[float32], ge[float64]}},

	OpMin: {name: "min", sig: "T T -> T", on: numbers, effect: pure, value: &meaning{least[int64], least[uint64], least[float32], least[float64]}},
	OpMax: {name: "max", sig: "T T -> T", on: numbers, effect: pure, value: &meaning{greatest[int64], greatest[uint64], greatest[float32], greatest[float64]}},

	OpSqrt:     {name: "sqrt", sig: "T -> T", on: floats, effect: pure, value: &meaning{s: sqrt[float32], d: sqrt[float64]}},
	OpAbs:      {name: "abs", sig: "T -> T", on: signedInts | floats, effect: pure, value: &meaning{i: absInt, s: absFloat[float32], d: absFloat[float64]}},
	OpFloor:    {name: "floor", sig: "T -> T", on: floats, effect: pure, value: &meaning{s: floor[float32], d: floor[float64]}},
	OpCeil:     {name: "ceil", sig: "T -> T", on: floats, effect: pure, value: &meaning{s: ceil[float32], d: ceil[float64]}},
	OpTrunc:    {name: "trunc", sig: "T -> T", on: floats, effect: pure, value: &meaning{s: trunc[float32], d: trunc[float64]}},
	OpCopysign: {name: "copysign", sig: "T T -> T", on: floats, effect: pure, value: &meaning{s: copysign[float32], d: copysign[float64]}},
	OpFma:      {name: "fma", sig: "T T T -> T", on: floats, effect: pure, value: &meaning{s: fma32, d: fma64}},

	OpConv:   {name: "conv", args: 1, results: 1, effect: pure},
	OpSelect: {name: "select", sig: "cond T T -> T", on: anything, effect: pure},

	OpPair: {name: "pair", sig: "part part -> T", on: pairs, effect: pure},
	OpRe:   {name: "re", sig: "T -> part", on: pairs, effect: pure},
	OpIm:   {name: "im", sig: "T -> part", on: pairs, effect: pure},

	OpSplat:   {name: "splat", sig: "lane -> T", on: vectorable | vectors, effect: pure},
	OpLanes:   {name: "lanes", sig: "-> T", on: ints | vectors, effect: pure},
	OpExtract: {name: "extract", sig: "T number -> lane", on: vectorable | vectors, effect: pure},
	OpAny:     {name: "any", sig: "T -> bool", on: masks | vectors, effect: pure},
	OpAll:     {name: "all", sig: "T -> bool", on: masks | vectors, effect: pure},

	OpGet:     {name: "get", sig: "-> local", attrs: usesLocal},
	OpSet:     {name: "set", sig: "local ->", attrs: usesLocal | setsLocal},
	OpElem:    {name: "elem", args: 1, results: 1, attrs: usesLocal | usesUnchecked | anyArgs},
	OpSetElem: {name: "setelem", args: 2, attrs: usesLocal | setsLocal | usesUnchecked | anyArgs},

	OpLen:     {name: "len", sig: "T -> int", on: sliceTypes, effect: pure},
	OpCap:     {name: "cap", sig: "T -> int", on: sliceTypes, effect: pure},
	OpNil:     {name: "nil", sig: "-> T", on: sliceTypes, effect: pure},
	OpIsNil:   {name: "isnil", sig: "T -> bool", on: sliceTypes, effect: pure},
	OpSlice:   {name: "slice", sig: "T int int int -> T", on: sliceTypes, effect: pure, attrs: usesUnchecked},
	OpMake:    {name: "make", sig: "int int -> T", on: sliceTypes},
	OpLoad:    {name: "load", args: 2, results: 1, effect: reads, attrs: usesUnchecked | anyArgs},
	OpStore:   {name: "store", args: 3, effect: writes, attrs: usesUnchecked | anyArgs},
	OpMLoad:   {name: "mload", sig: "memory int cond -> T", on: elements | vectors, effect: reads, attrs: usesUnchecked},
	OpMStore:  {name: "mstore", sig: "memory int T cond ->", on: elements | vectors, effect: writes, attrs: usesUnchecked},
	OpGather:  {name: "gather", sig: "memory indexes cond -> T", on: elements | vectors, effect: reads, attrs: usesUnchecked},
	OpScatter: {name: "scatter", sig: "memory indexes T cond ->", on: elements | vectors, effect: writes, attrs: usesUnchecked},
	OpZero:    {name: "zero", sig: "-> T", on: anything, effect: pure},

	OpCheckIndex:   {name: "check.index", sig: "int int ->", effect: checks, attrs: usesSite},
	OpCheckBound:   {name: "check.bound", sig: "int int ->", effect: checks, attrs: usesSite},
	OpCheckNonzero: {name: "check.nonzero", sig: "T ->", on: ints | single, effect: checks, attrs: usesSite},

	OpCall: {name: "call", attrs: usesCallee | anyArgs},

	OpIf:       {name: "if", sig: "bool ->", attrs: usesBody | usesElse},
	OpFor:      {name: "for", sig: "T T -> T", on: ints | single, attrs: usesLabel | usesAssigns | usesStep | usesBody | isLoop},
	OpLoop:     {name: "loop", sig: "->", attrs: usesLabel | usesAssigns | usesBody | isLoop},
	OpBlock:    {name: "block", sig: "->", attrs: usesLabel | usesBody},
	OpBreak:    {name: "break", sig: "->", attrs: usesLabel | isExit},
	OpContinue: {name: "continue", sig: "->", attrs: usesLabel | isExit},
	OpReturn:   {name: "return", attrs: anyArgs | isExit},
}

// info returns the operation's row; that of an unknown operation is empty.
func (o Op) info() *opInfo {
	if o >= numOps {
		o = OpInvalid
	}
	return &ops[o]
}

func (o *opInfo) has(a attr) bool { return o.attrs&a != 0 }

// labelled reports whether the operation is one that others break from or continue.
func (o *opInfo) labelled() bool { return o.has(usesLabel) && o.has(usesBody) }

// counts returns how many operands and results the operation has; with anyArgs, at least so many operands.
func (o *opInfo) counts() (args, results int) {
	if o.sig == "" {
		return o.args, o.results
	}
	a, r := o.signature()
	return len(a), len(r)
}

// signature returns the words of the signature's two sides.
func (o *opInfo) signature() (args, results []string) {
	a, r, _ := strings.Cut(o.sig, "->")
	return strings.Fields(a), strings.Fields(r)
}

// String returns the operation's name in the text form.
func (o Op) String() string {
	if name := o.info().name; name != "" {
		return name
	}
	return fmt.Sprintf("Op(%d)", uint8(o))
}

// Pure reports whether the operation has no effect and depends on its operands only: it may be deleted
// when it is unused, repeated and moved. An integer division or a slice is pure given the check before it.
func (o Op) Pure() bool { return o.info().effect == pure }

// Reads reports whether the operation reads the memory of slices itself; a call may, too.
func (o Op) Reads() bool { return o.info().effect == reads }

// Writes reports whether the operation writes the memory of slices itself; a call may, too.
func (o Op) Writes() bool { return o.info().effect == writes }

// IsCheck reports whether the operation is a run-time check with a site.
func (o Op) IsCheck() bool { return o.info().effect == checks }

// Assigns reports whether the operation assigns its instruction's Local, wholly or in part.
func (o Op) Assigns() bool { return o.info().has(setsLocal) }

// IsTerminator reports whether control never goes on behind the operation: break, continue, return.
func (o Op) IsTerminator() bool { return o.info().has(isExit) }

// opByName returns the operation of that name, or OpInvalid.
func opByName(name string) Op {
	for op := OpInvalid + 1; op < numOps; op++ {
		if ops[op].name == name {
			return op
		}
	}
	return OpInvalid
}
