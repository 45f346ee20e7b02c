package verify

import (
	"bufio"
	"bytes"
	"context"
	"encoding/gob"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"github.com/kgen-go/kgen/gen/verify/wire"
)

// A process is a program that runs cases, with what its environment adds.
type process struct {
	argv []string
	env  []string
}

// run sends the cases and hands each outcome over, in order. A case that ends the program gets an outcome whose
// Panic is what the program last said, and the next case starts it again.
func (p *process) run(ctx context.Context, cases []*wire.Case, greet func(wire.Greeting) error, done func(i int, o *wire.Outcome)) error {
	const patience = 8 // crashes
	for first, crashes := 0, 0; ; crashes++ {
		n, err := p.session(ctx, cases[first:], greet, func(i int, o *wire.Outcome) { done(first+i, o) })
		first += n
		if err == nil || ctx.Err() != nil || n < 0 {
			return err
		}
		if first == len(cases) || crashes == patience {
			return fmt.Errorf("the program of the kernels failed: %w", err)
		}
		done(first, &wire.Outcome{Panic: "crash: " + err.Error()})
		first++
	}
}

// session runs the program once and returns the number of outcomes, -1 when it did not even start.
func (p *process) session(ctx context.Context, cases []*wire.Case, greet func(wire.Greeting) error, done func(int, *wire.Outcome)) (n int, err error) {
	cmd := exec.CommandContext(ctx, p.argv[0], p.argv[1:]...)
	cmd.Env = append(os.Environ(), p.env...)
	var said bytes.Buffer
	cmd.Stderr = &said
	in, err := cmd.StdinPipe()
	if err != nil {
		return -1, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return -1, err
	}
	if err := cmd.Start(); err != nil {
		return -1, err
	}
	go send(in, cases)
	n, readErr := receive(out, len(cases), greet, done)
	if n < 0 {
		out.Close() // it is not the program that was expected, and need not go on
	}
	err = cmd.Wait()
	if n < 0 {
		err = readErr
	}
	if err != nil {
		return n, fmt.Errorf("%w: %s", err, firstLines(said.String(), 6))
	}
	return n, readErr
}

// send writes the cases. An error shows at the other end: outcomes are missing.
func send(w io.WriteCloser, cases []*wire.Case) {
	defer w.Close()
	buf := bufio.NewWriter(w)
	enc := gob.NewEncoder(buf)
	for _, c := range cases {
		if enc.Encode(c) != nil {
			return
		}
	}
	buf.Flush()
}

// receive reads the greeting and n outcomes; it returns how many came.
func receive(r io.Reader, n int, greet func(wire.Greeting) error, done func(int, *wire.Outcome)) (int, error) {
	dec := gob.NewDecoder(bufio.NewReader(r))
	var g wire.Greeting
	if err := dec.Decode(&g); err != nil {
		return -1, fmt.Errorf("no greeting from the program of the kernels: %w", err)
	}
	if err := greet(g); err != nil {
		return -1, err
	}
	for i := range n {
		var o wire.Outcome
		if err := dec.Decode(&o); err != nil {
			return i, fmt.Errorf("outcome %d: %w", i, err)
		}
		done(i, &o)
	}
	return n, nil
}

func firstLines(text string, n int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[:min(n, len(lines))], "\n")
}
