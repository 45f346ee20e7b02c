package diag

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Sources maps file names, as they stand in positions, to their text.
type Sources map[string][]byte

// maxPrinted bounds what Print writes, so that a broken file does not bury its first error.
const maxPrinted = 20

// Print writes the diagnostics with their source lines and carets, at most 20 of them.
func Print(w io.Writer, src Sources, list []*Diagnostic) {
	for i, d := range list {
		if i == maxPrinted {
			fmt.Fprintf(w, "… and %d more\n", len(list)-i)
			return
		}
		severity := ""
		if d.Severity == Warning {
			severity = "warning: "
		}
		fmt.Fprintf(w, "%s: %s%s\n", printable(d.Pos.String()), severity, printable(d.Msg))
		snippet(w, src, d.Pos, d.Len)
		for _, n := range d.Notes {
			if !n.Pos.IsValid() {
				fmt.Fprintf(w, "\tnote: %s\n", printable(n.Msg))
				continue
			}
			fmt.Fprintf(w, "%s: note: %s\n", printable(n.Pos.String()), printable(n.Msg))
			snippet(w, src, n.Pos, 1)
		}
	}
}

// maxWidth is the longest source line that is shown whole; of a longer one the part about the caret is.
const maxWidth = 160

func snippet(w io.Writer, src Sources, pos Pos, length int) {
	text, known := src[pos.File]
	line, ok := sourceLine(text, pos.Line)
	if !known || !ok || pos.Col < 1 || pos.Col > len(line)+1 {
		return
	}
	start := pos.Col - 1
	length = max(1, min(length, len(line)-start))
	from, to := 0, len(line)
	if to > maxWidth {
		from = max(0, start-maxWidth/2)
		to = min(len(line), from+maxWidth)
	}
	mark := min(start+length, to)
	fmt.Fprintf(w, "\t%s\n\t%s%s\n", printable(string(line[from:to])), blank(line[from:start]),
		"^"+strings.Repeat("~", max(0, utf8.RuneCount(line[start:max(mark, start)])-1)))
}

// sourceLine returns line n, counted from 1, without its line end.
func sourceLine(text []byte, n int) ([]byte, bool) {
	for ; n > 1; n-- {
		i := bytes.IndexByte(text, '\n')
		if i < 0 {
			return nil, false
		}
		text = text[i+1:]
	}
	if i := bytes.IndexByte(text, '\n'); i >= 0 {
		text = text[:i]
	}
	return bytes.TrimSuffix(text, []byte{'\r'}), n == 1
}

// blank returns white space as wide as the text, keeping its tabs.
func blank(text []byte) string {
	return strings.Map(func(r rune) rune {
		if r == '\t' {
			return r
		}
		return ' '
	}, string(text))
}

// printable replaces what a terminal could take as a command.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r != '\t' && r != '\n' && !unicode.IsGraphic(r) {
			return '\uFFFD'
		}
		return r
	}, text)
}

type jsonPlace struct {
	File string `json:"file"`
	Line int    `json:"line,omitempty"`
	Col  int    `json:"col,omitempty"`
}

type jsonNote struct {
	jsonPlace
	Message string `json:"message"`
}

type jsonDiagnostic struct {
	jsonPlace
	Length   int        `json:"length,omitempty"`
	Severity string     `json:"severity"`
	Message  string     `json:"message"`
	Notes    []jsonNote `json:"notes,omitempty"`
}

// PrintJSON writes one JSON object a line for each diagnostic.
func PrintJSON(w io.Writer, list []*Diagnostic) error {
	enc := json.NewEncoder(w)
	for _, d := range list {
		out := jsonDiagnostic{jsonPlace(d.Pos), d.Len, d.Severity.String(), d.Msg, nil}
		for _, n := range d.Notes {
			out.Notes = append(out.Notes, jsonNote{jsonPlace(n.Pos), n.Msg})
		}
		if err := enc.Encode(out); err != nil {
			return err
		}
	}
	return nil
}
