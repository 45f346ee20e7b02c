package kernel

import (
	"path"
	"regexp"
	"strconv"
	"strings"
)

// asmFunc is the machine code of one function, by lines of C.
type asmFunc struct {
	symbol string
	instrs []asmInstr
}

// asmInstr is one instruction: line is that of the C file which it comes from, offset its number in the function.
type asmInstr struct {
	line, offset int
	text         string
}

// The lines of assembly that matter. A file is named with or without its folder.
var (
	asmFile  = regexp.MustCompile(`^\s*\.file\s+(\d+)\s+(?:"[^"]*"\s+)?"([^"]*)"`)
	asmLoc   = regexp.MustCompile(`^\s*\.loc\s+(\d+)\s+(\d+)`)
	asmLabel = regexp.MustCompile(`^([^\s:#]+):`)
	asmNote  = regexp.MustCompile(`\s+(?:#|//) .*$`)
)

// asmParser reads assembly.
type asmParser struct {
	file  string          // the C file
	ours  map[string]bool // the numbers that .file gives it
	funcs []*asmFunc
	line  int    // of the C file; code of headers counts for the line that it was inlined into
	label string // of the next instruction
}

// parseAsm reads the assembly that a C compiler wrote for a file, and returns the functions with the lines that their instructions come from.
func parseAsm(data []byte, file string) []*asmFunc {
	p := &asmParser{file: file, ours: map[string]bool{}}
	for line := range strings.Lines(string(data)) {
		p.read(strings.TrimRight(line, "\r\n"))
	}
	return p.funcs
}

func (p *asmParser) read(text string) {
	if m := asmFile.FindStringSubmatch(text); m != nil {
		p.ours[m[1]] = path.Base(m[2]) == p.file
		return
	}
	if m := asmLoc.FindStringSubmatch(text); m != nil {
		if line, err := strconv.Atoi(m[2]); err == nil && line > 0 && p.ours[m[1]] {
			p.line = line
		}
		return
	}
	if m := asmLabel.FindStringSubmatch(text); m != nil {
		switch {
		case !strings.HasPrefix(m[1], ".L"):
			p.funcs = append(p.funcs, &asmFunc{symbol: m[1]})
			p.line, p.label = 0, ""
		case !isMark(m[1]):
			p.label = m[1] + ": "
		}
		return
	}
	text = asmNote.ReplaceAllString(text, "")
	if fields := strings.Fields(text); len(fields) > 0 && !strings.HasPrefix(fields[0], ".") && !strings.HasPrefix(fields[0], "#") {
		p.instr(strings.Join(fields, " "))
	}
}

func (p *asmParser) instr(text string) {
	if len(p.funcs) == 0 {
		return
	}
	f := p.funcs[len(p.funcs)-1]
	f.instrs = append(f.instrs, asmInstr{line: p.line, offset: len(f.instrs), text: p.label + text})
	p.label = ""
}

// isMark reports whether a label is for tables of debug information, not for jumps.
func isMark(label string) bool {
	for _, prefix := range []string{".Ltmp", ".LB", ".LVL", ".LF", ".Ltext", ".Lfunc", ".LCOLD", ".LHOT", ".LE", ".LC"} {
		if rest, ok := strings.CutPrefix(label, prefix); ok && !strings.HasPrefix(label, ".LBB") {
			return rest != ""
		}
	}
	return strings.HasPrefix(label, ".LBB") && !strings.Contains(label, "_") // gcc's begin of a scope, not clang's block
}
