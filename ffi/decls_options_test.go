package ffi

import "testing"

func TestHasInclude(t *testing.T) {
	for text, want := range map[string]bool{
		"#include <a.h>": true, "int f(void);\n # \tinclude \"a.h\"": true, "int include;": false, "#define includes 1": false, "#includes": false,
	} {
		if got := hasInclude(text); got != want {
			t.Errorf("%q: %t", text, got)
		}
	}
}
