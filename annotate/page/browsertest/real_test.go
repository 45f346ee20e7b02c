package browsertest

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime/pprof"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/kgen-go/kgen/annotate"
	"github.com/kgen-go/kgen/annotate/report"
	"github.com/kgen-go/kgen/csrc/csrctest"
	"github.com/kgen-go/kgen/examples/julia"
	"github.com/kgen-go/kgen/gen/kg"
)

// run makes the report of real packages.
func run(t *testing.T, o annotate.Options) *report.Report {
	t.Helper()
	csrctest.Need(t, "go")
	o.Trusted = true
	r, err := annotate.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestReal shows the pages of packages of the standard library, and logs how long readers wait. Two seconds are the aim on a quiet machine.
func TestReal(t *testing.T) {
	start(t)
	for _, path := range []string{"encoding/json", "net/http", "go/types"} {
		t.Run(path, func(t *testing.T) {
			r := run(t, annotate.Options{Patterns: []string{path}})
			page := writePage(t, r, options(r))
			p := blank(t)
			p.url = page
			began := time.Now()
			p.do(chromedp.Navigate(page))
			p.want(`"ready" in document.body.dataset && document.querySelectorAll("#findings a.place").length`, 50)
			painted := time.Since(began)
			p.keys("j")
			p.want(`document.activeElement === document.querySelector("#findings a.place")`, true)
			t.Logf("%d findings: painted after %v, j answered after %v", len(r.Findings), painted.Round(time.Millisecond), time.Since(began).Round(time.Millisecond))
			p.shot("real-" + filepath.Base(path))
			p.keys("\r")
			p.want(`document.activeElement.matches(".row.here button.heat")`, true)
			p.want(`document.querySelectorAll(".detail").length`, 0)
			p.keys("\r")
			p.want(`document.querySelector(".row.here").nextElementSibling.className`, "detail")
			p.shot("real-" + filepath.Base(path) + "-file")
		})
	}
}

// juliaProfile makes TestJulia run the kernel and write a CPU profile instead.
const juliaProfile = "KGEN_TEST_JULIA_PROFILE"

// TestJulia shows the demonstration with a profile: the hottest loop and lines of the page are the kernel's inner loop, and lines
// say what they became.
func TestJulia(t *testing.T) {
	if name := os.Getenv(juliaProfile); name != "" {
		writeJuliaProfile(t, name)
		return
	}
	start(t)
	name := filepath.Join(t.TempDir(), "cpu.out")
	cmd := exec.Command(os.Args[0], "-test.run=^TestJulia$")
	cmd.Env = append(os.Environ(), juliaProfile+"="+name, kg.TargetVariable+"=go")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	r := run(t, annotate.Options{Dir: "../../../examples/julia", CPUProfile: name})
	p := open(t, r, "")
	p.shot("julia")
	p.want(`document.querySelector("#loops .where").textContent`, "calc.kg:15-18")
	p.keys("j\r")
	p.want(`document.querySelector("#file-title").textContent`, "github.com/kgen-go/kgen/examples/julia/calc.kg")
	p.want(`document.activeElement.matches(".row.here button.heat")`, true)
	p.keys("\r")
	p.want(`document.querySelectorAll(".detail .note").length > 0`, true)
	p.shot("julia-file")
	const hottest = `[...document.querySelectorAll(".row.h5")].map(r => Number(r.dataset.line))`
	p.want(hottest+`.length > 0 && `+hottest+`.every(line => line >= 15 && line <= 18)`, true)
}

func writeJuliaProfile(t *testing.T, name string) {
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	zs, cs := julia.Grid(300)
	if err := pprof.StartCPUProfile(f); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(time.Second); time.Now().Before(end); {
		julia.CalculateZ(julia.MaxIter, zs, cs)
	}
	pprof.StopCPUProfile()
}
