package golist

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/kgen-go/kgen/annotate/gctext"
	"github.com/kgen-go/kgen/annotate/machine"
	"github.com/kgen-go/kgen/annotate/report"
)

func TestCanary(t *testing.T) {
	for _, target := range []string{"", "linux/arm64", "js/wasm", "windows/386", "linux/riscv64"} {
		env := environ("GOFLAGS=-gcflags=-l -json") // those of the user do not matter
		if goos, goarch, ok := strings.Cut(target, "/"); ok {
			env = append(env, "GOOS="+goos, "GOARCH="+goarch)
		}
		if err := Canary(context.Background(), Config{Env: env}); err != nil {
			t.Errorf("%s: %v", target, err)
		}
	}
}

// Of all that the canary wants, nothing may be missing.
func TestCanaryMissing(t *testing.T) {
	g, out := compiledCanary(t)
	wants, err := readWants(canarySource)
	if err != nil || len(wants) < 30 {
		t.Fatal(len(wants), err)
	}
	for _, w := range wants {
		drifted := drop(out, w)
		err := checkCanary(g.Env, canarySource, drifted)
		place := fmt.Sprintf("%s:%d: want %s", w.file, w.line, w.what)
		if err == nil || !strings.Contains(err.Error(), place) || !strings.Contains(err.Error(), g.Env.GOVERSION) {
			t.Errorf("%s %s %s: %v", place, w.kind, w.name, err)
		}
	}
}

func compiledCanary(t *testing.T) (*goCommand, *Output) {
	t.Helper()
	g, err := newGoCommand(t.Context(), Config{Env: environ("GOOS=linux", "GOARCH=amd64")})
	if err != nil {
		t.Fatal(err)
	}
	out, err := g.runCanary(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := checkCanary(g.Env, canarySource, out); err != nil {
		t.Fatal(err)
	}
	return g, out
}

// drop returns out without what w wants.
func drop(out *Output, w want) *Output {
	drifted := &Output{ImportPath: out.ImportPath}
	for _, m := range out.Messages {
		if w.what != "message" || !w.at(m.Pos.File, m.Pos.Line) || m.Kind != w.kind || m.Name != w.name {
			drifted.Messages = append(drifted.Messages, m)
		}
	}
	for _, f := range out.Funcs {
		f := *f
		if w.what == "machine" {
			f.Events = slices.DeleteFunc(slices.Clone(f.Events), func(e machine.Event) bool {
				return e.Kind == w.kind && w.at(e.Pos.File, e.Pos.Line)
			})
		}
		if w.what == "depth" {
			f.Instrs = slices.Clone(f.Instrs)
			for i := range f.Instrs {
				if w.at(f.Instrs[i].Pos.File, f.Instrs[i].Pos.Line) {
					f.Instrs[i].Depth += 7
				}
			}
		}
		drifted.Funcs = append(drifted.Funcs, &f)
	}
	return drifted
}

// What is there and is not understood is reported too.
func TestCanaryStrange(t *testing.T) {
	g, out := compiledCanary(t)
	for _, change := range []func(*Output){
		func(o *Output) { o.Messages = append(o.Messages, gctext.Message{Kind: report.Unknown, Text: "new"}) },
		func(o *Output) { o.Strange = []string{"new"} },
		func(o *Output) { o.Other = []string{"new"} },
	} {
		drifted := *out
		change(&drifted)
		if err := checkCanary(g.Env, canarySource, &drifted); err == nil || !strings.Contains(err.Error(), `"new"`) {
			t.Error(err)
		}
	}
}

func TestReadWants(t *testing.T) {
	for _, source := range []string{"package p\n", "//line x.kg\nvar x int // want moved\n"} {
		if wants, err := readWants(source); err == nil {
			t.Errorf("%q: %v", source, wants)
		}
	}
}

// Without a go command, or a folder to run it in, the error says where it was looked for.
func TestNoTool(t *testing.T) {
	empty := t.TempDir()
	for _, c := range []struct {
		config Config
		want   string
	}{
		{Config{Env: []string{"PATH=" + empty}}, "no go command on PATH=" + empty},
		{Config{Dir: filepath.Join(empty, "nowhere"), Env: environ()}, "nowhere"},
	} {
		_, err := Load(context.Background(), c.config, func(*Output) { t.Error("an output") })
		var located *Error
		if !errors.As(err, &located) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
		if err := Canary(context.Background(), c.config); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
}
