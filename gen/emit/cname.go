package emit

import (
	"fmt"
	"strings"
)

// cIdent spells a Go identifier or package name with the letters of C: other runes become _uHEX_, and so does
// a _ before a u, which keeps the spelling of two names apart.
func cIdent(name string) string {
	var b strings.Builder
	for i, r := range name {
		escaped := r == '_' && strings.HasPrefix(name[i:], "_u")
		if !escaped && r < 0x80 && (r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z') {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "_u%X_", r)
		}
	}
	return b.String()
}

// functionPrefix starts the names of kernels' functions. They are static and must differ from the exported
// NAME_Kernel, whatever the package is called.
const functionPrefix = "k"

// kernelName returns the C name of a kernel's function.
func (c *cUnit) kernelName(kernel string) string {
	prefix := functionPrefix
	if cIdent(c.o.Name) == prefix {
		prefix += prefix
	}
	return prefix + "_" + cIdent(kernel)
}
