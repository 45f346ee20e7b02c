package kg

import (
	"slices"
	"strings"
	"testing"
)

func TestParseTarget(t *testing.T) {
	for _, ok := range []Target{TargetAuto, TargetGo, TargetC} {
		if got, err := parseTarget(string(ok)); got != ok || err != nil {
			t.Errorf("%q gives %q, %v", ok, got, err)
		}
	}
	for _, bad := range []string{"C", "cuda", " go", "go,c"} {
		if _, err := parseTarget(bad); err == nil || !strings.Contains(err.Error(), `"go", "c"`) || !strings.Contains(err.Error(), bad) {
			t.Errorf("%q gives %v", bad, err)
		}
	}
}

// panics returns the text that fn panics with, or "".
func panics(fn func()) (text string) {
	defer func() {
		if err, ok := recover().(error); ok {
			text = err.Error()
		}
	}()
	fn()
	return ""
}

func TestForced(t *testing.T) {
	for _, c := range []struct {
		forced  Target
		hasC    bool
		act     func(*Package)
		panics  bool // on RunsGo
		variant Variant
	}{
		{TargetAuto, false, func(*Package) {}, false, Variant{Target: TargetGo, Reason: "generated for Go only"}},
		{TargetC, false, func(*Package) {}, false, Variant{Target: TargetGo, Reason: "generated for Go only"}},
		{TargetAuto, true, func(p *Package) { p.NoC("why") }, false, Variant{Target: TargetGo, Reason: "why"}},
		{TargetAuto, true, func(p *Package) { p.BoundC("v3") }, false, Variant{Target: TargetC, Level: "v3"}},
		{TargetC, true, func(p *Package) { p.BoundC("v3") }, false, Variant{Target: TargetC, Level: "v3"}},
		{TargetC, true, func(p *Package) { panics(func() { p.NoC("why") }) }, true, Variant{Target: TargetGo, Reason: "why"}},
		{TargetGo, true, func(p *Package) { p.NoC("KGEN_TARGET=go") }, false, Variant{Target: TargetGo, Reason: "KGEN_TARGET=go"}},
	} {
		p := newPackage("example.org/p", "fp", c.forced, c.hasC)
		c.act(p)
		c.variant.Package = "example.org/p"
		if p.variant != c.variant {
			t.Errorf("%+v: got %+v", c, p.variant)
		}
		text := panics(p.RunsGo)
		if c.panics != (text != "") || c.panics && (!strings.Contains(text, "why") || !strings.Contains(text, "KGEN_TARGET=c") || !strings.Contains(text, "example.org/p")) {
			t.Errorf("%+v: RunsGo panics with %q", c, text)
		}
	}
}

func TestMissingStub(t *testing.T) {
	p := newPackage("example.org/p", "fp", TargetC, true)
	if text := panics(p.RunsGo); !strings.Contains(text, "no C kernels in this build") {
		t.Errorf("RunsGo panics with %q", text)
	}
	p = newPackage("example.org/p", "fp", TargetC, true)
	if text := panics(func() { p.NoC("the library is not built") }); !strings.Contains(text, "the library is not built") {
		t.Errorf("NoC panics with %q", text)
	}
}

func TestVariants(t *testing.T) {
	t.Setenv(TargetVariable, "")
	for _, path := range []string{"z", "a", "m"} {
		Register(path, "fp-"+path, path == "m").BoundC("v2")
	}
	var paths []string
	for _, v := range Variants() {
		paths = append(paths, v.Package)
	}
	if !slices.IsSorted(paths) || !slices.Contains(paths, "z") {
		t.Error(paths)
	}
	t.Setenv(TargetVariable, "fast")
	if text := panics(func() { Register("x", "fp", true) }); !strings.Contains(text, `KGEN_TARGET="fast"`) {
		t.Errorf("Register panics with %q", text)
	}
}
