//go:build cgo && linux && !android && (amd64 || arm64) && !noffi

package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
)

//go:embed c/bench.c
var source []byte

//go:embed peers.py
var script []byte

// peers has the nanoseconds that Python's ways take, by way and by the title and name of the race.
type peers map[string]map[string]float64

// ways returns the names of the ways in a fixed order.
func (p peers) ways() []string { return slices.Sorted(maps.Keys(p)) }

// findPeers measures ctypes and cffi if PEERS=1 asks for them. They are processes of their own, and so not in turns
// with the others.
func findPeers() (peers, error) {
	if os.Getenv("PEERS") != "1" {
		return nil, nil
	}
	dir, err := os.MkdirTemp("", "cgobench")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	code, library, program := filepath.Join(dir, "bench.c"), filepath.Join(dir, "bench.so"), filepath.Join(dir, "peers.py")
	if err := os.WriteFile(code, source, 0o666); err != nil {
		return nil, err
	}
	if err := os.WriteFile(program, script, 0o666); err != nil {
		return nil, err
	}
	if _, err := command("cc", "-O2", "-shared", "-fPIC", "-o", library, code); err != nil {
		return nil, err
	}
	out, err := command("python3", program, library)
	if err != nil {
		return nil, err
	}
	var p peers
	return p, json.Unmarshal(out, &p)
}

// command returns what a program prints.
func command(name string, args ...string) ([]byte, error) {
	cmd := exec.Command(name, args...)
	var problem bytes.Buffer
	cmd.Stderr = &problem
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("PEERS=1 needs python3 with cffi (Debian's python3-cffi) and cc: %s: %w\n%s", name, err, problem.Bytes())
	}
	return out, nil
}
