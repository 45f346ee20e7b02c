// Command zlib compresses with the C library zlib and unpacks again: first with its functions as Go functions, then with a
// z_stream, a struct that C keeps pointers in, and which is made from its C declaration.
package main

import (
	_ "embed"
	"errors"
	"fmt"
	"log"
	"strings"

	"github.com/kgen-go/kgen/ffi"
)

//go:embed zlib.h
var declarations string

func main() {
	lib, err := ffi.Load("z")
	if err != nil {
		log.Fatal(err)
	}
	defer lib.Close()
	d, err := ffi.CDef(declarations)
	if err != nil {
		log.Fatal(err)
	}
	if err := lib.Declare(d); err != nil {
		log.Fatal(err)
	}
	text := []byte(strings.Repeat("the quick brown fox jumps over the lazy dog. ", 40))
	if err := whole(lib, text); err != nil {
		log.Fatal(err)
	}
	if err := inPieces(lib, d, text); err != nil {
		log.Fatal(err)
	}
}

// code makes an error of what zlib returns. The types of these functions are compared with the declarations.
func code(status int32) error {
	if status < 0 {
		return fmt.Errorf("zlib's error %d", status)
	}
	return nil
}

// whole compresses and unpacks in one call each.
func whole(lib *ffi.Lib, text []byte) error {
	compress, err1 := ffi.Func[func(to []byte, n *uint64, from []byte, length uint64) (int32, error)](lib, "compress", ffi.Fail(code))
	uncompress, err2 := ffi.Func[func(to []byte, n *uint64, from []byte, length uint64) (int32, error)](lib, "uncompress", ffi.Fail(code))
	bound, err3 := ffi.Func[func(n uint64) uint64](lib, "compressBound")
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	n := bound(uint64(len(text)))
	packed := make([]byte, n)
	if _, err := compress(packed, &n, text, uint64(len(text))); err != nil {
		return err
	}
	packed = packed[:n]
	size := uint64(len(text))
	back := make([]byte, size)
	if _, err := uncompress(back, &size, packed, n); err != nil {
		return err
	}
	fmt.Println("whole:", n < size/10, string(back) == string(text))

	size = 10
	_, err := uncompress(back, &size, packed, n)
	fmt.Println("too small a buffer:", err)
	return nil
}

// inPieces compresses through a window of 64 bytes. Everything that z_stream points to is memory of the arena.
func inPieces(lib *ffi.Lib, d *ffi.Decls, text []byte) error {
	arena := ffi.NewArena()
	defer arena.Free()
	z, err := newStream(lib, d, arena)
	if err != nil {
		return err
	}
	in, err := ffi.Alloc[byte](arena, len(text))
	if err != nil {
		return err
	}
	copy(in, text)
	packed, err := z.run("deflate", in)
	if err != nil {
		return err
	}
	in, err = ffi.Alloc[byte](arena, len(packed))
	if err != nil {
		return err
	}
	copy(in, packed)
	back, err := z.run("inflate", in)
	if err != nil {
		return err
	}
	fmt.Println("in pieces:", len(packed) < len(back)/10, string(back) == string(text))
	return nil
}

// stream is a z_stream with its window for output.
type stream struct {
	lib    *ffi.Lib
	decls  *ffi.Decls
	record ffi.Record
	window []byte
}

func newStream(lib *ffi.Lib, d *ffi.Decls, arena *ffi.Arena) (*stream, error) {
	record, err := d.New(arena, "z_stream")
	if err != nil {
		return nil, err
	}
	window, err := ffi.Alloc[byte](arena, 64)
	return &stream{lib, d, record, window}, err
}

// run feeds the input, which is C memory, to deflate or inflate and collects the output.
func (z *stream) run(function string, in []byte) ([]byte, error) {
	if err := z.start(function); err != nil {
		return nil, err
	}
	if err := z.set("next_in", in, "avail_in", len(in)); err != nil {
		return nil, err
	}
	finish, _ := z.decls.Const("Z_FINISH")
	end, _ := z.decls.Const("Z_STREAM_END")
	var out []byte
	for {
		if err := z.set("next_out", z.window, "avail_out", len(z.window)); err != nil {
			return nil, err
		}
		status, err := z.lib.Call(function, z.record, finish)
		if err != nil {
			return nil, err
		}
		left, err := z.record.Get("avail_out")
		if err != nil {
			return nil, err
		}
		out = append(out, z.window[:len(z.window)-int(left.Int())]...)
		if status.String() == end.String() {
			_, err := z.lib.Call(function+"End", z.record)
			return out, err
		}
		// Z_BUF_ERROR says here that the window is full.
		if full, _ := z.decls.Const("Z_BUF_ERROR"); status.Int() < 0 && status.String() != full.String() {
			return nil, code(int32(status.Int()))
		}
	}
}

// start does what the macros deflateInit and inflateInit do.
func (z *stream) start(function string) error {
	version, err := z.lib.Call("zlibVersion")
	if err != nil {
		return err
	}
	size := len(z.record.Bytes())
	var status ffi.Value
	if function == "deflate" {
		level, _ := z.decls.Const("Z_DEFAULT_COMPRESSION")
		status, err = z.lib.Call("deflateInit_", z.record, level, version, size)
	} else {
		status, err = z.lib.Call("inflateInit_", z.record, version, size)
	}
	if err != nil {
		return err
	}
	return code(int32(status.Int()))
}

// set stores pairs of field and value.
func (z *stream) set(pairs ...any) error {
	for i := 0; i < len(pairs); i += 2 {
		if err := z.record.Set(pairs[i].(string), pairs[i+1]); err != nil {
			return err
		}
	}
	return nil
}
