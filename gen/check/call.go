package check

import (
	"go/ast"
	"go/types"
)

// call checks a call: a conversion, a built-in function or a kernel.
func (c *checker) call(e *ast.CallExpr) operand {
	f := c.raw(e.Fun, nil)
	if e.Ellipsis.IsValid() && f.mode != bad {
		c.errorAt(e.Ellipsis, len("..."), "variadic calls are not supported in kernels: pass the slice itself")
		f.mode = bad
	}
	switch f.mode {
	case bad:
		c.evaluateAll(e.Args)
		return operand{}
	case typeExpr:
		c.info.Calls[e] = Call{Kind: Conversion}
		return c.convertCall(e, f.typ)
	case builtinFunc:
		c.info.Calls[e] = Call{Kind: BuiltinCall, Builtin: f.builtin}
		x := c.builtinCall(e, f)
		if x.mode == value {
			c.hasCall = true
		}
		return x
	case kernelFunc:
		c.info.Calls[e] = Call{Kind: KernelCall, Kernel: f.kernel}
		return c.kernelCall(e, f.kernel)
	}
	if f = c.single(f); f.mode != bad {
		c.errorf(e.Fun, "invalid operation: cannot call non-function %s", describe(&f))
	}
	c.evaluateAll(e.Args)
	return operand{}
}

// evaluateAll checks expressions whose use is wrong already, for the errors inside them and the names that they use.
func (c *checker) evaluateAll(list []ast.Expr) {
	for _, e := range list {
		if x := c.raw(e, nil); x.mode != bad && x.typ != nil && isUntyped(x.typ) && !isNil(x.typ) && x.mode != constantValue {
			c.finish(e, types.Default(x.typ))
		}
	}
}

func (c *checker) convertCall(e *ast.CallExpr, t types.Type) operand {
	if len(e.Args) != 1 {
		c.evaluateAll(e.Args)
		if len(e.Args) == 0 {
			c.errorAt(e.Rparen, 1, "missing argument in conversion to %s", typeString(t))
		} else {
			c.errorf(e.Args[1], "too many arguments in conversion to %s", typeString(t))
		}
		return operand{}
	}
	x := c.expr(e.Args[0])
	c.conversion(&x, e, t)
	return x
}

// kernelCall checks the arguments against the kernel's parameters.
func (c *checker) kernelCall(e *ast.CallExpr, k *Kernel) operand {
	c.hasCall = true
	if c.fn == nil {
		c.errorf(e, "%s is not constant", exprString(e))
		return operand{}
	}
	c.edges[c.fn.kernel] = append(c.edges[c.fn.kernel], edge{k, e})
	c.arguments(e, k)
	switch len(k.Results) {
	case 0:
		return operand{mode: noValue}
	case 1:
		if isInvalid(k.Results[0].Type()) {
			return operand{}
		}
		return operand{mode: value, typ: k.Results[0].Type()}
	}
	for _, r := range k.Results {
		if isInvalid(r.Type()) {
			return operand{}
		}
	}
	return operand{mode: value, typ: types.NewTuple(k.Results...)}
}

func (c *checker) arguments(e *ast.CallExpr, k *Kernel) {
	if len(e.Args) == 1 && len(k.Params) > 1 {
		if x := c.raw(e.Args[0], nil); x.mode == value && isTuple(x.typ) {
			c.errorf(e.Args[0], "passing the results of %s on as arguments is not supported in this version: assign them to variables first",
				exprString(e.Args[0]))
			return
		}
		c.tooFew(e, k)
		return
	}
	for i, arg := range e.Args {
		x := c.expr(arg)
		if i < len(k.Params) {
			c.assign(&x, k.Params[i].Type(), "argument to "+k.Name)
		}
	}
	switch {
	case len(e.Args) > len(k.Params):
		c.errorf(e.Args[len(k.Params)], "too many arguments in call to %s: have %d, want %d", k.Name, len(e.Args), len(k.Params)).
			Note(c.syntax.Pos(k.Decl.Name.Pos()), "%s is declared here", k.Name)
	case len(e.Args) < len(k.Params):
		c.tooFew(e, k)
	}
}

func (c *checker) tooFew(e *ast.CallExpr, k *Kernel) {
	c.errorAt(e.Rparen, 1, "not enough arguments in call to %s: have %d, want %d", k.Name, len(e.Args), len(k.Params)).
		Note(c.syntax.Pos(k.Decl.Name.Pos()), "%s is declared here", k.Name)
}

func isTuple(t types.Type) bool {
	_, ok := t.(*types.Tuple)
	return ok
}

// recursion reports each cycle of kernels that call one another and completes Kernel.Calls.
func (c *checker) recursion(kernels []*Kernel) {
	state := map[*Kernel]int{} // 1 while on the path, 2 when done
	var path []*Kernel
	var visit func(k *Kernel)
	visit = func(k *Kernel) {
		state[k] = 1
		path = append(path, k)
		for _, e := range c.edges[k] {
			switch state[e.to] {
			case 0:
				visit(e.to)
			case 1:
				c.cycle(path, e)
			}
		}
		path = path[:len(path)-1]
		state[k] = 2
	}
	for _, k := range kernels {
		k.Calls = distinct(c.edges[k])
		if state[k] == 0 {
			visit(k)
		}
	}
}

// cycle reports the call that closes a cycle; the path ends in the caller.
func (c *checker) cycle(path []*Kernel, last edge) {
	text, started := "", false
	for _, k := range path {
		if started = started || k == last.to; started {
			text += k.Name + " calls "
		}
	}
	c.errorf(last.pos.Fun, "recursion is not supported in kernels: %s%s; use a loop", text, last.to.Name)
}

// distinct lists the called kernels, each once, in order of their first call.
func distinct(edges []edge) []*Kernel {
	var list []*Kernel
	seen := map[*Kernel]bool{}
	for _, e := range edges {
		if !seen[e.to] {
			seen[e.to] = true
			list = append(list, e.to)
		}
	}
	return list
}
