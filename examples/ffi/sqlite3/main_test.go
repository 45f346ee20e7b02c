package main

import (
	"testing"

	"github.com/kgen-go/kgen/examples/ffi/internal/exampletest"
)

func TestMain(m *testing.M) { exampletest.Main(m, main) }

func Test(t *testing.T) {
	exampletest.NeedLibrary(t, "sqlite3")
	exampletest.Run(t, `rowid=1;name=Ulm;
rowid=2;name=München;
rowid=3;name=Berlin;
Berlin has 3.8 million people
München has 1.5 million people
an error: sqlite3_exec: no such table: nowhere (1)
`)
}
