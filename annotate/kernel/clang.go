package kernel

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// clangBlock is one document of clang's optimisation record.
type clangBlock struct {
	class   string // "Passed", "Missed", "Analysis", "AnalysisFPCommute", …
	pass    string
	name    string
	file    string
	line    int
	message string // the values of all arguments, one after the other
	callee  string
}

// clangReasons say in plain words what the names of the loop vectoriser's analysis mean.
var clangReasons = map[string]string{
	"CantReorderFPOps":                 "its sum of floats has to be made in order",
	"CantVectorizeLibcall":             "it calls a function",
	"CantVectorizeCall":                "it calls a function",
	"CantVectorizeInstruction":         "an operation has no vector form",
	"CantVectorizeInstructionReturn":   "an operation has no vector form",
	"CantVectorizeStore":               "it does not write neighbouring elements one after the other",
	"CantComputeNumberOfIterations":    "the number of its turns is not known when it starts",
	"CantIdentifyArrayBounds":          "clang cannot tell which memory it uses",
	"CFGNotUnderstood":                 "it has a branch or can end early",
	"LoopContainsSwitch":               "it has a switch",
	"NoCFGForSelect":                   "it has a branch",
	"NonReductionValueUsedOutsideLoop": "a value of its last turn is used behind it, and a turn needs that of the one before",
	"NoInductionVariable":              "no variable counts its turns",
	"NotInnermostLoop":                 "it holds another loop",
	"UnsafeDep":                        "a turn may need what another one wrote",
	"UnsafeMemDep":                     "a turn may need what another one wrote",
	"UnsupportedUncountableLoop":       "the number of its turns is not known when it starts",
	"VectorizationNotBeneficial":       "clang expects no gain",
}

// clangAside are names of the loop vectoriser that say nothing about whether a loop is scalar.
var clangAside = map[string]bool{
	"InterleavingNotBeneficial": true, "InterleavingNotBeneficialAndDisabled": true, "InterleavingBeneficialButDisabled": true,
	"InterleavingAvoided": true, "RuntimeCheckNotBeneficial": true,
}

// parseClang reads clang's optimisation record. LLVM can write blocks that are no YAML: bad is how many could not be read.
func parseClang(data []byte) (list []record, bad int) {
	for _, text := range blocks(string(data)) {
		b, err := parseBlock(text)
		if err != nil {
			bad++
			continue
		}
		if r, ok := b.record(); ok {
			list = append(list, r)
		}
	}
	return list, bad
}

// blocks cuts a record in front of the lines that begin a document. What stands before the first will be found bad.
func blocks(text string) []string {
	const begin = "\n--- "
	var list []string
	for text != "" {
		end := len(text)
		if i := strings.Index(text, begin); i >= 0 {
			end = i + 1
		}
		if strings.TrimSpace(text[:end]) != "" {
			list = append(list, text[:end])
		}
		text = text[end:]
	}
	return list
}

// record makes of a block what is shown, if it is worth that: what the pairing of statements missed is not, nor what became of kgen's
// own helpers.
func (b *clangBlock) record() (record, bool) {
	r := record{file: b.file, line: b.line, text: b.message, raw: 1}
	passed := b.class == "Passed"
	switch {
	case b.pass == "loop-vectorize" && passed:
		r.verdict = vectorised
	case b.pass == "loop-vectorize" && !clangAside[b.name]:
		r.verdict = scalar
		r.reason = clangReasons[b.name]
	case b.pass == "slp-vectorizer" && !passed, b.pass == "inline" && (passed || strings.HasPrefix(b.callee, "kg_")):
		return r, false
	}
	return r, r.line > 0
}

var (
	blockHead     = regexp.MustCompile(`^--- !(\w+)\n`)
	blockLocation = regexp.MustCompile(`(?s)^\{ *File: *(.+), *Line: *(\d+), *Column: *(\d+) *\}$`)
)

// parseBlock reads one document: a mapping of scalars, with a location in braces and a list of arguments.
func parseBlock(text string) (*clangBlock, error) {
	head := blockHead.FindStringSubmatch(text)
	if head == nil || !strings.HasSuffix(strings.TrimRight(text, "\n"), "\n...") {
		return nil, fmt.Errorf("not a whole block")
	}
	b := &clangBlock{class: head[1]}
	for _, entry := range entries(text[len(head[0]):]) {
		if err := b.entry(entry); err != nil {
			return nil, err
		}
	}
	if b.pass == "" || b.name == "" {
		return nil, fmt.Errorf("no pass or no name")
	}
	return b, nil
}

// maxWrapped is how many lines LLVM may wrap a location in braces to.
const maxWrapped = 4

// entries cuts a document's body into its entries: a line and, joined to it, the lines that a location in braces goes on with.
func entries(body string) []string {
	var list []string
	wrapped := 0 // lines of an open brace
	for line := range strings.Lines(body) {
		line = strings.TrimRight(line, "\r\n")
		if wrapped > 0 {
			list[len(list)-1] += " " + strings.TrimSpace(line)
			wrapped--
		} else {
			list = append(list, line)
			if strings.HasPrefix(strings.TrimLeft(line, " "), "DebugLoc:") {
				wrapped = maxWrapped
			}
		}
		if strings.HasSuffix(line, "}") {
			wrapped = 0
		}
	}
	return list
}

// entry reads "Key: value", at the left margin or, as an argument, behind "  - ".
func (b *clangBlock) entry(line string) error {
	if line == "..." || line == "" || strings.HasPrefix(line, "    ") { // the place of an argument
		return nil
	}
	argument := strings.HasPrefix(line, "  - ")
	key, value, ok := strings.Cut(strings.TrimPrefix(line, "  - "), ":")
	if !ok || strings.HasPrefix(key, " ") {
		return fmt.Errorf("no key in %q", line)
	}
	value = strings.TrimSpace(value)
	if key == "DebugLoc" {
		return b.location(value)
	}
	value, err := unquote(value)
	if err != nil {
		return err
	}
	switch {
	case argument:
		b.message += value
		if key == "Callee" {
			b.callee = value
		}
	case key == "Pass":
		b.pass = value
	case key == "Name":
		b.name = value
	}
	return nil
}

func (b *clangBlock) location(value string) error {
	m := blockLocation.FindStringSubmatch(value)
	if m == nil {
		return fmt.Errorf("no location in %q", value)
	}
	var err error
	if b.file, err = unquote(m[1]); err != nil {
		return err
	}
	b.line, err = strconv.Atoi(m[2])
	return err
}

// unquote returns the text of a YAML scalar.
func unquote(s string) (string, error) {
	if s == "" || s[0] != '\'' && s[0] != '"' {
		return s, nil
	}
	if len(s) < 2 || s[len(s)-1] != s[0] {
		return "", fmt.Errorf("no closing quote in %q", s)
	}
	if s[0] == '"' {
		return strconv.Unquote(s)
	}
	inner := s[1 : len(s)-1]
	if strings.Count(inner, "'")%2 != 0 {
		return "", fmt.Errorf("a quote in %q", s)
	}
	return strings.ReplaceAll(inner, "''", "'"), nil
}
