//go:build !linux

package plan

// addToolsets adds nothing: only on Linux are there compilers for other systems.
func addToolsets(map[string]toolset) {}
