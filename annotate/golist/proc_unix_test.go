//go:build unix

package golist

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/kgen-go/kgen/csrc/csrctest"
)

// wrapGo returns an environment whose go command is a shell script. In it, $GO is the real one.
func wrapGo(t *testing.T, script string) []string {
	t.Helper()
	csrctest.Need(t, "sh")
	tool, err := lookGo(os.Environ())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	text := "#!/bin/sh\nGO='" + tool + "'\n" + script
	if err := os.WriteFile(filepath.Join(dir, "go"), []byte(text), 0o777); err != nil {
		t.Fatal(err)
	}
	return environ("PATH=" + dir + string(filepath.ListSeparator) + os.Getenv("PATH"))
}

// A toolchain that words one message otherwise is noticed.
func TestDriftedToolchain(t *testing.T) {
	for _, sed := range []string{
		"s/ escapes to heap/ escapes to heap in F:/", "s/Found IsInBounds/Found bounds check/", "s/moved to heap: /moved: /", "/Found IsSliceInBounds/d",
		"s/inlining call to/inlined call to/", "s/CALL\truntime.panicBounds/CALL\truntime.outOfRange/", "s/ STEXT / SCODE /",
	} {
		csrctest.Need(t, "sed")
		env := wrapGo(t, `case $1 in list) { "$GO" "$@" 2>&1 >&3 | sed '`+sed+`' >&2; } 3>&1;; *) exec "$GO" "$@";; esac`)
		err := Canary(context.Background(), Config{Env: env})
		if err == nil || !strings.Contains(err.Error(), "not what this version of annotate understands") {
			t.Errorf("%s: %v", sed, err)
		}
	}
}

// Cancelling ends the go command and what it started, and leaves nothing of what they wrote.
func TestCancel(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	pidFile := filepath.Join(t.TempDir(), "pid")
	env := wrapGo(t, `case $1 in list) mktemp -d "${GOTMPDIR:-$TMPDIR}/go-buildXXXXXX"; sleep 1000 & echo $! > '`+pidFile+`.new'; mv '`+pidFile+`.new' '`+pidFile+`'; wait;; *) exec "$GO" "$@";; esac`)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		_, err := Load(ctx, Config{Env: env}, func(*Output) {})
		done <- err
	}()
	var pid int
	for deadline := time.Now().Add(10 * time.Second); pid == 0 && time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		text, _ := os.ReadFile(pidFile)
		pid, _ = strconv.Atoi(strings.TrimSpace(string(text)))
	}
	if !alive(pid) {
		t.Error("the go command has not started its child")
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if left, _ := os.ReadDir(temp); len(left) > 0 {
		t.Errorf("left in the temporary folder: %v", left)
	}
	for deadline := time.Now().Add(10 * time.Second); alive(pid); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("process %d still runs", pid)
		}
	}
}

// alive reports whether the process runs. One that has ended and waits for its parent, which is init's work here, does not.
func alive(pid int) bool {
	if pid <= 0 || syscall.Kill(pid, 0) != nil {
		return false
	}
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	return err != nil || !bytes.Contains(stat, []byte(") Z "))
}
