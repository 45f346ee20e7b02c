package emit

import (
	"fmt"
	"strings"
	"testing"
)

// TestLayout checks offsets, buffers and the prologue of a block with every kind of field.
func TestLayout(t *testing.T) {
	u := parseUnit(t, `
unit calc
func K(%b bool, %c c64, %n i32, %s []f64, %a [3]u16, %t []i8) ([]i32, bool, []f64) exported {
  local $m int
  %len int = len %s
  set $m, %len
  %ni int = conv %n
  %m int = get $m
  %sum int = add %ni, %m
  %unused int = mul %sum, 3:int
  %cut []i8 = slice %t, 1:int, %ni, %len
  %room int = cap %cut
  %o []i32 = make %sum, %sum
  %p []f64 = call @sub, %room
  return %o, %b, %p
}
func sub(%k int) ([]f64) {
  local $big [100][100]f64
  %x f64 = elem $big, 0:int, 0:int
  %two int = add %k, 2:int
  %r []f64 = make %k, %two
  store %r, 0:int, %x
  return %r
}
`)
	b, err := Layout(u, u.Func("K"))
	if err != nil {
		t.Fatal(err)
	}
	var fields []string
	for _, f := range b.Fields {
		fields = append(fields, fmt.Sprintf("%s %d+%d", f.GoName, f.Offset, f.Size))
	}
	const wantFields = "fault 0+16, p0 16+1, p1 20+8, p2 28+4, p3 32+24, p4 56+6, p5 64+24, r0 88+32, r1 120+1, r2 128+32, b0 160+16, b1 176+16, b2 192+16"
	if got := strings.Join(fields, ", "); got != wantFields || b.Size != 208 || b.Slices != 2 {
		t.Errorf("size %d, %d slices, fields\n%s\nwant\n%s", b.Size, b.Slices, got, wantFields)
	}
	var buffers []string
	for _, m := range b.Buffers {
		buffers = append(buffers, fmt.Sprintf("%s %s", m.Elem, m.Cap.Name))
	}
	var prologue []string
	for _, in := range b.Prologue {
		prologue = append(prologue, in.String())
	}
	const wantPrologue = `%n0 int = len %s
%n4 int = conv %n
%n5 int = add %n4, %n0
%n8 int = sub %n0, 1:int
%n9 int = add %n8, 2:int`
	if got := strings.Join(prologue, "\n"); got != wantPrologue || strings.Join(buffers, ", ") != "i32 n5, f64 , f64 n9" || b.Buffers[1].Cap.Bits[0] != 10000 {
		t.Errorf("buffers %v, prologue\n%s\nwant\n%s", buffers, got, wantPrologue)
	}
	for i, want := range []int{-1, -1, -1, 0, -1, 1} {
		if got := b.BufferNumber(i); got != want {
			t.Errorf("parameter %d is buffer %d, want %d", i, got, want)
		}
	}
}

// TestLayoutRefuses checks the messages about what the C target cannot do.
func TestLayoutRefuses(t *testing.T) {
	tests := []struct{ name, body, want string }{
		{"loop", "l: for %i int = 0:int to %n step 1 {\n%x []f64 = make %n, %n !5:7\n}", "k.kg:5:7: make in a loop or under a condition"},
		{"condition", "%c bool = lt %n, 3:int\nif %c {\n%x []f64 = make %n, %n !6:7\n}", "k.kg:6:7: make in a loop or under a condition"},
		{"memory", "%v int = load %s, 0:int\n%x []f64 = make %v, %v !7:2", "k.kg:7:2: make of a size that is not known"},
		{"changed", "l: for %i int = 0:int to %n step 1 assigns $v {\nset $v, %i\n}\n%v int = get $v\n%x []f64 = make %v, %v !8:2",
			"k.kg:8:2: make of a size that is not known"},
		{"call in a loop", "l: for %i int = 0:int to %n step 1 {\ncall @makes, %n !9:3\n}", "k.kg:2:9: make in a loop or under a condition"},
		{"recursion", "call @again, %n !3:3", "recursion is not possible for the C target"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			u := parseUnit(t, "unit k\nfunc K(%n int, %s []int) exported \"k.kg\":1:6 {\nlocal $v int\n"+test.body+"\nreturn\n}\n"+
				"func makes(%n int) \"k.kg\":2:6 {\n%x []f64 = make %n, %n !2:9\nreturn\n}\n"+
				map[bool]string{true: "func again(%n int) \"k.kg\":3:6 {\ncall @again, %n !3:9\nreturn\n}\n"}[test.name == "recursion"])
			_, err := Layout(u, u.Func("K"))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("error %v, want %q", err, test.want)
			}
			if test.name == "call in a loop" && !strings.Contains(err.Error(), "k.kg:9:3: called here") {
				t.Errorf("no note about the call: %v", err)
			}
			if _, err := C(u, COptions{Name: "k"}); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("C: error %v", err)
			}
		})
	}
	for _, typ := range []string{"f64x4", "m8x2", "[0]f64", "[][2][0]i8"} {
		t.Run(typ, func(t *testing.T) {
			u := parseUnit(t, "unit k\nfunc K(%v "+typ+") ("+typ+") exported \"k.kg\":1:6 {\nreturn %v\n}\n")
			if _, err := Layout(u, u.Func("K")); err == nil || !strings.Contains(err.Error(), "the type "+typ+" cannot be a parameter or result") {
				t.Errorf("error %v", err)
			}
		})
	}
}

// TestSymbols checks that the C names of different names differ.
func TestSymbols(t *testing.T) {
	seen := map[string]string{}
	for _, name := range []string{"K", "Kα", "K_u3B1_", "K_u", "K_u5F_u", "Ku", "Ü"} {
		s := Symbol("calc", name)
		if other := seen[s]; other != "" {
			t.Errorf("%s and %s are both %s", name, other, s)
		}
		seen[s] = name
	}
	if got := Symbol("calc", "CalculateZ"); got != "calc_CalculateZ" {
		t.Errorf("symbol %s", got)
	}
}
