package golist

import (
	"context"
	"reflect"
	"strings"
	"testing"
)

func TestSplitQuoted(t *testing.T) {
	for _, c := range []struct {
		in   string
		want []string
		err  bool
	}{
		{"", nil, false},
		{"  ", nil, false},
		{"-a -b=c", []string{"-a", "-b=c"}, false},
		{" -a\t\n-b ", []string{"-a", "-b"}, false},
		{`'-gcflags=-N -l' "-ldflags=-s -w"`, []string{"-gcflags=-N -l", "-ldflags=-s -w"}, false},
		{`-x='a b'`, []string{"-x='a", "b'"}, false}, // quotes count at the start of a word only
		{`''`, []string{""}, false},
		{`"it's"`, []string{"it's"}, false},
		{`-a '-b`, nil, true},
	} {
		got, err := splitQuoted(c.in)
		if !reflect.DeepEqual(got, c.want) && err == nil || (err != nil) != c.err {
			t.Errorf("%q: %q %v", c.in, got, err)
		}
	}
}

func TestUserGCFlags(t *testing.T) {
	for _, c := range []struct {
		goflags, option string
		want            []gcOption
	}{
		{"", "", nil},
		{"-tags=x -race", "", nil},
		{"-gcflags=-l", "", []gcOption{{"", "-l"}}},
		{"--gcflags=-l", "-N", []gcOption{{"", "-l"}, {"", "-N"}}},
		{"'-gcflags=all=-N -l'", "", []gcOption{{"all", "-N -l"}}},
		{"-gcflags=", "", []gcOption{{"", ""}}},
		{"", "./x/...=-d=ssa/prove/debug=2", []gcOption{{"./x/...", "-d=ssa/prove/debug=2"}}},
	} {
		got, err := userGCFlags(c.goflags, c.option)
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%q %q: %q %v", c.goflags, c.option, got, err)
		}
	}
	for _, option := range []string{"x", "=-l"} {
		if _, err := userGCFlags("", option); err == nil {
			t.Errorf("%q is fine", option)
		}
	}
}

// All options reach the command line, the user's flags of the compiler before annotate's, and the patterns cannot be taken for options.
func TestListArgs(t *testing.T) {
	g := &goCommand{Config: Config{Patterns: []string{"-x"}, Tags: "a,b", Mod: "mod", ModFile: "m.mod", PGO: "p", Overlay: "o.json", GCFlags: "-l", Tests: true}}
	g.Env.GOFLAGS = "-gcflags=all=-l"
	args, err := g.listArgs(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	line := strings.Join(args, " | ")
	for _, want := range []string{"-tags=a,b |", "-mod=mod |", "-modfile=m.mod |", "-pgo=p |", "-overlay=o.json |", "-test=true |", "-gcflags=-l " + compilerFlags + " |"} {
		if !strings.Contains(line, want) {
			t.Errorf("no %s in %s", want, line)
		}
	}
	if !strings.HasSuffix(line, "| -- | -x") {
		t.Error(line)
	}
}
