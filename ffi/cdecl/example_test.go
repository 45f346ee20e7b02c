package cdecl_test

import (
	"fmt"

	"github.com/kgen-go/kgen/ffi/cdecl"
	"github.com/kgen-go/kgen/ffi/ctype"
)

func ExampleText() {
	u, err := cdecl.Text("shapes.h", `
		struct point { double x, y; };
		enum unit { MM = 1, CM = 10 };
		#define LIMIT (CM * 8)
		/* The distance of two points. */
		double distance(const struct point *a, struct point b, enum unit);
		int broken(int;
	`, cdecl.Config{Target: ctype.Target{OS: "linux", Arch: "amd64"}})
	fmt.Println("error:", err)
	for _, f := range u.Funcs {
		fmt.Printf("%s: %s // %s\n", f.Pos, f.Type.Declare(f.Name), f.Doc)
	}
	for _, c := range u.Consts {
		fmt.Println(c.Name, c.Value)
	}
	// Output:
	// error: shapes.h:7:17: unexpected ';', expected declarator or abstract declarator
	// shapes.h:6:10: double distance(const struct point *a, struct point b, enum unit) // The distance of two points.
	// MM 1
	// CM 10
	// LIMIT 80
}

func ExampleUnit_ParseType() {
	u, err := cdecl.Text("list.h", "typedef struct list { struct list *next; int value; } list_t;", cdecl.Config{Target: ctype.Target{OS: "linux", Arch: "amd64"}})
	if err != nil {
		panic(err)
	}
	typ, err := u.ParseType("list_t[10]")
	if err != nil {
		panic(err)
	}
	size, err := u.Target.Sizeof(typ)
	fmt.Println(typ, size, err)
	// Output: list_t [10] 160 <nil>
}
