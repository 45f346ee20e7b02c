package emit

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/kgen-go/kgen/gen/ir"
)

// The import paths of what the stub of a C library uses.
const (
	kgcPath = "github.com/kgen-go/kgen/gen/kgc"
	ffiPath = "github.com/kgen-go/kgen/ffi"
)

// StubOptions are those of the Go file, whose names the stub shares, and where the C library is.
type StubOptions struct {
	GoOptions
	Name         string // of the library: libNAME.so with symbols NAME_…
	Dir          string // of the generated C, relative to the package: _kgen
	GOOS, GOARCH string
}

// path returns where the library is, with that extension.
func (o StubOptions) path(ext string) string {
	return fmt.Sprintf("%s/%s_%s/%s", o.Dir, o.GOOS, o.GOARCH, LibraryName(o.Name, ext))
}

// Stub returns the Go file that embeds a unit's C library for one platform, binds it, and fills the
// slots of the unit's Go file. A kernel that cannot run as C is an error.
func Stub(u *ir.Unit, o StubOptions) ([]byte, error) {
	o.TargetC = true
	g := &stubFile{goFile: goFile{unit: u, opts: o.GoOptions, names: namesOf(u, o.GoOptions), file: newGoFile(o.GoOptions)}, o: o}
	var layouts []*BlockLayout
	for _, f := range u.Funcs {
		g.checkTypes(f)
		if f.Exported {
			layout, err := Layout(u, f)
			if err != nil {
				return nil, err
			}
			layouts = append(layouts, layout)
		}
	}
	if err := g.diags.Err(); err != nil {
		return nil, err
	}
	g.file.HeaderComment(fmt.Sprintf("//go:build %s && %s && !noffi", o.GOOS, o.GOARCH))
	g.binding(layouts)
	for _, l := range layouts {
		g.stub(l)
	}
	return render(g.file)
}

// stubFile is the emission of a stub.
type stubFile struct {
	goFile
	o StubOptions
}

// binding writes the embedded library, and the init that binds it.
func (g *stubFile) binding(layouts []*BlockLayout) {
	g.file.Comment(g.names.library + " holds the C library, if it is built, and a text that is always there.")
	g.file.Comment("//")
	g.file.Comment("//go:embed " + g.o.path(".*"))
	g.file.Var().Id(g.names.library).Qual("embed", "FS")
	g.file.Line()
	args := []jen.Code{jen.Id(g.names.pkg), jen.Id(g.names.library), jen.Qual(kgcPath, "Library").Custom(lines,
		jen.Id("Path").Op(":").Lit(g.o.path(".so")),
		jen.Id("Fingerprint").Op(":").Lit(FingerprintSymbol(g.o.Name)),
		jen.Id("Level").Op(":").Lit(LevelSymbol(g.o.Name)))}
	var fill []jen.Code
	for _, l := range layouts {
		n := g.names.kernels[l.Func.Name]
		args = append(args, jen.Line().Qual(kgcPath, "Kernel").Values(
			jen.Id("Symbol").Op(":").Lit(Symbol(g.o.Name, l.Func.Name)), jen.Id("Proc").Op(":").Op("&").Id(n.Proc)))
		fill = append(fill, jen.Id(n.Slot).Op("=").Id(n.Stub))
	}
	bind := jen.Qual(kgcPath, "Bind").Call(args...)
	if len(fill) == 0 {
		g.file.Func().Id("init").Params().Block(bind)
		return
	}
	g.file.Func().Id("init").Params().Block(
		jen.Id("bound").Op(":=").Add(bind),
		jen.If(jen.Id("bound")).Block(fill...))
}

// stub writes the function that calls one C kernel, and the type of its argument block.
func (g *stubFile) stub(l *BlockLayout) {
	n := g.names.kernels[l.Func.Name]
	g.file.Line()
	g.file.Var().Id(n.Proc).Qual(ffiPath, "Proc")
	g.file.Line()
	g.file.Comment(fmt.Sprintf("%s is the argument block of %s in C.", n.Block, n.API))
	fields := make([]jen.Code, len(l.Fields))
	for i, f := range l.Fields {
		fields[i] = jen.Id(f.GoName).Add(fieldType(f))
	}
	g.file.Type().Id(n.Block).Struct(fields...)
	g.file.Line()
	g.file.Comment("The block is laid out as in C, or this does not compile.")
	g.file.Var().Defs(layoutAsserts(n.Block, l)...)
	g.file.Line()
	body := &stubFunc{stubFile: g, layout: l, names: n}
	fn := body.function()
	g.file.Func().Id(n.Stub).Add(fn.signature()).Block(body.statements(fn)...)
}

// fieldType returns the Go type of a block's field.
func fieldType(f BlockField) *jen.Statement {
	switch {
	case f.Role == FieldFault:
		return jen.Qual(kgPath, "Fault")
	case f.Role == FieldBuffer:
		return jen.Qual(kgPath, "Buffer")
	case f.Role == FieldResult && f.Type.Kind == ir.Slice:
		return jen.Qual(kgPath, "Ref")
	}
	return goType(f.Type)
}

// layoutAsserts returns declarations that are ill-typed unless Go lays the block out as C does.
func layoutAsserts(block string, l *BlockLayout) []jen.Code {
	same := func(n int, measure *jen.Statement) jen.Code {
		return jen.Id("_").Index(jen.Lit(n)).Struct().Op("=").Index(measure).Struct().Values()
	}
	rows := []jen.Code{same(l.Size, jen.Qual("unsafe", "Sizeof").Call(jen.Id(block).Values()))}
	for _, f := range l.Fields {
		rows = append(rows, same(f.Offset, jen.Qual("unsafe", "Offsetof").Call(jen.Id(block).Values().Dot(f.GoName))))
	}
	return rows
}

