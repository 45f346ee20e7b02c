//go:build (amd64 || arm64) && !noffi

package load

import (
	"unsafe"

	"golang.org/x/sys/windows"
)

// executable is the protection of memory that holds code.
const executable = windows.PAGE_EXECUTE | windows.PAGE_EXECUTE_READ | windows.PAGE_EXECUTE_READWRITE | windows.PAGE_EXECUTE_WRITECOPY

// Info goes by the memory that the symbol lies in: the library's tables do not tell functions from variables, and no sizes.
func (i *Image) Info(_ string, addr unsafe.Pointer) Info {
	var memory windows.MemoryBasicInformation
	switch err := windows.VirtualQuery(uintptr(addr), &memory, unsafe.Sizeof(memory)); {
	case err != nil:
		return Info{}
	case memory.Protect&executable != 0:
		return Info{Kind: Function}
	}
	return Info{Kind: Variable}
}
