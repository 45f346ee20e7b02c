package ctype_test

import (
	"fmt"

	"github.com/kgen-go/kgen/ffi/ctype"
)

func ExampleTarget_Layout() {
	event := ctype.StructOf("event",
		ctype.Member("kind", ctype.Basic(ctype.Char)),
		ctype.BitField("urgent", ctype.Basic(ctype.UInt), 1),
		ctype.Member("data", ctype.PointerTo(ctype.Basic(ctype.Void))))
	fmt.Print(event.Define())
	for _, target := range []ctype.Target{{OS: "linux", Arch: "amd64"}, {OS: "windows", Arch: "amd64"}} {
		l, err := target.Layout(event)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%s: %d bytes, urgent is bit %d, data at %d\n", target, l.Size, l.Fields[1].Bit, l.Fields[2].Offset)
	}
	// Output:
	// struct event {
	// 	char kind;
	// 	unsigned int urgent : 1;
	// 	void *data;
	// };
	// linux/amd64: 16 bytes, urgent is bit 8, data at 8
	// windows/amd64: 16 bytes, urgent is bit 32, data at 8
}
