package output

import (
	"os"
	"strings"
	"testing"
)

// Elsewhere a window would open.
func TestOpenFails(t *testing.T) {
	for _, name := range []string{"DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME", "BROWSER"} {
		t.Setenv(name, "")
	}
	if err := Open("r.html"); err == nil || !strings.Contains(err.Error(), "no browser to show") || !strings.Contains(err.Error(), "BROWSER") {
		t.Errorf("no display: error %v", err)
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("OUTPUT_TEST", "fail")
	t.Setenv("BROWSER", exe+" -test.run=TestHelper --")
	if err := Open("r.html"); err == nil || !strings.Contains(err.Error(), "exit status 3") {
		t.Errorf("a failing browser: error %v", err)
	}
}
