package ctype

// GCC and Clang lay types out by the rules of one compiler, so that both can be compared with it.
func (t Target) GCC(typ *Type) (Layout, error)   { return t.layout(typ, t.gcc()) }
func (t Target) Clang(typ *Type) (Layout, error) { return t.layout(typ, t.clang()) }
