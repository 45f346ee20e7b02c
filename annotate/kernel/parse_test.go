package kernel

import (
	"reflect"
	"strings"
	"testing"
)

const gccText = `k.c:20:3: note: ***** Re-trying analysis with vector mode V16QI
k.c:10:24: optimized: loop vectorized using 32 byte vectors
k.c:10:24: optimized: loop vectorized using 16 byte vectors
  Vector cost: 28
k.c:15:21: missed: couldn't vectorize loop
k.c:16:12: missed: statement clobbers memory: _5 = ext (_4);
k.c:17:9: missed: not vectorized: control flow in loop.
k.c:18:1: missed: statement clobbers memory: foo ("a: 1:2: missed: x");
k.c:19:1: missed: not vectorized: vectorization is not profitable.
k.c:30:2: missed: couldn't vectorize loop
a:1:2: missed.c:31:2: missed: couldn't vectorize loop
k.c:40:2: optimized: basic block part vectorized using 32 byte vectors
k.c:99999999999999999999:2: optimized: loop vectorized
`

func TestParseGCC(t *testing.T) {
	want := []record{
		{vectorised, "k.c", 10, "", "loop vectorized using 32 byte vectors", 1},
		{vectorised, "k.c", 10, "", "loop vectorized using 16 byte vectors", 1},
		{scalar, "k.c", 15, "it has a branch or can end early",
			"couldn't vectorize loop; statement clobbers memory: _5 = ext (_4);; not vectorized: control flow in loop.", 3},
		{scalar, "k.c", 30, "", "couldn't vectorize loop", 1},
		{scalar, "a:1:2: missed.c", 31, "", "couldn't vectorize loop", 1},
		{remarked, "k.c", 40, "", "basic block part vectorized using 32 byte vectors", 1},
	}
	if got := parseGCC([]byte(gccText)); !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
}

const clangText = `--- !Passed
Pass:            loop-vectorize
Name:            Vectorized
DebugLoc:        { File: k.c, Line: 55, Column: 2 }
Function:        k_F
Args:
  - String:          'vectorized loop (vectorization width: '
  - VectorizationFactor: '8'
  - String:          ')'
...
--- !Analysis
Pass:            loop-vectorize
Name:            CantReorderFPOps
DebugLoc:        { File: 'a ''long'' name: with, Line: 1',
                   Line: 65, Column: 3 }
Function:        k_F
Args:
  - String:          'loop not vectorized: '
  - String:          cannot prove it is safe
    DebugLoc:        { File: k.c, Line: 1, Column: 1 }
...
--- !Missed
Pass:            loop-vectorize
Name:            SomethingOfTomorrow
DebugLoc:        { File: "k\".c", Line: 66, Column: 3 }
Args:
  - String:          loop not vectorized
...
--- !Missed
Pass:            slp-vectorizer
Name:            NotBeneficial
DebugLoc:        { File: k.c, Line: 65, Column: 3 }
...
--- !Missed
Pass:            inline
Name:            NeverInline
DebugLoc:        { File: k.c, Line: 65, Column: 3 }
Args:
  - Callee:          kg_fail
...
--- !Passed
Pass:            pass-of-tomorrow
Name:            Great
DebugLoc:        { File: k.c, Line: 70, Column: 3 }
Args:
  - String:          done
...
--- !Passed
Pass:            loop-vectorize
Name:            Vectorized
Function:        without_a_place
...
`

func TestParseClang(t *testing.T) {
	want := []record{
		{vectorised, "k.c", 55, "", "vectorized loop (vectorization width: 8)", 1},
		{scalar, "a 'long' name: with, Line: 1", 65, "its sum of floats has to be made in order", "loop not vectorized: cannot prove it is safe", 1},
		{scalar, `k".c`, 66, "", "loop not vectorized", 1},
		{remarked, "k.c", 70, "", "done", 1},
	}
	got, bad := parseClang([]byte(clangText))
	if bad != 0 || !reflect.DeepEqual(got, want) {
		t.Errorf("%d bad blocks, got\n%+v\nwant\n%+v", bad, got, want)
	}
}

