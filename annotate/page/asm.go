package page

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"strconv"
	"sync"

	"github.com/kgen-go/kgen/annotate/report"
)

// Machine code is most of a report: 26 MB of listing for net/http. It compresses by a factor of ten, and a reader looks at a few lines of it,
// so each file's is a gzip stream in base64 that the script unpacks when the first line of the file is opened.

// machineCode packs the machine code of the lines of a file: of those with heat, and of the rest. nil is none.
//
// Unpacked it is {"line": [[symbol, offset, depth, text, offset, depth, text…]…]}.
func machineCode(f *report.File) (hot, cold []byte) {
	h, c := []byte{'{'}, []byte{'{'}
	for i := range f.Lines {
		l := &f.Lines[i]
		switch {
		case len(l.Asm) == 0:
		case l.Level > 0:
			h = appendAsm(h, i+1, l.Asm)
		default:
			c = appendAsm(c, i+1, l.Asm)
		}
	}
	return pack(h), pack(c)
}

func appendAsm(b []byte, line int, asm []report.Asm) []byte {
	if len(b) > 1 {
		b = append(b, ',')
	}
	b = appendKey(b, line)
	b = append(b, '[')
	for i, a := range asm {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(append(b, '['), text(a.Symbol))
		for _, in := range a.Instrs {
			b = strconv.AppendInt(append(b, ','), int64(in.Offset), 10)
			b = strconv.AppendInt(append(b, ','), int64(in.Depth), 10)
			b = appendString(append(b, ','), text(in.Text))
		}
		b = append(b, ']')
	}
	return append(b, ']')
}

func appendKey(b []byte, line int) []byte {
	b = strconv.AppendInt(append(b, '"'), int64(line), 10)
	return append(b, '"', ':')
}

// packers are reused: making one takes longer than packing a small file. The speed of packing counts for more than the last fifth of its size.
var packers = sync.Pool{New: func() any {
	w, err := gzip.NewWriterLevel(nil, gzip.BestSpeed)
	if err != nil {
		panic(err) // the level is a constant in range
	}
	return w
}}

// pack closes the object and returns it as a JSON string of base64 of gzip; for an empty object, nil.
func pack(b []byte) []byte {
	if len(b) == 1 {
		return nil
	}
	b = append(b, '}')
	var z bytes.Buffer
	w := packers.Get().(*gzip.Writer)
	w.Reset(&z)
	w.Write(b) // a bytes.Buffer does not fail
	w.Close()
	packers.Put(w)
	out := make([]byte, 0, base64.StdEncoding.EncodedLen(z.Len())+2)
	out = append(out, '"')
	out = base64.StdEncoding.AppendEncode(out, z.Bytes())
	return append(out, '"')
}
