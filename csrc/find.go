package csrc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Kind is a family of C compilers.
type Kind string

// The kinds that kgen knows. TCC compiles no vectors and has one CPU level.
const (
	GCC   Kind = "gcc"
	Clang Kind = "clang"
	TCC   Kind = "tcc"
)

// Compiler is a C compiler that has been found and asked what it is.
type Compiler struct {
	Path         string   // of the program
	Args         []string // given with it in CC
	Kind         Kind
	Version      string // the major version
	GOOS, GOARCH string // what it compiles for, in Go's words
}

// String returns the command line and what the compiler says it is.
func (c *Compiler) String() string {
	return fmt.Sprintf("%s (%s %s for %s/%s)", strings.Join(append([]string{c.Path}, c.Args...), " "), c.Kind, c.Version, c.GOOS, c.GOARCH)
}

// ErrNotFound says that there is no usable C compiler. Its message says what to install.
var ErrNotFound = errors.New("no C compiler")

// candidates are the names that are tried when CC is not set.
var candidates = []string{"cc", "gcc", "clang", "tcc"}

// advice ends every message about a compiler that is missing.
const advice = "install gcc or clang (Debian, Ubuntu: apt install gcc libc6-dev; Fedora: dnf install gcc; Alpine: apk add gcc musl-dev), " +
	"or name a compiler in CC; the Go target needs none"

// Find returns the C compiler that the variable CC names, with arguments if it has any; without CC the
// first of cc, gcc, clang and tcc on PATH. An error is ErrNotFound.
func Find(ctx context.Context) (*Compiler, error) {
	if cc := os.Getenv("CC"); strings.TrimSpace(cc) != "" {
		return Named(ctx, cc)
	}
	for _, name := range candidates {
		if path, err := exec.LookPath(name); err == nil {
			return identify(ctx, path, nil)
		}
	}
	return nil, notFound("none of %s is on PATH", strings.Join(candidates, ", "))
}

// Named returns the C compiler of a command line as in the variable CC: a program, with arguments if it has any. An error is
// ErrNotFound.
func Named(ctx context.Context, cc string) (*Compiler, error) {
	words := strings.Fields(cc)
	if len(words) == 0 {
		return nil, notFound("CC names no program")
	}
	path, err := exec.LookPath(words[0])
	if err != nil {
		return nil, notFound("CC names %s, which is not a program on PATH", words[0])
	}
	if path, err = filepath.Abs(path); err != nil { // it will run in another folder
		return nil, err
	}
	return identify(ctx, path, words[1:])
}

func notFound(format string, args ...any) error {
	return fmt.Errorf("%w: %s; %s", ErrNotFound, fmt.Sprintf(format, args...), advice)
}

// question has the compiler's preprocessor answer what it is. The headers are those of kg.h: a compiler
// without a C library is no use.
const question = `#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#if defined(__TINYC__)
kg_answer kind tcc
kg_answer version __TINYC__
#elif defined(__clang__)
kg_answer kind clang
kg_answer version __clang_major__
#elif defined(__GNUC__)
kg_answer kind gcc
kg_answer version __GNUC__
#endif
#if defined(__x86_64__) && !defined(__ILP32__)
kg_answer arch amd64
#elif defined(__aarch64__) && !defined(__ILP32__)
kg_answer arch arm64
#endif
#if defined(__linux__)
kg_answer os yes
#endif
`

// identify asks the compiler what it is and what it compiles for.
func identify(ctx context.Context, path string, args []string) (*Compiler, error) {
	c := &Compiler{Path: path, Args: args}
	cmd := exec.CommandContext(ctx, path, append(args[:len(args):len(args)], "-E", "-")...)
	cmd.Stdin = strings.NewReader(question)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	answers := parseAnswers(string(out))
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil && strings.Contains(stderr.String(), ".h"):
		return nil, notFound("%s does not find the headers of the C library", path)
	case err != nil:
		said, _, _ := strings.Cut(strings.TrimSpace(stderr.String()), "\n")
		return nil, notFound("%s does not work as a C compiler: %v: %s", strings.Join(cmd.Args, " "), err, said)
	case answers["kind"] == "":
		return nil, notFound("%s is not gcc, clang or tcc", path)
	case answers["arch"] == "" || answers["os"] == "":
		return nil, notFound("%s does not compile for linux on amd64 or arm64", path)
	}
	c.Kind, c.Version = Kind(answers["kind"]), answers["version"]
	c.GOOS, c.GOARCH = "linux", answers["arch"]
	return c, nil
}

// parseAnswers reads the lines "kg_answer name value".
func parseAnswers(text string) map[string]string {
	answers := map[string]string{}
	for line := range strings.Lines(text) {
		if f := strings.Fields(line); len(f) == 3 && f[0] == "kg_answer" {
			answers[f[1]] = f[2]
		}
	}
	return answers
}
