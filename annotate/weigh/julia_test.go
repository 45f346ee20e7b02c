package weigh_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime/pprof"
	"testing"
	"time"

	"github.com/kgen-go/kgen/annotate"
	"github.com/kgen-go/kgen/annotate/report"
	"github.com/kgen-go/kgen/csrc/csrctest"
	"github.com/kgen-go/kgen/examples/julia"
	"github.com/kgen-go/kgen/gen/kg"
)

// profileVariable makes TestJulia run the kernel and write a profile instead.
const profileVariable = "KGEN_TEST_JULIA_PROFILE"

// TestJulia profiles the Julia kernel as Go, and as C where its library is built: the hottest line is in the inner loop of the kernel's source.
func TestJulia(t *testing.T) {
	if name := os.Getenv(profileVariable); name != "" {
		runJulia(t, name)
		return
	}
	csrctest.Need(t, "go")
	list := targets()
	if len(list) == 1 {
		t.Log("as Go only: the library of the C kernel is not built")
	}
	for _, target := range list {
		t.Run(target, func(t *testing.T) {
			name := filepath.Join(t.TempDir(), "cpu.out")
			cmd := exec.Command(os.Args[0], "-test.run=^TestJulia$")
			cmd.Env = append(os.Environ(), profileVariable+"="+name, kg.TargetVariable+"="+target)
			if text, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, text)
			}
			r, err := annotate.Run(t.Context(), annotate.Options{Dir: "../../examples/julia", CPUProfile: name, CC: []string{"none"}, Trusted: true})
			if err != nil {
				t.Fatal(err)
			}
			checkJulia(t, r, target)
		})
	}
}

// targets are those that the kernel can run as here.
func targets() []string {
	for _, v := range kg.Variants() {
		if v.Package == "github.com/kgen-go/kgen/examples/julia" && v.Target == kg.TargetC {
			return []string{"go", "c"}
		}
	}
	return []string{"go"}
}

func runJulia(t *testing.T, name string) {
	zs, cs := julia.Grid(300)
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(300 * time.Millisecond); time.Now().Before(end); {
		julia.CalculateZ(julia.MaxIter, zs, cs)
	}
	pprof.StopCPUProfile()
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

func checkJulia(t *testing.T, r *report.Report, target string) {
	t.Helper()
	var file *report.File
	hottest := 0
	for _, f := range r.Files {
		for i := range f.Lines {
			if file == nil || f.Lines[i].Heat > file.Lines[hottest].Heat {
				file, hottest = f, i
			}
		}
	}
	l := file.Lines[hottest]
	if line := hottest + 1; filepath.Base(file.Path) != "calc.kg" || line < 15 || line > 17 {
		t.Errorf("the hottest line is %s:%d", file.Path, line)
	}
	if l.Level != 5 || l.Estimate != (target == "c") {
		t.Errorf("level %d, estimate %t", l.Level, l.Estimate)
	}
	if r.Profile.Matched < 0.5 {
		t.Errorf("matched %g", r.Profile.Matched)
	}
}
