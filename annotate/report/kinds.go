package report

// kinds is the closed list, in the order in which pages and documents show it. Costs are orders of magnitude on one machine: they rank
// findings and share out measured time, and predict none.
var kinds = []KindInfo{
	{
		Kind: Bounds, Letter: "B", Title: "bounds check", Class: Costs, Cost: 0.4,
		Help: "The index is compared with the length at run time. A check is well predicted and almost free by itself; in an inner loop it costs " +
			"instructions in every turn and keeps the code from getting better. Outside of loops, do not care.",
		Hint:   "Let a length that the compiler knows bound the index: reslice before the loop, or range over the slice itself.",
		Before: "func dot(x, y []float64) (sum float64) {\n\tfor i := range x {\n\t\tsum += x[i] * y[i]\n\t}\n\treturn sum\n}",
		After:  "func dot(x, y []float64) (sum float64) {\n\ty = y[:len(x)]\n\tfor i := range x {\n\t\tsum += x[i] * y[i]\n\t}\n\treturn sum\n}",
	},
	{
		Kind: SliceBounds, Letter: "S", Title: "slice bounds check", Class: Costs, Cost: 0.4,
		Help: "The bounds of a slice expression are compared with length or capacity at run time. One before a loop is often what removes the " +
			"checks in the loop: then it is well spent. Outside of loops, do not care.",
		Hint:   "Slice by what a loop condition or an earlier test has bounded already.",
		Before: "func chunks(b []byte, n int, f func([]byte)) {\n\tfor i := 0; i < n; i++ {\n\t\tf(b[i*8 : i*8+8])\n\t}\n}",
		After:  "func chunks(b []byte, f func([]byte)) {\n\tfor len(b) >= 8 {\n\t\tf(b[:8])\n\t\tb = b[8:]\n\t}\n}",
	},
	{
		Kind: Escape, Letter: "H", Title: "heap allocation", Class: Costs, Cost: 25,
		Help: "The value outlives the call, or its size is not known to the compiler, so it is made on the heap: time for the allocator now and " +
			"for the garbage collector later. It matters in loops and in functions that are called often; not at start-up, in errors, or where " +
			"the value must live on anyway.",
		Hint:   "Return a value instead of a pointer, let the caller pass the memory in, or give the slice a constant size.",
		Before: "type point struct{ x, y int }\n\nfunc origin() *point { return &point{} }",
		After:  "type point struct{ x, y int }\n\nfunc origin() point { return point{} }",
	},
	{
		Kind: Moved, Letter: "H", Title: "variable on the heap", Class: Costs, Cost: 25,
		Help: "A variable whose address outlives the function, or that an escaping func literal changes, is allocated whenever its declaration is " +
			"reached. It matters as any allocation does: in loops and in functions that are called often.",
		Hint:   "Do not return or store the address of the variable; hand values to func literals as arguments.",
		Before: "func counter() *int {\n\tn := 1\n\treturn &n\n}",
		After:  "func counter() int {\n\tn := 1\n\treturn n\n}",
	},
	{
		Kind: Alloc, Letter: "A", Title: "allocation in machine code", Class: Costs, Cost: 25,
		Help: "The code calls the allocator here although the compiler printed no line for it: a slice or map that grows, for one. It may be rare: " +
			"append allocates only when the capacity is used up, and doubles it. Do not care where the final size is small or unknowable.",
		Hint:   "Give the slice or map its capacity when it is made, or reuse it.",
		Before: "func add(m map[int]bool, list []int, n int) []int {\n\tfor i := range n {\n\t\tif !m[i] {\n\t\t\tlist = append(list, i)\n\t\t}\n\t}\n\treturn list\n}",
		After:  "func add(m map[int]bool, list []int) int {\n\tn := 0\n\tfor i := range list {\n\t\tif !m[i] {\n\t\t\tlist[n] = i\n\t\t\tn++\n\t\t}\n\t}\n\treturn n\n}",
	},
	{
		Kind: String, Letter: "T", Title: "string work", Class: Costs, Cost: 30,
		Help: "The run time joins, copies or decodes a string: +, conversions between string and []byte or []rune, range over a string. Joining in " +
			"a loop copies the beginning again in every turn. Messages for people are no place to care.",
		Hint:   "Build strings in a strings.Builder or an appended []byte; compare and index them without converting.",
		Before: "func join(list []string) (all string) {\n\tfor _, s := range list {\n\t\tall += s\n\t}\n\treturn all\n}",
		After:  "func join(buf []byte, list []string) int {\n\tn := 0\n\tfor _, s := range list {\n\t\tn += copy(buf[n:], s)\n\t}\n\treturn n\n}",
	},
	{
		Kind: Map, Letter: "M", Title: "map access", Class: Costs, Cost: 13,
		Help:   "Each access hashes the key and searches. Fine for what needs a map; slow in place of an index. Outside of hot loops, do not care.",
		Hint:   "Look the value up once before the loop, or use a slice where keys are small integers.",
		Before: "func count(m map[int]int, keys []int) {\n\tfor _, k := range keys {\n\t\tm[k]++\n\t}\n}",
		After:  "func count(m *[256]int, keys []byte) {\n\tfor _, k := range keys {\n\t\tm[k]++\n\t}\n}",
	},
	{
		Kind: Chan, Letter: "Q", Title: "channel operation", Class: Costs, Cost: 50,
		Help: "A send, receive or select takes a lock and may stop the goroutine. The price is for each operation, not for each byte. Do not care " +
			"where goroutines wait for something slow anyway.",
		Hint:   "Send batches instead of single values.",
		Before: "func sum(c chan int) (total int) {\n\tfor v := range c {\n\t\ttotal += v\n\t}\n\treturn total\n}",
		After:  "func sum(batch []int) (total int) {\n\tfor _, v := range batch {\n\t\ttotal += v\n\t}\n\treturn total\n}",
	},
	{
		Kind: DynCall, Letter: "I", Title: "call through an interface or func value", Class: Costs, Cost: 4,
		Help: "The callee is known only at run time: it is not inlined, and what is passed to it by pointer escapes. It matters for small methods " +
			"in loops; for callees that do real work it does not.",
		Hint:   "Use the concrete type or a type switch in the loop, or build with a profile (PGO) that names the common callee.",
		Before: "type op interface{ do(int) int }\n\nfunc fold(o op, n int) (x int) {\n\tfor range n {\n\t\tx = o.do(x)\n\t}\n\treturn x\n}",
		After:  "type add int\n\nfunc (a add) do(n int) int { return n + int(a) }\n\nfunc fold(o add, n int) (x int) {\n\tfor range n {\n\t\tx = o.do(x)\n\t}\n\treturn x\n}",
	},
	{
		Kind: Call, Letter: "F", Title: "call in a loop, not inlined", Class: Costs, Cost: 1.6,
		Help: "A call costs little beside a big callee, much beside a small one, and it hides from the compiler what the callee does. Do not care " +
			"about callees with loops of their own.",
		Hint:   "Make the callee small enough to be inlined, or move the loop into it.",
		Before: "//go:noinline\nfunc step(x int) int { return 3*x + 1 }\n\nfunc steps(x, n int) int {\n\tfor range n {\n\t\tx = step(x)\n\t}\n\treturn x\n}",
		After:  "func step(x int) int { return 3*x + 1 }\n\nfunc steps(x, n int) int {\n\tfor range n {\n\t\tx = step(x)\n\t}\n\treturn x\n}",
	},
	{
		Kind: Divide, Letter: "D", Title: "division by a variable", Class: Costs, Cost: 1.5,
		Help: "Integer division and remainder take many times the time of other arithmetic. By a constant they become a multiplication. It matters " +
			"in inner loops only.",
		Hint:   "Divide by a constant, use a mask for powers of two, or keep the quotient up to date by adding.",
		Before: "func wrap(x []int, n int) {\n\tfor i := range x {\n\t\tx[i] %= n\n\t}\n}",
		After:  "func wrap(x []int) {\n\tfor i := range x {\n\t\tx[i] %= 10\n\t}\n}",
	},
	{
		Kind: TypeTest, Letter: "Y", Title: "type test by the run time", Class: Costs, Cost: 5,
		Help: "An assertion to an interface, or a type switch with interfaces in it, asks the run time, which has a cache. To a concrete type it " +
			"is one comparison. Outside of loops, do not care.",
		Hint:   "Assert to a concrete type, or do it once, before the loop.",
		Before: "type namer interface{ name() string }\n\nfunc names(list []any) (n int) {\n\tfor _, v := range list {\n\t\tif _, ok := v.(namer); ok {\n\t\t\tn++\n\t\t}\n\t}\n\treturn n\n}",
		After:  "func names(list []any) (n int) {\n\tfor _, v := range list {\n\t\tif _, ok := v.(string); ok {\n\t\t\tn++\n\t\t}\n\t}\n\treturn n\n}",
	},
	{
		Kind: Copy, Letter: "W", Title: "big copy", Class: Costs, Cost: 8,
		Help: "A large value is copied or cleared as a whole: ranging over a list of big structs, passing or returning them by value. It matters " +
			"in loops; copies of less than 128 bytes are not listed.",
		Hint:   "Range over the index, or pass a pointer.",
		Before: "type big struct{ data [64]int }\n\nfunc total(list []big) (n int) {\n\tfor _, b := range list {\n\t\tfor _, x := range b.data {\n\t\t\tn += x\n\t\t}\n\t}\n\treturn n\n}",
		After:  "type big struct{ data [64]int }\n\nfunc total(list []big) (n int) {\n\tfor i := range list {\n\t\tfor j := range list[i].data {\n\t\t\tn += list[i].data[j]\n\t\t}\n\t}\n\treturn n\n}",
	},
	{
		Kind: Defer, Letter: "E", Title: "defer on the heap or in a loop", Class: Costs, Cost: 24,
		Help: "A defer that may run more than once is put on a list, and runs only when the function ends, not when the turn of the loop does. Any " +
			"other defer is almost free and not listed.",
		Hint:   "Move the body of the loop into a function of its own.",
		Before: "func each(list []func()) {\n\tfor _, f := range list {\n\t\tdefer f()\n\t}\n}",
		After:  "func each(list []func()) {\n\tfor _, f := range list {\n\t\tf()\n\t}\n}",
	},
	{
		Kind: Go, Letter: "G", Title: "goroutine started", Class: Costs, Cost: 300,
		Help: "A goroutine is cheap for a thread, and dear for a few instructions of work. Do not care where it waits for the network or lives " +
			"long.",
		Hint:   "Start one goroutine for each core and give it a range.",
		Before: "func all(list []func()) {\n\tfor _, f := range list {\n\t\tgo f()\n\t}\n}",
		After:  "func all(list []func()) {\n\tfor _, f := range list {\n\t\tf()\n\t}\n}",
	},
	{
		Kind: NotVector, Letter: "V", Title: "C loop not vectorised", Class: Costs, Cost: 1,
		Help: "The C compiler computes one element at a time in this loop; the text says why. A loop whose turns depend on each other, as in an " +
			"iteration or a sum in order, cannot be helped: then do not care.",
		Hint:   "Take what the text names out of the loop: a check (-nobounds), a branch, a call, a sum in order.",
		Before: "//kg:cdef a, x, y []float64\nfunc Axpy(a, x, y) {\n\tfor i := range x {\n\t\ty[i] += a[i] * x[i]\n\t}\n}",
		After:  "//kg:nobounds\n//kg:cdef a, x, y []float64\nfunc Axpy(a, x, y) {\n\tfor i := range x {\n\t\ty[i] += a[i] * x[i]\n\t}\n}",
	},
	{
		Kind: Check, Letter: "K", Title: "run-time check of a kernel", Class: Costs, Cost: 0.4,
		Help: "kgen could not prove that this index, slice, size or divisor is right, so every target checks it. It matters in inner loops, where " +
			"it also keeps C compilers from making vectors; elsewhere it is cheap safety.",
		Hint:   "Bound the index by the length of the slice that it indexes, or leave checks out with //kg:nobounds.",
		Before: "//kg:cdef x, y []float64\nfunc Add(x, y) {\n\tfor i := range x {\n\t\tx[i] += y[i]\n\t}\n}",
		After:  "//kg:cdef x []float64\nfunc Double(x) {\n\tfor i := range x {\n\t\tx[i] += x[i]\n\t}\n}",
	},
	{
		Kind: Unknown, Letter: "U", Title: "message not understood", Class: Info,
		Help: "The compiler printed a message that this version of annotate does not know. It is counted and shown; a gate cannot judge a report " +
			"that has one, unless the gate limits unknown itself.",
	},
	{
		Kind: Leak, Letter: "L", Title: "parameter leaks", Class: Info,
		Help: "What the parameter points to outlives the call, so that callers must have it on the heap. No cost by itself: the callers' lines " +
			"show it.",
		Before: "var kept *int\n\nfunc keep(p *int) { kept = p }",
	},
	{
		Kind: CRemark, Letter: "R", Title: "remark of a C compiler", Class: Info,
		Help: "What gcc or clang noted beside loops that became vectors or did not. No cost by itself.",
	},
	{
		Kind: Remark, Letter: "N", Title: "remark", Class: Info,
		Help:   "What the compiler noted without any weight of its own.",
		Before: "type buffer struct{ b []byte }\n\nfunc (r *buffer) cut() { r.b = r.b[1:] }",
	},
	{
		Kind: NoEscape, Letter: "O", Title: "stays on the stack", Class: Credit,
		Help:  "The value or what the parameter points to does not leave the function: no allocation.",
		After: "func first(p *int) int { return *p }",
	},
	{
		Kind: CanInline, Letter: "C", Title: "can be inlined", Class: Credit,
		Help:   "The function is small enough to be copied into its callers.",
		Before: "//go:noinline\nfunc half(x int) int { return x / 2 }",
		After:  "func half(x int) int { return x / 2 }",
	},
	{
		Kind: Inlined, Letter: "J", Title: "call inlined", Class: Credit,
		Help:   "The callee's body stands here instead of a call.",
		Before: "//go:noinline\nfunc half(x int) int { return x / 2 }\n\nfunc quarter(x int) int { return half(x) / 2 }",
		After:  "func half(x int) int { return x / 2 }\n\nfunc quarter(x int) int { return half(x) / 2 }",
	},
	{
		Kind: Devirtual, Letter: "P", Title: "call made static", Class: Credit,
		Help:   "The compiler knows what an interface holds here and calls it directly.",
		Before: "type op interface{ do() }\n\nfunc run(o op) { o.do() }",
		After:  "type op interface{ do() }\n\ntype no struct{}\n\n//go:noinline\nfunc (no) do() {}\n\nfunc run() {\n\tvar o op = no{}\n\to.do()\n}",
	},
	{
		Kind: ZeroCopy, Letter: "0", Title: "conversion without a copy", Class: Credit,
		Help:   "The bytes of the string are used as they are, as nobody changes them.",
		Before: "func copied(s string) []byte { return []byte(s) }",
		After:  "func spaces(s string) (n int) {\n\tb := []byte(s)\n\tfor i := range b {\n\t\tif b[i] == ' ' {\n\t\t\tn++\n\t\t}\n\t}\n\treturn n\n}",
	},
	{
		Kind: Elided, Letter: "1", Title: "bounds check elided by type", Class: Credit,
		Help:   "The type of the index cannot hold a value out of range.",
		Before: "func at(t *[100]int, i byte) int { return t[i] }",
		After:  "func at(t *[256]int, i byte) int { return t[i] }",
	},
	{
		Kind: Proved, Letter: "2", Title: "proved", Class: Credit,
		Help:   "The compiler proved a fact, and made a check or a branch go away.",
		Before: "func at(x []int, i int) int { return x[i] }",
		After:  "func sum(x []int) (n int) {\n\tfor i := range x {\n\t\tn += x[i]\n\t}\n\treturn n\n}",
	},
	{
		Kind: Vector, Letter: "3", Title: "C loop vectorised", Class: Credit,
		Help:  "The C compiler made vector code of the loop.",
		After: "//kg:cdef x []float64\nfunc Double(x) {\n\tfor i := range x {\n\t\tx[i] += x[i]\n\t}\n}",
	},
	{
		Kind: CheckGone, Letter: "4", Title: "kernel check proved away", Class: Credit,
		Help:  "kgen proved that the check cannot fail; no target has it.",
		After: "//kg:cdef x []float64\nfunc Double(x) {\n\tfor i := range x {\n\t\tx[i] += x[i]\n\t}\n}",
	},
}

var byKind = func() map[Kind]*KindInfo {
	m := make(map[Kind]*KindInfo, len(kinds))
	for i := range kinds {
		m[kinds[i].Kind] = &kinds[i]
	}
	return m
}()

// Kinds returns all kinds, in the order in which they are shown. The slice is the caller's.
func Kinds() []KindInfo { return append([]KindInfo(nil), kinds...) }

// Info describes the kind; for one that is not in the list, it is nil.
func (k Kind) Info() *KindInfo { return byKind[k] }

// Costs reports whether findings of this kind take time.
func (k Kind) Costs() bool { i := byKind[k]; return i != nil && i.Class == Costs }
