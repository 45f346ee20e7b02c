// Package kgc binds the C library of a generated package: it loads the library that the package
// embeds, checks that it belongs to the package's Go file, looks up the kernels, and tells kg what
// happened. Only the stubs of C libraries import it.
package kgc

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"unsafe"

	"github.com/kgen-go/kgen/ffi"
	"github.com/kgen-go/kgen/gen/kg"
)

// LevelVariable is the environment variable that forces a CPU level on all libraries that have several:
// "2", "3" or "4" for x86-64-v2, -v3 and -v4. Empty or unset, each takes the highest that the CPU has.
const LevelVariable = "KGEN_LEVEL"

// Library is where a package's C library is and what its own symbols are called.
type Library struct {
	Path        string // in the file system
	Fingerprint string // const char []
	Level       string // int32_t f(struct level *)
}

// Kernel is a function of the library, and the variable that Bind sets to it.
type Kernel struct {
	Symbol string
	Proc   *ffi.Proc
}

// Bind loads the library and reports whether all its kernels can be called; then it has set their
// variables. When anything is amiss, or the user demands Go, the package keeps its Go kernels, and
// kg.Variants says why. When the user demands C, Bind panics instead.
func Bind(p *kg.Package, files fs.FS, lib Library, kernels ...Kernel) bool {
	if p.Forced() == kg.TargetGo {
		p.NoC(fmt.Sprintf("%s=%s", kg.TargetVariable, kg.TargetGo))
		return false
	}
	level, err := bind(p, files, lib, kernels)
	if err != nil {
		p.NoC(err.Error())
		return false
	}
	p.BoundC(level)
	return true
}

func bind(p *kg.Package, files fs.FS, lib Library, kernels []Kernel) (level string, err error) {
	if _, err := fs.Stat(files, lib.Path); errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("the library %s is not built: kgen -target go,c -build makes it", lib.Path)
	}
	loaded, err := ffi.LoadFS(files, lib.Path)
	if err != nil {
		return "", err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, loaded.Close())
		}
	}()
	if err := checkFingerprint(loaded, lib, p.Fingerprint()); err != nil {
		return "", err
	}
	level, err = chooseLevel(loaded, lib.Level, os.Getenv(LevelVariable))
	if err != nil {
		return "", err
	}
	return level, lookUp(loaded, kernels)
}

// lookUp sets the kernels' variables, all or none.
func lookUp(loaded *ffi.Lib, kernels []Kernel) error {
	procs := make([]ffi.Proc, len(kernels))
	for i, k := range kernels {
		var err error
		if procs[i], err = loaded.Proc(k.Symbol); err != nil {
			return err
		}
	}
	for i, k := range kernels {
		*k.Proc = procs[i]
	}
	return nil
}

func checkFingerprint(loaded *ffi.Lib, lib Library, want string) error {
	address, err := loaded.Symbol(lib.Fingerprint)
	if err != nil {
		return err
	}
	if got := text(address); got != want {
		return fmt.Errorf("the library %s is of another version of the kernels: its fingerprint is %s, the Go file's is %s", lib.Path, got, want)
	}
	return nil
}

// maxText bounds the fingerprint of a library that has none.
const maxText = 256

// text returns the zero-terminated string at an address in C memory.
func text(address unsafe.Pointer) string {
	var bytes []byte
	for i := range maxText {
		c := *(*byte)(unsafe.Add(address, i))
		if c == 0 {
			break
		}
		bytes = append(bytes, c)
	}
	return string(bytes)
}

// levelBlock is the argument of the library's level function: what it is asked for, what it then uses, the
// CPU's highest level, and which are in the library, bit n for level n.
type levelBlock struct{ want, have, best, built int64 }

// chooseLevel makes the library use the level that the user demands, if any, and returns the name of
// the one in use.
func chooseLevel(loaded *ffi.Lib, symbol, demand string) (string, error) {
	proc, err := loaded.Proc(symbol)
	if err != nil {
		return "", err
	}
	var b levelBlock
	if demand != "" {
		if b.want, err = strconv.ParseInt(demand, 10, 64); err != nil || b.want < 1 {
			return "", fmt.Errorf("%s=%q is not the number of a CPU level", LevelVariable, demand)
		}
	}
	status := proc.Call(unsafe.Pointer(&b))
	switch {
	case status != 0:
		return "", fmt.Errorf("CPU level %d is not possible: the CPU has level %d, the library levels%s", b.want, b.best, levels(b.built))
	case b.have == 0:
		return "", fmt.Errorf("the CPU has level %d, the library only levels%s", b.best, levels(b.built))
	}
	return levelName(b.have), nil
}

// levels lists the numbers of a set of levels.
func levels(set int64) string {
	var list string
	for n := range 63 {
		if set>>n&1 == 1 {
			list += " " + strconv.Itoa(n)
		}
	}
	return list
}

// levelName returns the name of a CPU level; a library with one variant has level 1, which has none.
func levelName(n int64) string {
	if n == 1 {
		return ""
	}
	return "x86-64-v" + strconv.FormatInt(n, 10)
}
