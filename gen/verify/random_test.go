package verify

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// fuzzTime is how long TestRandomPrograms runs; without it a few programs must do.
func fuzzTime(t *testing.T) time.Duration {
	t.Helper()
	text := os.Getenv("KGEN_FUZZTIME")
	if text == "" {
		return 0
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		t.Fatalf("KGEN_FUZZTIME: %v", err)
	}
	return d
}

// fuzzSeed is the first seed of TestRandomPrograms.
func fuzzSeed(t *testing.T) uint64 {
	t.Helper()
	text := os.Getenv("KGEN_FUZZSEED")
	if text == "" {
		return 1
	}
	seed, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatalf("KGEN_FUZZSEED: %v", err)
	}
	return seed
}

// TestRandomPrograms compares random kernels on all targets. KGEN_FUZZTIME=10m makes it go on for so
// long, with other seeds; KGEN_FUZZSEED repeats what a failure names.
func TestRandomPrograms(t *testing.T) {
	compilers := []string{"gcc", "tcc", "clang"}
	end := time.Now().Add(fuzzTime(t))
	for i, seed := 0, fuzzSeed(t); i == 0 || time.Now().Before(end); i, seed = i+1, seed+1 {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			b := findBuild(t, compilers[int(seed-1)%len(compilers)], "", nil)
			b.Go, b.Oracle = true, true
			s := &Suite{Options: Options{Random: 40, Seed: seed, Steps: 20_000}}
			for _, isGo := range []bool{true, false} {
				addRandom(t, s, seed, isGo)
			}
			runBuild(t, s, b)
		})
	}
}

// addRandom adds a package of random kernels to the suite.
func addRandom(t *testing.T, s *Suite, seed uint64, isGo bool) {
	t.Helper()
	dir := t.TempDir()
	text := randomPackage(seed, 15, isGo)
	if err := os.WriteFile(filepath.Join(dir, "random.kg"), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	sub, err := s.Add(dir)
	if err != nil {
		t.Fatalf("seed %d: %v\n%s", seed, err, text)
	}
	sub.Oracle = isGo
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the package, valid as Go: %v\n%s", isGo, text)
		}
	})
}
