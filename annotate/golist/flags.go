package golist

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// compilerFlags is constant, so that the build cache holds its output from run to run. -m, -L, -S and -C count how often they are given: the values make
// them independent of the user's flags. -L adds physical positions; -dwarf=false saves time and changes no code.
const compilerFlags = "-m=1 -L=1 -S=1 -C=0 -dwarf=false -d=ssa/check_bce,ssa/prove/debug=1"

// fields of go list's JSON that Package needs.
const fields = "Dir,ImportPath,Name,ForTest,Module,GoFiles,CgoFiles,IgnoredGoFiles,TestGoFiles,XTestGoFiles,Export,Error,DepsErrors"

// fixedFlags undo what GOFLAGS may ask for and would change the form of the output.
var fixedFlags = []string{
	"-trimpath=false", "-x=false", "-v=false", "-n=false", "-work=false", "-m=false", "-f=", "-deps=false", "-find=false", "-compiled=false",
	"-buildvcs=false", // asks the version control system, for nothing
}

// patterns returns what to compile, as the user names it.
func (g *goCommand) patterns() []string {
	if len(g.Patterns) == 0 {
		return []string{"."}
	}
	return g.Patterns
}

// buildFlags returns the flags that decide which packages and files there are.
func (g *goCommand) buildFlags() []string {
	var args []string
	for _, f := range []struct{ name, value string }{
		{"-tags", g.Tags}, {"-mod", g.Mod}, {"-modfile", g.ModFile}, {"-pgo", g.PGO}, {"-overlay", g.Overlay},
	} {
		if f.value != "" {
			args = append(args, f.name+"="+f.value)
		}
	}
	return args
}

// listArgs returns the command line that compiles.
func (g *goCommand) listArgs(ctx context.Context) ([]string, error) {
	args := append([]string{"list", "-e", "-export", "-json=" + fields, fmt.Sprintf("-test=%t", g.Tests)}, fixedFlags...)
	args = append(args, g.buildFlags()...)
	gcflags, err := g.gcflags(ctx)
	if err != nil {
		return nil, err
	}
	args = append(append(args, gcflags...), "--")
	return append(args, g.patterns()...), nil
}

// gcflags returns the -gcflags options that add ours to the user's. Of several options whose patterns match a package, the go command takes the last one
// alone. So the user's are resolved here: those without a pattern, or for all packages, go in front of ours for the packages named; those with another
// pattern become one option for each package that is both named and matched.
func (g *goCommand) gcflags(ctx context.Context) ([]string, error) {
	options, err := userGCFlags(g.Env.GOFLAGS, g.GCFlags)
	if err != nil {
		return nil, err
	}
	common, special := "", map[string]string{}
	var named []string
	for _, o := range options {
		if o.pattern == "" || o.pattern == "all" || o.pattern == "..." {
			common = o.flags
			clear(special)
			continue
		}
		if named == nil {
			if named, err = g.importPaths(ctx, g.patterns()...); err != nil {
				return nil, err
			}
		}
		matched, err := g.importPaths(ctx, o.pattern)
		if err != nil {
			return nil, err
		}
		for _, path := range matched {
			if slices.Contains(named, path) {
				special[path] = o.flags
			}
		}
	}
	for _, flags := range append(slices.Collect(maps.Values(special)), common) {
		if unoptimized(flags) {
			return nil, &Error{
				Op: "-gcflags=" + flags, Text: "-N turns the optimizer off, and with it what the compiler says of bounds checks",
				Hint: "Leave -N out: annotate is about code that is meant to be fast.",
			}
		}
	}
	args := []string{"-gcflags=" + join(common, compilerFlags)}
	for _, path := range slices.Sorted(maps.Keys(special)) {
		args = append(args, "-gcflags="+path+"="+join(special[path], compilerFlags))
	}
	return args, nil
}

// unoptimized reports whether the flags turn optimization off.
func unoptimized(flags string) (off bool) {
	for word := range strings.FieldsSeq(flags) {
		if name, value, _ := strings.Cut(word, "="); name == "-N" || name == "--N" {
			off = value != "0" && value != "false"
		}
	}
	return off
}

func join(a, b string) string { return strings.TrimSpace(a + " " + b) }

// importPaths lists the packages that match.
func (g *goCommand) importPaths(ctx context.Context, patterns ...string) ([]string, error) {
	args := append([]string{"list", "-e", "-json=false", "-test=false"}, fixedFlags...)
	args = append(append(args, g.buildFlags()...), "-f={{.ImportPath}}", "--")
	out, err := g.output(ctx, append(args, patterns...)...)
	return strings.Fields(string(out)), err
}

// gcOption is one -gcflags option: flags for the packages that match the pattern, or for those named if there is none.
type gcOption struct{ pattern, flags string }

// userGCFlags returns the -gcflags options in GOFLAGS, and after them the one on the command line, if it is not empty.
func userGCFlags(goflags, option string) ([]gcOption, error) {
	words, err := splitQuoted(goflags)
	if err != nil {
		return nil, &Error{Op: "GOFLAGS=" + goflags, Text: err.Error()}
	}
	var values []string
	for _, word := range words {
		if value, ok := strings.CutPrefix(strings.TrimLeft(word, "-"), "gcflags="); ok {
			values = append(values, value)
		}
	}
	if option != "" {
		values = append(values, option)
	}
	var options []gcOption
	for _, value := range values {
		value = strings.TrimSpace(value)
		if value == "" || value[0] == '-' {
			options = append(options, gcOption{flags: value})
			continue
		}
		pattern, flags, ok := strings.Cut(value, "=")
		if !ok || pattern == "" {
			return nil, &Error{Op: "-gcflags=" + value, Text: "missing =<value> in <pattern>=<value>"}
		}
		options = append(options, gcOption{pattern: strings.TrimSpace(pattern), flags: flags})
	}
	return options, nil
}

// splitQuoted splits at spaces, as the go command does with GOFLAGS: a word may stand in single or double quotes; nothing is escaped.
func splitQuoted(s string) (words []string, err error) {
	const space = " \t\r\n"
	for s = strings.TrimLeft(s, space); s != ""; s = strings.TrimLeft(s, space) {
		if quote := s[0]; quote == '"' || quote == '\'' {
			word, rest, ok := strings.Cut(s[1:], string(quote))
			if !ok {
				return nil, fmt.Errorf("a word begins with %c that nothing closes", quote)
			}
			words, s = append(words, word), rest
			continue
		}
		end := strings.IndexAny(s, space)
		if end < 0 {
			end = len(s)
		}
		words, s = append(words, s[:end]), s[end:]
	}
	return words, nil
}
