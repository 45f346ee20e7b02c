package golist

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/pprof/profile"
)

// checkProfiles checks the profiles that the compiler was to use: where go build fails over one that cannot be read, go list compiles without it.
func (g *goCommand) checkProfiles(packages []*Package) error {
	option, err := g.pgo()
	switch {
	case err != nil:
		return err
	case option == "off":
		return nil
	case option != "" && option != "auto":
		if !filepath.IsAbs(option) {
			option = filepath.Join(g.Env.Cwd, option)
		}
		return checkProfile(option)
	}
	for _, p := range packages {
		if p.Name != "main" || p.Dir == "" {
			continue
		}
		if err := checkProfile(filepath.Join(p.Dir, "default.pgo")); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// pgo returns the option that is in force: that of the Config, or else the last one in GOFLAGS.
func (g *goCommand) pgo() (string, error) {
	if g.PGO != "" {
		return g.PGO, nil
	}
	words, err := splitQuoted(g.Env.GOFLAGS)
	if err != nil {
		return "", &Error{Op: "GOFLAGS=" + g.Env.GOFLAGS, Text: err.Error()}
	}
	for _, word := range slices.Backward(words) {
		if value, ok := strings.CutPrefix(strings.TrimLeft(word, "-"), "pgo="); ok {
			return value, nil
		}
	}
	return "", nil
}

// preprofiled begins a profile that go tool preprofile has made ready.
const preprofiled = "GO PREPROFILE V1\n"

// checkProfile checks that the compiler can use a profile. It takes an empty file for a profile without samples.
func checkProfile(name string) error {
	data, err := os.ReadFile(name)
	if err == nil && len(data) > 0 && !bytes.HasPrefix(data, []byte(preprofiled)) {
		err = checkSamples(data)
	}
	if err == nil {
		return nil
	}
	return &Error{
		Op: "-pgo", Text: fmt.Sprintf("%s: %v", name, unnamed(err)), Hint: "Without a profile for the compiler: -pgo off.", Err: err,
	}
}

// unnamed is the error without the name of the file.
func unnamed(err error) error {
	if at, ok := errors.AsType[*fs.PathError](err); ok {
		return at.Err
	}
	return err
}

func checkSamples(data []byte) error {
	p, err := profile.ParseData(data)
	if err != nil {
		return fmt.Errorf("not a profile, or a damaged one: %w", err)
	}
	for _, t := range p.SampleType {
		if t.Type == "samples" && t.Unit == "count" || t.Type == "cpu" && t.Unit == "nanoseconds" {
			return nil
		}
	}
	return errors.New("not a CPU profile")
}
