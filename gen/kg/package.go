package kg

import (
	"cmp"
	"fmt"
	"os"
	"runtime"
	"slices"
	"sync"
)

// TargetVariable is the environment variable that forces a target on all generated packages: "go" or
// "c". Empty or unset, C is used where its library loads.
const TargetVariable = "KGEN_TARGET"

// Target is what a generated package is compiled to.
type Target string

// The targets. Auto stands for the best that is there.
const (
	TargetAuto Target = ""
	TargetGo   Target = "go"
	TargetC    Target = "c"
)

// parseTarget returns the target that the value of TargetVariable names.
func parseTarget(value string) (Target, error) {
	switch t := Target(value); t {
	case TargetAuto, TargetGo, TargetC:
		return t, nil
	}
	return TargetAuto, fmt.Errorf("kg: %s=%q: allowed are %q, %q and nothing", TargetVariable, value, TargetGo, TargetC)
}

// Package is a generated package. Its file registers it when the program starts; the stub of its C
// library, where there is one, then reports BoundC or NoC. Both happen before main.
type Package struct {
	path, fingerprint string
	forced            Target
	refuses           bool // the Go kernels must not run
	variant           Variant
}

// Variant tells which target of a package runs. Level is the CPU level that a C library
// uses, if it has several. Reason is why C does not run.
type Variant struct {
	Package string
	Target  Target
	Level   string
	Reason  string
}

// String returns the variant as one line: "path: c (x86-64-v3)" or "path: go (reason)".
func (v Variant) String() string {
	line := v.Package + ": " + string(v.Target)
	if detail := cmp.Or(v.Level, v.Reason); detail != "" {
		line += " (" + detail + ")"
	}
	return line
}

// registry holds the packages of the program.
var registry struct {
	sync.Mutex
	packages []*Package
}

// Register adds a generated package to those that Variants lists. The fingerprint is that of what it
// was generated from; hasC says that it was also compiled to C. Register panics when TargetVariable
// holds no target, because running another one silently would hide the mistake.
func Register(path, fingerprint string, hasC bool) *Package {
	forced, err := parseTarget(os.Getenv(TargetVariable))
	if err != nil {
		panic(err)
	}
	p := newPackage(path, fingerprint, forced, hasC)
	registry.Lock()
	defer registry.Unlock()
	registry.packages = append(registry.packages, p)
	return p
}

func newPackage(path, fingerprint string, forced Target, hasC bool) *Package {
	p := &Package{path: path, fingerprint: fingerprint, forced: forced}
	p.variant = Variant{Package: path, Target: TargetGo, Reason: "generated for Go only"}
	if hasC {
		p.refuses = forced == TargetC
		p.variant.Reason = fmt.Sprintf("no C kernels in this build, which is for %s/%s: none were generated for it, or it has the tag noffi",
			runtime.GOOS, runtime.GOARCH)
	}
	return p
}

// Variants returns what runs of each generated package of the program, ordered by package.
func Variants() []Variant {
	registry.Lock()
	defer registry.Unlock()
	list := make([]Variant, len(registry.packages))
	for i, p := range registry.packages {
		list[i] = p.variant
	}
	slices.SortStableFunc(list, func(a, b Variant) int { return cmp.Compare(a.Package, b.Package) })
	return list
}

// Path returns the package's import path.
func (p *Package) Path() string { return p.path }

// Fingerprint returns the fingerprint of what the package was generated from. Its C library must have the same.
func (p *Package) Fingerprint() string { return p.fingerprint }

// Forced returns the target that the user demands.
func (p *Package) Forced() Target { return p.forced }

// BoundC records that the package's kernels run as C, at that CPU level.
func (p *Package) BoundC(level string) {
	registry.Lock()
	defer registry.Unlock()
	p.refuses = false
	p.variant.Target, p.variant.Level, p.variant.Reason = TargetC, level, ""
}

// NoC records why the package's kernels do not run as C. It panics when the user demands C.
func (p *Package) NoC(reason string) {
	registry.Lock()
	p.variant.Reason = reason
	registry.Unlock()
	p.RunsGo()
}

// RunsGo is called before a Go kernel runs in place of a C kernel. It panics when the user demands C.
func (p *Package) RunsGo() {
	if p.refuses {
		p.refuse()
	}
}

func (p *Package) refuse() {
	panic(fmt.Errorf("kg: %s=%s, but the kernels of %s cannot run as C: %s", TargetVariable, TargetC, p.path, p.variant.Reason))
}
