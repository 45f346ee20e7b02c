package emit

import (
	"fmt"
	"strings"

	"github.com/kgen-go/kgen/gen/diag"
	"github.com/kgen-go/kgen/gen/ir"
)

// layOut lays out the exported kernels' blocks, and gathers the errors of all of them.
func (c *cUnit) layOut() (*diag.List, error) {
	var diags diag.List
	for _, f := range c.u.Funcs {
		if !f.Exported {
			continue
		}
		b, err := Layout(c.u, f)
		if err != nil {
			list, ok := err.(*diag.Errors)
			if !ok {
				return nil, err
			}
			diags.Append(&list.List)
			continue
		}
		c.layouts = append(c.layouts, b)
	}
	return &diags, diags.Err()
}

// header writes NAME.h.
func (c *cUnit) header() []byte {
	name := FileName(c.o.Name)
	w := &cWriter{}
	w.linef("%s", c.generated())
	w.linef(`// The kernels of package %[1]s for callers in C. A kernel takes a block of arguments and results and returns
// 0; or the number of the run-time check that failed plus one, with the check's values in fault; or a negative
// number when the block or the CPU does not fit. Buffers are zeroed memory that the caller owns.
#ifndef KG_%[2]s_H
#define KG_%[2]s_H

#include "kg.h"

#ifdef __cplusplus
extern "C" {
#endif

// %[3]s names the sources, the blocks and the kgen version that the library was made from.
KG_EXPORT extern const char %[3]s[];

// %[4]s sets have to the CPU level in use (0: none fits), best to the highest that the CPU has and built to the set of
// those in the library, bit n for level n. Level 1 is plain C; 2, 3 and 4 are x86-64-v2, -v3 and -v4. When want is not
// 0 it chooses level want, or returns 1 when that is impossible. Do not call it while a kernel runs.
KG_EXPORT int32_t %[4]s(struct kg_level *l);
`, c.o.Name, name, FingerprintSymbol(c.o.Name), LevelSymbol(c.o.Name))
	for _, b := range c.layouts {
		c.blockStruct(w, b)
	}
	w.linef("#ifdef __cplusplus\n}\n#endif\n\n#endif")
	return w.buf.Bytes()
}

// blockStruct writes the block of a kernel and its prototype.
func (c *cUnit) blockStruct(w *cWriter, b *BlockLayout) {
	symbol := Symbol(c.o.Name, b.Func.Name)
	w.linef("// %s", goSignature(b.Func))
	w.open("struct %s {", symbol)
	for _, f := range b.Fields {
		switch f.Role {
		case FieldFault:
			w.linef("kg_fault fault;")
		case FieldBuffer:
			c.bufferField(w, b, f.Index)
		default:
			w.linef("%s", cField(f))
		}
	}
	w.close("};")
	w.linef("KG_EXPORT int32_t %[1]s(struct %[1]s *b);\n", symbol)
}

// bufferField writes the array of the block's buffers at the first of them.
func (c *cUnit) bufferField(w *cWriter, b *BlockLayout, i int) {
	if i > 0 {
		return
	}
	var elems []string
	for _, m := range b.Buffers {
		elems = append(elems, m.Elem.String())
	}
	w.linef("kg_buffer buffers[%d]; // of %s", len(b.Buffers), strings.Join(elems, ", "))
}

// cField declares a parameter or result in a block.
func cField(f BlockField) string {
	switch f.Type.Kind {
	case ir.Slice:
		kind := "kg_slice"
		if f.Role == FieldResult {
			kind = "kg_ref"
		}
		return fmt.Sprintf("%s %s; // %s", kind, f.CName, f.Type)
	case ir.Array:
		dims, elem := f.Type.Dims()
		text := cScalars[elem.Kind].name + " " + f.CName
		for _, d := range dims {
			text += fmt.Sprintf("[%d]", d)
		}
		return text + ";"
	}
	return cScalars[f.Type.Kind].name + " " + f.CName + ";"
}

// goSignature describes a kernel in a comment.
func goSignature(f *ir.Func) string {
	var params, results []string
	for _, p := range f.Params {
		params = append(params, p.Name+" "+p.Type.String())
	}
	for _, t := range f.Results {
		results = append(results, t.String())
	}
	return strings.TrimSpace(fmt.Sprintf("%s(%s) %s", f.Name, strings.Join(params, ", "), strings.Join(results, ", ")))
}

// manifest writes libNAME.txt, which lies where the library belongs.
func (c *cUnit) manifest() []byte {
	return fmt.Appendf(nil, `%sfingerprint %s
library %s
If the library is not beside this file, the package runs its kernels in Go. To build it run kgen with -target go,c -build.
`, c.generated(), c.o.Fingerprint, LibraryName(c.o.Name, ".so"))
}
