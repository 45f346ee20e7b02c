// Command annotatebench times annotate beside what its users would run without it, the go command with the same diagnostics, on packages of the
// standard library: with an empty build cache, and again. It prints a table in Markdown.
//
//	go run ./annotate/internal/annotatebench [-rounds N] [packages]
package main

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"
)

// plain are the flags that print the diagnostics and nothing else.
const plain = "-gcflags=-m -d=ssa/check_bce"

func main() {
	rounds := flag.Int("rounds", 5, "how often to time each; the median counts")
	flag.Parse()
	packages := flag.Args()
	if len(packages) == 0 {
		packages = []string{"encoding/json", "math/big", "go/types", "net/http"}
	}
	if err := run(packages, *rounds); err != nil {
		fmt.Fprintln(os.Stderr, "annotatebench:", err)
		os.Exit(1)
	}
}

func run(packages []string, rounds int) error {
	dir, err := os.MkdirTemp("", "annotatebench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b := &bench{dir: dir, tool: filepath.Join(dir, "annotate")}
	if out, err := exec.Command("go", "build", "-o", b.tool, "./cmd/annotate").CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	fmt.Println("| package | go list -m, cold s | annotate, cold s | ratio | annotate, warm s | peak MB | page MB |")
	fmt.Println("|---|---|---|---|---|---|---|")
	for _, p := range packages {
		if err := b.row(p, rounds); err != nil {
			return err
		}
	}
	return nil
}

// bench has a build cache with the dependencies of a package, which is copied for each cold run.
type bench struct {
	dir, tool string
}

// row times one package: the two commands take turns.
func (b *bench) row(pkg string, rounds int) error {
	base := filepath.Join(b.dir, "base")
	if err := b.prepare(base, pkg); err != nil {
		return err
	}
	var list, cold, warm []float64
	var memory int64
	for range rounds {
		t, _, err := b.time(base, false, "go", "list", "-export", plain, pkg)
		if err != nil {
			return err
		}
		list = append(list, t)
		t, rss, err := b.time(base, false, b.tool, "-o", b.page(), pkg)
		if err != nil {
			return err
		}
		cold, memory = append(cold, t), max(memory, rss)
		if t, rss, err = b.time(base, true, b.tool, "-o", b.page(), pkg); err != nil {
			return err
		}
		warm, memory = append(warm, t), max(memory, rss)
	}
	info, err := os.Stat(b.page())
	if err != nil {
		return err
	}
	fmt.Printf("| %s | %.2f | %.2f | %.2f | %.2f | %d | %.1f |\n", pkg,
		median(list), median(cold), median(cold)/median(list), median(warm), memory>>10, float64(info.Size())/1e6)
	return nil
}

func (b *bench) page() string { return filepath.Join(b.dir, "report.html") }

// prepare fills the build cache base with what the package imports, and with what annotate tests the toolchain with.
func (b *bench) prepare(base, pkg string) error {
	os.RemoveAll(base)
	for _, args := range [][]string{{"go", "build", pkg}, {b.tool, "-json", "errors"}} {
		cmd := exec.Command(args[0], args[1:]...)
		cmd.Env = append(os.Environ(), "GOCACHE="+base)
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("%v: %w", args, err)
		}
	}
	return nil
}

// time runs a command with a fresh copy of the build cache or, if keep is set, with the one of the run before. It returns seconds and the
// greatest resident size, in KiB, of any process among it and its children.
func (b *bench) time(base string, keep bool, args ...string) (float64, int64, error) {
	cache := filepath.Join(b.dir, "cache")
	if !keep {
		os.RemoveAll(cache)
		if err := os.CopyFS(cache, os.DirFS(base)); err != nil {
			return 0, 0, err
		}
	}
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = append(os.Environ(), "GOCACHE="+cache)
	settle()
	start := time.Now()
	if err := cmd.Run(); err != nil {
		return 0, 0, fmt.Errorf("%v: %w", args, err)
	}
	return time.Since(start).Seconds(), maxRSS(cmd.ProcessState), nil
}

func median[T cmp.Ordered](list []T) T {
	slices.Sort(list)
	return list[len(list)/2]
}
