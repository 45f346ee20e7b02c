package golist

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Env is the part of the go command's environment that decides what is compiled.
type Env struct {
	Cwd        string `json:"-"` // working folder, absolute and without symbolic links
	GOROOT     string
	GOMODCACHE string
	GOOS       string
	GOARCH     string
	Level      string `json:"-"` // of GOAMD64, GOARM64 and the like: "v1"
	GOVERSION  string
	Cgo        bool `json:"-"`
	GOFLAGS    string
	GOTMPDIR   string
}

// levels has the variable that names the level of the instruction set, by GOARCH.
var levels = map[string]string{
	"386": "GO386", "amd64": "GOAMD64", "arm": "GOARM", "arm64": "GOARM64", "mips": "GOMIPS", "mipsle": "GOMIPS", "mips64": "GOMIPS64",
	"mips64le": "GOMIPS64", "ppc64": "GOPPC64", "ppc64le": "GOPPC64", "riscv64": "GORISCV64", "wasm": "GOWASM",
}

// goCommand is a Config with the tool and environment that it is run with.
type goCommand struct {
	Config
	Env     Env
	tool    string   // path of the go command
	environ []string // of the command
}

// newGoCommand finds the go command and asks for its environment.
func newGoCommand(ctx context.Context, c Config) (*goCommand, error) {
	g := &goCommand{Config: c, environ: c.Env}
	if g.environ == nil {
		g.environ = os.Environ()
	}
	var err error
	if g.tool, err = lookGo(g.environ); err != nil {
		return nil, err
	}
	if g.Env.Cwd, err = realDir(c.Dir); err != nil {
		return nil, err
	}
	// The go command shortens names relative to PWD, and only if PWD names the same folder: the real path leaves one reading.
	g.environ = append(g.environ[:len(g.environ):len(g.environ)], "PWD="+g.Env.Cwd)
	if getenv(g.environ, "GOGC") == "" {
		g.environ = append(g.environ, "GOGC=400") // trades memory for time in short-lived compilers
	}
	return g, g.askEnv(ctx)
}

// askEnv fills in Env.
func (g *goCommand) askEnv(ctx context.Context) error {
	names := []string{"env", "-json", "GOROOT", "GOMODCACHE", "GOOS", "GOARCH", "GOVERSION", "CGO_ENABLED", "GOFLAGS", "GOTMPDIR"}
	for _, name := range levels {
		names = append(names, name)
	}
	out, err := g.output(ctx, names...)
	if err != nil {
		return err
	}
	values := map[string]string{}
	if err := json.Unmarshal(out, &values); err != nil {
		return &Error{Op: "go env", Text: err.Error()}
	}
	if err := json.Unmarshal(out, &g.Env); err != nil {
		return &Error{Op: "go env", Text: err.Error()}
	}
	g.Env.Cgo = values["CGO_ENABLED"] == "1"
	g.Env.Level = values[levels[g.Env.GOARCH]]
	return nil
}

// command prepares a run of the go command that ctx ends together with the compilers that it started.
func (g *goCommand) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, g.tool, args...)
	cmd.Dir = g.Env.Cwd
	cmd.Env = g.environ
	cmd.WaitDelay = 5 * time.Second
	killWithChildren(cmd)
	return cmd
}

// output runs the go command for its standard output.
func (g *goCommand) output(ctx context.Context, args ...string) ([]byte, error) {
	var stdout, stderr bytes.Buffer
	cmd := g.command(ctx, args...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, &Error{Op: "go " + args[0], Text: cmp.Or(strings.TrimSpace(stderr.String()), err.Error())}
	}
	return stdout.Bytes(), nil
}

// lookGo finds the go command on the PATH of the environment.
func lookGo(environ []string) (string, error) {
	path := getenv(environ, "PATH")
	for _, dir := range filepath.SplitList(path) {
		if !filepath.IsAbs(dir) {
			continue // as package os/exec does: nothing is run from the working folder by accident
		}
		if tool, err := exec.LookPath(filepath.Join(dir, "go")); err == nil {
			return tool, nil
		}
	}
	return "", &Error{Op: "go", Text: "there is no go command on PATH=" + path, Hint: "Install Go from https://go.dev/dl, or add its bin folder to PATH."}
}

// realDir makes the folder absolute and free of symbolic links.
func realDir(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err == nil {
		abs, err = filepath.EvalSymlinks(abs)
	}
	if err != nil {
		return "", &Error{Op: "working folder", Text: err.Error()}
	}
	if info, err := os.Stat(abs); err != nil || !info.IsDir() {
		return "", &Error{Op: "working folder", Text: dir + " is not a folder"}
	}
	return abs, nil
}

// getenv returns the value of a variable: the last one set holds.
func getenv(environ []string, name string) string {
	value := ""
	for _, kv := range environ {
		if k, v, ok := strings.Cut(kv, "="); ok && sameVar(k, name) {
			value = v
		}
	}
	return value
}
