package main

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// serving is a running annotate serve and a client of its events. A script drives it with
//
//	serve ARGUMENTS…       starts it, with -addr 127.0.0.1:0 before the arguments; the last arguments are the packages
//	event NAME [REGEXP]    waits for an event whose data matches
//	until PATH REGEXP      waits for an answer of the server that matches; with ! for one that does not
//	interrupt              presses ctrl-C; the program must end with code 0, soon
type serving struct {
	cmd    *exec.Cmd
	url    string
	events chan [2]string // name, data
	stderr strings.Builder
	ended  chan error
}

// patience is how long a script waits for what must happen.
const patience = time.Minute

// current returns what Setup stored for the script.
func current(ts *testscript.TestScript) *serving { return ts.Value("serving").(*serving) }

func startServing(ts *testscript.TestScript, _ bool, args []string) {
	s := current(ts)
	s.events, s.ended = make(chan [2]string, 10_000), make(chan error, 1)
	s.cmd = exec.Command(filepath.Join(ts.Getenv("bin"), "annotate"), append([]string{"serve", "-addr", "127.0.0.1:0"}, args...)...)
	s.cmd.Dir = ts.MkAbs(".")
	s.cmd.Env = append(os.Environ(), "PWD="+s.cmd.Dir)
	stderr, err := s.cmd.StderrPipe()
	ts.Check(err)
	ts.Check(s.cmd.Start())
	ts.Defer(func() { s.cmd.Process.Kill() })
	address := make(chan string, 1)
	go s.read(stderr, address)
	select {
	case s.url = <-address:
	case err := <-s.ended:
		ts.Fatalf("annotate serve ended: %v\n%s", err, s.stderr.String())
	case <-time.After(patience):
		ts.Fatalf("annotate serve prints no address")
	}
	go s.listen()
}

// read takes what the program prints until it ends.
func (s *serving) read(stderr io.Reader, address chan<- string) {
	for lines := bufio.NewScanner(stderr); lines.Scan(); {
		if url, ok := strings.CutPrefix(lines.Text(), "annotate serve: http"); ok {
			address <- "http" + url
		}
		fmt.Fprintln(&s.stderr, lines.Text())
	}
	s.ended <- s.cmd.Wait()
}

// listen is the client of the events.
func (s *serving) listen() {
	defer close(s.events)
	response, err := http.Get(s.url + "events")
	if err != nil {
		s.events <- [2]string{"error", err.Error()}
		return
	}
	defer response.Body.Close()
	name, data := "", []string(nil)
	for lines := bufio.NewScanner(response.Body); lines.Scan(); {
		switch field, value, _ := strings.Cut(lines.Text(), ": "); field {
		case "event":
			name = value
		case "data":
			data = append(data, value)
		case "":
			s.events <- [2]string{name, strings.Join(data, "\n")}
			name, data = "", nil
		}
	}
}

// next waits for an event.
func (s *serving) next(ts *testscript.TestScript) (name, data string) {
	select {
	case e, ok := <-s.events:
		if !ok {
			ts.Fatalf("the events ended")
		}
		ts.Logf("event %s: %s", e[0], e[1])
		return e[0], e[1]
	case <-time.After(patience):
		ts.Fatalf("no more events")
	}
	panic("unreachable")
}

func waitEvent(ts *testscript.TestScript, _ bool, args []string) {
	s := current(ts)
	want := regexp.MustCompile(strings.Join(args[1:], " "))
	for {
		if name, data := s.next(ts); name == args[0] && want.MatchString(data) {
			return
		}
	}
}

func waitAnswer(ts *testscript.TestScript, neg bool, args []string) {
	s := current(ts)
	want := regexp.MustCompile("(?m)" + strings.Join(args[1:], " "))
	for want.MatchString(s.get(ts, args[0])) == neg {
		s.next(ts)
	}
}

// get returns an answer of the server.
func (s *serving) get(ts *testscript.TestScript, path string) string {
	response, err := http.Get(s.url + strings.TrimPrefix(path, "/"))
	ts.Check(err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	ts.Check(err)
	return string(body)
}

func interrupt(ts *testscript.TestScript, _ bool, _ []string) {
	s := current(ts)
	if runtime.GOOS == "windows" {
		ts.Check(s.cmd.Process.Kill()) // there are no signals
		return
	}
	ts.Check(s.cmd.Process.Signal(os.Interrupt))
	started := time.Now()
	select {
	case err := <-s.ended:
		if err != nil {
			ts.Fatalf("after an interrupt: %v", err)
		}
	case <-time.After(patience):
		ts.Fatalf("an interrupt does not end it")
	}
	ts.Logf("ended in %v", time.Since(started))
}
