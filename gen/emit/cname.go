package emit

import (
	"fmt"
	"strings"
	"unicode"
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

// cPackage spells a package's name, which its C files and exported symbols begin with. One that means something
// else there gets a _ more: kg and kg_level are files of ours, kg_… our own names, and macros have capitals.
func cPackage(name string) string {
	c := cIdent(name)
	if c == "kg" || strings.HasPrefix(c, "kg_") || strings.IndexFunc(c, unicode.IsUpper) == 0 {
		c += "_"
	}
	return c
}

// private returns a name with a prefix for what belongs to a kernel and is not exported. It differs from the exported
// NAME_Kernel, whatever the package is called.
func (c *cUnit) private(prefix, kernel string) string {
	if cPackage(c.o.Name) == prefix {
		prefix += prefix
	}
	return prefix + "_" + cIdent(kernel)
}

// kernelName returns the C name of a kernel's function.
func (c *cUnit) kernelName(kernel string) string { return c.private("k", kernel) }
