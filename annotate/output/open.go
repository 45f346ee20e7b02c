package output

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// Open shows a file or, if it has a scheme ("http://"), an address in the user's browser: that of the BROWSER variable, a list of commands
// as for xdg-open, else what the system takes for it.
func Open(target string) error {
	if !strings.Contains(target, "://") {
		abs, err := filepath.Abs(target)
		if err != nil {
			return err
		}
		target = abs
	}
	commands, err := browsers(runtime.GOOS, os.Getenv, target)
	if err != nil {
		return err
	}
	var failed []error
	for _, argv := range commands {
		err := Launch(argv)
		if err == nil {
			return nil
		}
		failed = append(failed, err)
	}
	if len(failed) == 0 {
		failed = append(failed, errors.New("there is no display; BROWSER can name a command"))
	}
	return fmt.Errorf("no browser to show %s: %w", target, errors.Join(failed...))
}

// browsers lists the commands that may open the target, best first. getenv looks variables up.
func browsers(goos string, getenv func(string) string, target string) ([][]string, error) {
	var commands [][]string
	for _, command := range strings.Split(getenv("BROWSER"), string(os.PathListSeparator)) {
		argv, err := Fields(command)
		if err != nil {
			return nil, fmt.Errorf("the variable BROWSER: %w", err)
		}
		if len(argv) > 0 {
			commands = append(commands, fill(argv, target))
		}
	}
	switch goos {
	case "darwin":
		commands = append(commands, []string{"open", target})
	case "windows":
		commands = append(commands, []string{"rundll32", "url.dll,FileProtocolHandler", target})
	default:
		if getenv("DISPLAY") != "" || getenv("WAYLAND_DISPLAY") != "" {
			commands = append(commands, []string{"xdg-open", target}, []string{"x-www-browser", target})
		}
		if getenv("WSL_DISTRO_NAME") != "" {
			commands = append(commands, []string{"wslview", target})
		}
	}
	return commands, nil
}

// fill puts the target where a command has %s, else behind it.
func fill(argv []string, target string) []string {
	filled := make([]string, len(argv), len(argv)+1)
	found := false
	for i, arg := range argv {
		found = found || strings.Contains(arg, "%s")
		filled[i] = strings.ReplaceAll(arg, "%s", target)
	}
	if !found {
		filled = append(filled, target)
	}
	return filled
}

// Fields splits a command line at spaces as a shell does, but for single and double quotes only: no variables, and backslashes
// are letters, as in the paths of Windows.
func Fields(command string) ([]string, error) {
	var fields []string
	var field strings.Builder
	quote, inside := rune(0), false
	for _, c := range command {
		switch {
		case c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\''):
			quote, inside = c, true
		case quote == 0 && (c == ' ' || c == '\t' || c == '\n'):
			if inside {
				fields = append(fields, field.String())
			}
			field.Reset()
			inside = false
		default:
			field.WriteRune(c)
			inside = true
		}
	}
	if quote != 0 {
		return nil, fmt.Errorf("%s: a quote %c without its end", command, quote)
	}
	if inside {
		fields = append(fields, field.String())
	}
	return fields, nil
}

// patience is how long a program has to fail before it counts as started.
const patience = time.Second

// Launch starts a program that outlives this one: it has no terminal, and an interrupt of the keyboard does not reach it. Launch returns
// when the program ends, or after a second. The error is that there is no such program, or that it failed within the time.
func Launch(argv []string) error {
	cmd := exec.Command(argv[0], argv[1:]...)
	detach(cmd)
	if err := cmd.Start(); err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	select {
	case err := <-done:
		if err != nil {
			return fmt.Errorf("%s: %w", argv[0], err)
		}
	case <-time.After(patience):
	}
	return nil
}
