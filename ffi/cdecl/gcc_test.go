package cdecl_test

import (
	"fmt"
	"go/constant"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kgen-go/kgen/csrc/csrctest"
	"github.com/kgen-go/kgen/ffi/cdecl"
	"github.com/kgen-go/kgen/ffi/cdecl/cdecltest"
	"github.com/kgen-go/kgen/ffi/ctype"
)

// linuxHeaders are headers of the kernel and of libc with layouts that are easily mistaken.
var linuxHeaders = []string{
	"linux/bpf.h", "linux/input.h", "linux/if_packet.h", "linux/io_uring.h", "linux/perf_event.h", "linux/videodev2.h",
	"linux/netlink.h", "linux/tcp.h", "linux/ip.h", "linux/usb/ch9.h", "linux/fuse.h", "linux/elf.h",
	"sys/epoll.h", "sys/socket.h", "sys/stat.h", "signal.h", "pthread.h", "math.h", "stdlib.h", "stdio.h", "netinet/in.h", "ucontext.h",
}

// TestHeadersAgainstGCC reads installed headers and has gcc check what was understood of them: sizes, alignments, offsets,
// enumerators, constants with their types, and every prototype.
func TestHeadersAgainstGCC(t *testing.T) {
	gcc := csrctest.Need(t, "gcc")
	var list []cdecltest.Header
	for _, h := range cdecltest.Libraries {
		if soak := os.Getenv("KGEN_SOAK") != ""; soak || h.Name != "openssl/ssl.h" { // by far the largest
			list = append(list, h)
		}
	}
	for _, name := range linuxHeaders {
		list = append(list, cdecltest.Header{Name: name})
	}
	for _, h := range list {
		t.Run(h.Name, func(t *testing.T) {
			cdecltest.Need(t, h)
			u, err := cdecl.Header(h.Name, cdecl.Config{System: true, Include: h.Include, Define: h.Define})
			if err != nil {
				t.Fatal(err)
			}
			checkWithGCC(t, gcc, h, u)
		})
	}
}

func checkWithGCC(t *testing.T, gcc string, h cdecltest.Header, u *cdecl.Unit) {
	c := &checks{unit: u, seen: map[*ctype.Record]bool{}}
	fmt.Fprintf(c, "#include <%s>\n#include <stddef.h>\ntypedef __typeof__(((__builtin_va_list *)0)[0][0]) __va_list_tag;\n", h.Name)
	for _, k := range u.Consts {
		c.constant(k)
	}
	for _, f := range u.Funcs {
		if !f.Static {
			fmt.Fprintf(c, "#undef %s\n%s;\n", f.Name, f.Type.Declare(f.Name))
			c.count++
		}
	}
	for _, v := range u.Vars {
		if !v.Static && !v.Thread {
			fmt.Fprintf(c, "#undef %s\nextern %s;\n", v.Name, v.Type.Declare(v.Name))
			c.count++
		}
	}
	for _, typ := range u.Types {
		c.layout(typ.Type)
	}
	file := filepath.Join(t.TempDir(), "check.c")
	if err := os.WriteFile(file, []byte(c.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"-fsyntax-only", "-w", "-fmax-errors=20", file}
	for _, i := range h.Include {
		args = append(args, "-I"+i)
	}
	for _, d := range h.Define {
		args = append(args, "-D"+d)
	}
	if out, err := exec.Command(gcc, args...).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	t.Logf("%d checks of %d functions, %d types, %d constants", c.count, len(u.Funcs), len(u.Types), len(u.Consts))
}

// checks is a C file that compiles if a unit is right.
type checks struct {
	strings.Builder
	unit  *cdecl.Unit
	seen  map[*ctype.Record]bool
	count int
}

func (c *checks) assert(format string, args ...any) {
	fmt.Fprintf(c, "_Static_assert("+format+", \"\");\n", args...)
	c.count++
}

func (c *checks) constant(k *cdecl.Const) {
	if k.Type.Kind == ctype.Pointer || k.Value.Kind() == constant.String {
		return
	}
	spelled := k.Type.String()
	if k.Type.Kind == ctype.Enum {
		spelled = "" // the type of an enumerator is int or the enum
	}
	if k.Value.Kind() == constant.Int {
		suffix := "LL"
		if constant.Sign(k.Value) > 0 {
			suffix = "ULL"
		}
		text := k.Value.ExactString()
		if text == "-9223372036854775808" {
			text = "-9223372036854775807LL-1"
		} else {
			text += suffix
		}
		c.assert("(%s) == (%s)", k.Name, text)
	}
	if spelled != "" {
		c.assert("_Generic((%s), %s: 1, default: 0)", k.Name, spelled)
	}
}

// layout checks a record that can be named.
func (c *checks) layout(typ *ctype.Type) {
	if !typ.Kind.IsRecord() || c.seen[typ.Record] || !typ.IsComplete() || typ.Typedef == "" && typ.Record.Tag == "" {
		return
	}
	c.seen[typ.Record] = true
	l, err := c.unit.Target.Layout(typ)
	if err != nil {
		return // of vectors
	}
	name := typ.String()
	c.assert("sizeof(%s) == %d && _Alignof(%s) == %d", name, l.Size, name, l.Align)
	for i, f := range typ.Record.Fields {
		if f.Name != "" && !f.BitField {
			fmt.Fprintf(c, "#undef %s\n", f.Name)
			c.assert("offsetof(%s, %s) == %d", name, f.Name, l.Fields[i].Offset)
		}
	}
}
