// Package annotate makes heat maps: what the Go compiler, C compilers and kgen say about each line of Go packages and kernels, and what it costs.
//
// Run takes the packages through all stages. Each is a package of its own and knows only the data of package report and the stages before it:
// golist runs the compiler, join makes a report of what it said, kernel moves what belongs to kernels to their sources and asks the C
// compilers, weigh gives everything its weight. What is done with a report is the business of others: page and text show it, compare judges it,
// serve keeps it fresh.
package annotate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/kgen-go/kgen/annotate/golist"
	"github.com/kgen-go/kgen/annotate/join"
	"github.com/kgen-go/kgen/annotate/kernel"
	"github.com/kgen-go/kgen/annotate/report"
	"github.com/kgen-go/kgen/annotate/weigh"
)

// Options say what to report on. The zero value reports on the package in the current folder, weighed by loop depth.
type Options struct {
	Dir        string    // working folder of the go command; "" is the current one
	Patterns   []string  // packages, as for the go command; none means "."
	Tags       string    // build tags
	Mod        string    // readonly, vendor or mod
	ModFile    string    // alternate go.mod
	PGO        string    // profile for the compiler
	Overlay    string    // file that replaces sources, as of the go command
	GCFlags    string    // flags for the compiler, besides those of annotate itself
	Tests      bool      // compile the tests too
	Env        []string  // of the go command; nil means that of this process
	CC         []string  // C compilers to ask about kernels; none means the one that kgen uses, "none" no one
	CPUProfile string    // file of a CPU profile
	MemProfile string    // file of an allocation profile
	Bench      string    // run these benchmarks for the profiles
	Trusted    bool      // the toolchain has been tested already by an earlier run
	Stderr     io.Writer // progress of downloads and benchmarks; nil drops it
}

// Run makes the report. What is wrong with single packages is in the report; the error is what keeps it from being made: no go command, no such
// package, a toolchain whose words annotate does not understand, a profile that is damaged or of another program.
func Run(ctx context.Context, o Options) (*report.Report, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	profiles, err := o.profiles(ctx)
	if err != nil {
		return nil, err
	}
	canary := make(chan error, 1)
	go func() { canary <- o.canary(ctx) }()
	r, err := o.collect(ctx)
	if err == nil {
		err = o.kernels(ctx, r)
	}
	if err == nil {
		err = weigh.Weigh(r, profiles)
	}
	if err != nil {
		cancel()
		<-canary
		return nil, err
	}
	if err := <-canary; err != nil {
		return nil, err
	}
	return r, nil
}

func (o *Options) config() golist.Config {
	return golist.Config{
		Dir: o.Dir, Patterns: o.Patterns, Tags: o.Tags, Mod: o.Mod, ModFile: o.ModFile, PGO: o.PGO, Overlay: o.Overlay, GCFlags: o.GCFlags,
		Tests: o.Tests, Env: o.Env, Stderr: o.Stderr,
	}
}

// canary tests beside the run that the toolchain's words are understood.
func (o *Options) canary(ctx context.Context) error {
	if o.Trusted {
		return nil
	}
	return golist.Canary(ctx, o.config())
}

// collect compiles the packages.
func (o *Options) collect(ctx context.Context) (*report.Report, error) {
	overlay, err := readOverlay(o.Dir, o.Overlay)
	if err != nil {
		return nil, err
	}
	j := join.New()
	j.Overlay = overlay
	listing, err := golist.Load(ctx, o.config(), j.Add)
	if err != nil {
		return nil, err
	}
	if err := nothing(listing); err != nil {
		return nil, err
	}
	r, err := j.Report(listing)
	if err != nil {
		return nil, err
	}
	r.Build.Patterns = o.Patterns
	if len(o.Patterns) == 0 {
		r.Build.Patterns = []string{"."}
	}
	r.Build.Tests = o.Tests
	r.Build.Flags = append(strings.Fields(listing.Env.GOFLAGS), o.flags()...)
	r.Build.PGO = o.PGO
	return r, nil
}

// nothing is the error that none of the packages named is there, or nil. With one of them there is something to report on, if only its errors.
func nothing(l *golist.Listing) error {
	var missing []string
	for _, p := range l.Packages {
		if p.Name != "" {
			return nil
		}
		missing = append(missing, p.ImportPath+": "+p.Err)
	}
	text := strings.Join(missing, "\n")
	return &golist.Error{Op: "go list", Text: text, Hint: golist.Hint(text), Err: golist.ErrNoPackages}
}

// flags are those flags of the go command that change what is compiled, but for the profile.
func (o *Options) flags() (list []string) {
	for _, f := range []struct{ name, value string }{
		{"-tags", o.Tags}, {"-mod", o.Mod}, {"-modfile", o.ModFile}, {"-overlay", o.Overlay}, {"-gcflags", o.GCFlags},
	} {
		if f.value != "" {
			list = append(list, f.name+"="+f.value)
		}
	}
	return list
}

// kernels adds what is known of kernels to the report, and sorts it: weights go by what stands on a line.
func (o *Options) kernels(ctx context.Context, r *report.Report) error {
	changed := false
	for _, p := range r.Named() {
		k, err := kernel.Load(ctx, p.Dir, o.kernelOptions(p))
		if err != nil {
			return fmt.Errorf("%s: %w", p.Path, err)
		}
		if k == nil {
			continue
		}
		changed = true
		if err := k.Apply(r); err != nil {
			return fmt.Errorf("%s: %w", p.Path, err)
		}
		for _, cc := range k.Compilers {
			if !slices.Contains(r.Build.C, cc) {
				r.Build.C = append(r.Build.C, cc)
			}
		}
	}
	if changed {
		r.Sort()
	}
	return nil
}

func (o *Options) kernelOptions(p *report.Package) kernel.Options {
	if slices.Equal(o.CC, []string{"none"}) {
		return kernel.Options{Package: p.Path, NoC: true}
	}
	return kernel.Options{Package: p.Path, CC: o.CC}
}

// profiles reads or makes the profiles; nil if there are to be none.
func (o *Options) profiles(ctx context.Context) (*weigh.Profiles, error) {
	switch {
	case o.Bench != "" && (o.CPUProfile != "" || o.MemProfile != ""):
		return nil, errors.New("benchmarks and profiles at the same time: the weights come from one of them")
	case o.Bench != "":
		flags := o.flags()
		if o.PGO != "" {
			flags = append(flags, "-pgo="+o.PGO)
		}
		return weigh.Bench(ctx, weigh.BenchConfig{
			Dir: o.Dir, Patterns: o.Patterns, Regexp: o.Bench, Flags: flags, Env: o.Env, Stderr: o.Stderr,
		})
	case o.CPUProfile != "" || o.MemProfile != "":
		return weigh.Read(o.CPUProfile, o.MemProfile)
	}
	return nil, nil
}