// TestBadClang breaks one block after the other: only the broken one is lost.
func TestBadClang(t *testing.T) {
	good := "--- !Passed\nPass: loop-vectorize\nName: Vectorized\nDebugLoc: { File: k.c, Line: 5, Column: 2 }\nArgs:\n  - String: done\n...\n"
	for name, block := range map[string]string{
		"cut off":           strings.TrimSuffix(good, "...\n"),
		"no name":           strings.Replace(good, "Name: Vectorized\n", "", 1),
		"open quote":        strings.Replace(good, "String: done", "String: 'done", 1),
		"stray quote":       strings.Replace(good, "String: done", "String: 'do'ne'", 1),
		"no tag":            strings.Replace(good, "--- !Passed", "--- {", 1),
		"no line":           strings.Replace(good, "Line: 5, ", "", 1),
		"a line without :":  strings.Replace(good, "Args:", "Args", 1),
		"huge line":         strings.Replace(good, "Line: 5", "Line: 55555555555555555555", 1),
		"text at the start": "garbage\n",
	} {
		t.Run(name, func(t *testing.T) {
			list, bad := parseClang([]byte(block + good))
			if bad != 1 || len(list) != 1 || list[0].text != "done" {
				t.Errorf("%d bad blocks, %+v", bad, list)
			}
		})
	}
}

const gccAsm = `	.file	"k.c"
	.text
	.type	k_F, @function
k_F:
.LFB99:
	.file 1 "kg.h"
	.file 2 "k.c"
	.loc 2 46 28
	.cfi_startproc
	pushq	%rbp
	.loc 1 71 11 view .LVU3
	movq	%rsi, (%rdi)
.L5:
	.loc 2 48 1 is_stmt 0
	jne	.L5
	ret
	.size	k_F, .-k_F
`

const clangAsm = `	.file	0 "/tmp/x" "k.c" md5 0x0ccefe98c5571c03bcbbc0ed56fc6f9c
k_F:                                    # @k_F
.Lfunc_begin0:
	.loc	0 46 28                         # k.c:46:28
# %bb.0:
	pushq	%rbp
	.file	1 "." "kg.h" md5 0x76734f65c18c236f041597ffe2e40ce5
	.loc	1 71 11 prologue_end            # ./kg.h:71:11
	movq	%rsi, (%rdi)
.Ltmp0:
.LBB0_1:                                # =>This Inner Loop Header: Depth=1
	.loc	0 48 1 is_stmt 0                # k.c:48:1
	jne	.LBB0_1                         # comment
	ret
`

func TestParseAsm(t *testing.T) {
	for text, label := range map[string]string{gccAsm: ".L5", clangAsm: ".LBB0_1"} {
		got := parseAsm([]byte(text), "k.c")
		want := asmFunc{"k_F", []asmInstr{{46, 0, "pushq %rbp"}, {46, 1, "movq %rsi, (%rdi)"}, {48, 2, label + ": jne " + label}, {48, 3, "ret"}}}
		if len(got) != 1 || !reflect.DeepEqual(*got[0], want) {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
}

// FuzzRecords demands that no record or assembly makes the parsers fail, and that every record has a place.
func FuzzRecords(f *testing.F) {
	for _, s := range []string{gccText, clangText, gccAsm, clangAsm, "--- !Missed\n...\n", "a:1:1: missed: couldn't vectorize loop"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		list, bad := parseClang(data)
		if bad < 0 || len(list)+bad > 1+strings.Count(string(data), "--- ") {
			t.Errorf("%d records and %d bad blocks", len(list), bad)
		}
		for _, r := range append(list, parseGCC(data)...) {
			if r.line < 0 || r.raw < 1 {
				t.Errorf("a record without a place: %+v", r)
			}
		}
		for _, fn := range parseAsm(data, "k.c") {
			for i, in := range fn.instrs {
				if in.offset != i || in.text == "" {
					t.Errorf("a bad instruction: %+v", in)
				}
			}
		}
	})
}