// stubFunc is the emission of one stub function.
type stubFunc struct {
	*stubFile
	layout *BlockLayout
	names  kernelNames
}

// function returns the emission of the sizes of the buffers, as a function of the parameters that returns them.
func (s *stubFunc) function() *goFunc {
	body := append([]*ir.Instr{}, s.layout.Prologue...)
	sizes := &ir.Instr{Op: ir.OpReturn}
	own := []string{"b", "status"}
	for i, b := range s.layout.Buffers {
		sizes.Args = append(sizes.Args, b.Cap)
		own = append(own, fmt.Sprint("m", i))
	}
	for i := range s.layout.Func.Results {
		own = append(own, fmt.Sprint("r", i))
	}
	kernel := s.layout.Func
	fn := &ir.Func{Name: kernel.Name, Params: kernel.Params, Results: kernel.Results, Body: &ir.Block{Instrs: append(body, sizes)}, Pos: kernel.Pos}
	f := newGoFunc(&s.goFile, fn, own...)
	f.total = true
	return f
}

// statements allocates the buffers, fills the block, calls, and takes the results out.
func (s *stubFunc) statements(f *goFunc) []jen.Code {
	out := append(f.stmts(s.layout.Prologue), s.refuseHuge(f)...)
	values := jen.Dict{}
	for _, field := range s.layout.Fields {
		switch field.Role {
		case FieldParam:
			values[jen.Id(field.GoName)] = jen.Id(f.valueNames[f.fn.Params[field.Index]])
		case FieldBuffer:
			m := fmt.Sprint("m", field.Index)
			out = append(out, jen.Id(m).Op(":=").Qual(kgPath, "Make").Index(goType(field.Type)).Call(f.value(s.layout.Buffers[field.Index].Cap).code))
			values[jen.Id(field.GoName)] = jen.Qual(kgPath, "NewBuffer").Call(jen.Id(m))
		}
	}
	block := func() *jen.Statement { return jen.Op("&").Id("b") }
	out = append(out,
		jen.Id("b").Op(":=").Id(s.names.Block).Values(values),
		jen.Id("status").Op(":=").Id(s.names.Proc).Dot("Call").Call(jen.Qual("unsafe", "Pointer").Call(block())),
		jen.Qual("runtime", "KeepAlive").Call(block()),
		jen.If(jen.Id("status").Op("!=").Lit(0)).Block(
			jen.Panic(jen.Id(s.stubFile.names.sites).Dot("Failed").Call(jen.Id("status"), jen.Id("b").Dot("fault")))))
	return append(out, s.results(f)...)
}

// refuseHuge leaves the call to the Go kernel when a make that may not be reached is so large that to allocate it in
// advance could end the program.
func (s *stubFunc) refuseHuge(f *goFunc) []jen.Code {
	var huge *jen.Statement
	for _, b := range s.layout.Buffers {
		if !b.Late || b.Cap.Const {
			continue
		}
		test := jen.Qual(kgPath, "Huge").Index(goType(b.Elem)).Call(f.value(b.Cap).code)
		if huge == nil {
			huge = test
		} else {
			huge = huge.Op("||").Add(test)
		}
	}
	if huge == nil {
		return nil
	}
	var args []jen.Code
	for _, p := range f.fn.Params {
		args = append(args, jen.Id(f.valueNames[p]))
	}
	call := jen.Id(s.names.Body).Call(args...)
	if len(f.fn.Results) > 0 {
		return []jen.Code{jen.If(huge).Block(jen.Return(call))}
	}
	return []jen.Code{jen.If(huge).Block(call, jen.Return())}
}

// results returns the kernel's results, slices cut out of the buffers that they lie in.
func (s *stubFunc) results(f *goFunc) []jen.Code {
	var out []jen.Code
	var values []jen.Code
	for _, field := range s.layout.Fields {
		if field.Role != FieldResult {
			continue
		}
		if field.Type.Kind != ir.Slice {
			values = append(values, jen.Id("b").Dot(field.GoName))
			continue
		}
		name := fmt.Sprint("r", field.Index)
		values = append(values, jen.Id(name))
		ref := jen.Id("b").Dot(field.GoName)
		out = append(out,
			jen.Var().Id(name).Add(goType(field.Type)),
			jen.Switch(ref.Clone().Dot("Buf")).Block(s.buffers(f, name, ref, *field.Type.Elem)...))
	}
	if len(values) > 0 {
		out = append(out, jen.Return(values...))
	}
	return out
}

// buffers returns a case for each buffer that holds such elements.
func (s *stubFunc) buffers(f *goFunc, result string, ref *jen.Statement, elem ir.Type) []jen.Code {
	var cases []jen.Code
	add := func(number int, base string) {
		cases = append(cases, jen.Case(jen.Lit(number)).Block(
			jen.Id(result).Op("=").Qual(kgPath, "Sub").Call(jen.Id(base), ref.Clone())))
	}
	for i, p := range f.fn.Params {
		if p.Type.Kind == ir.Slice && p.Type.Elem.Equal(elem) {
			add(s.layout.BufferNumber(i), f.valueNames[p])
		}
	}
	for i, b := range s.layout.Buffers {
		if b.Elem.Equal(elem) {
			add(s.layout.Slices+i, fmt.Sprint("m", i))
		}
	}
	return cases
}
