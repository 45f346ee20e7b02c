package weigh

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strings"
	"testing"
	"time"

	"github.com/kgen-go/kgen/annotate/report"
)

// spin is the hot loop of TestRun.
//
//go:noinline
func spin(until time.Time) (n uint64) {
	for time.Now().Before(until) {
		for i := range uint64(1 << 20) { // hot
			n = n*31 ^ i // hot
		}
	}
	return n
}

// TestRun profiles this very process, and finds the loop in which it spends its time.
func TestRun(t *testing.T) {
	var b bytes.Buffer
	if err := pprof.StartCPUProfile(&b); err != nil {
		t.Fatalf("this test takes a CPU profile itself: %v", err)
	}
	spin(time.Now().Add(200 * time.Millisecond))
	pprof.StopCPUProfile()
	name := filepath.Join(t.TempDir(), "cpu.out")
	if err := os.WriteFile(name, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	p, err := Read(name, "")
	if err != nil {
		t.Fatal(err)
	}
	r := ownReport(t)
	if err := Weigh(r, p); err != nil {
		t.Fatal(err)
	}
	if r.Profile.Matched < 0.5 || len(r.Profile.Stale) > 0 {
		t.Errorf("%+v", r.Profile)
	}
	hottest := 0
	f := r.Files[0]
	for i, l := range f.Lines {
		if l.CPU > f.Lines[hottest].CPU {
			hottest = i
		}
	}
	if !strings.HasSuffix(f.Source[hottest], "// hot") || f.Lines[hottest].Level != 5 {
		t.Errorf("the hottest line is %d: %+v", hottest+1, f.Lines[hottest])
	}
	if l := r.Loops[0]; l.Level != 5 || l.CPU == 0 {
		t.Errorf("the loop: %+v", l)
	}
}

// ownReport is a report of this file, with its hot loop.
func ownReport(t *testing.T) *report.Report {
	t.Helper()
	_, abs, _, ok := runtime.Caller(0)
	if !ok {
		t.Fatal("no caller")
	}
	text, err := os.ReadFile("run_test.go")
	if err != nil {
		t.Fatal(err)
	}
	f := sourceFile("github.com/kgen-go/kgen/annotate/weigh/run_test.go", string(text))
	f.Abs = abs
	loop := &report.Loop{File: f.Path, Depth: 2, Target: "go"}
	for i, line := range f.Source {
		f.Lines[i].State = report.Clean
		if strings.HasSuffix(line, "// hot") {
			f.Lines[i].Depth = 2
			loop.To = i + 1
			if loop.From == 0 {
				loop.From = i + 1
			}
		}
	}
	r := &report.Report{Files: []*report.File{f}, Loops: []*report.Loop{loop}}
	r.Sort()
	return r
}
