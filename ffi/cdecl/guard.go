package cdecl

import (
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Limits of the text after preprocessing. The parser recurses, and Go cannot recover from a stack that is too deep.
const (
	maxNesting = 500     // brackets within brackets
	maxRun     = 20_000  // tokens without ; , { }
	maxNested  = 50_000  // words of statements in one function
	maxTokens  = 1 << 25 // altogether
)

// guard reads what the preprocessor writes before the parser does. It refuses what would exhaust the parser's stack, and
// keeps the expansions of the macros that were asked for behind the text.
type guard struct {
	depth, run, nested, tokens int

	names      []string          // the macros asked for
	expansions map[string]string // what they expand to, tokens with single spaces
	current    int               // index of the macro whose expansion is read, plus one; 0 within the text
	line       strings.Builder   // its expansion
}

// askMark begins the line of each macro that is asked for.
const askMark = "__kgen_ask"

// ask returns the text that makes the preprocessor expand the macros.
func (g *guard) ask(names []string) string {
	var b strings.Builder
	g.names = names
	for i, n := range names {
		b.WriteString(askMark + strconv.Itoa(i) + " " + n + "\n")
	}
	return b.String()
}

// Write receives one token.
func (g *guard) Write(token []byte) (int, error) {
	if len(token) == 0 || isSpace(token[0]) {
		return len(token), nil
	}
	if index, ok := strings.CutPrefix(string(token), askMark); ok {
		if i, err := strconv.Atoi(index); err == nil && i < len(g.names) {
			g.flush()
			g.current = i + 1
			return len(token), nil
		}
	}
	if g.current > 0 {
		g.line.Write(token)
		g.line.WriteByte(' ')
		return len(token), nil
	}
	return len(token), g.count(string(token))
}

// flush ends the expansion of a macro.
func (g *guard) flush() {
	if g.current > 0 {
		g.expansions[g.names[g.current-1]] = strings.TrimSuffix(g.line.String(), " ")
	}
	g.current = 0
	g.line.Reset()
}

func (g *guard) count(token string) error {
	g.run++
	g.tokens++
	switch token {
	case "(", "[":
		g.depth++
	case ")", "]":
		g.depth--
	case "{":
		g.depth, g.run = g.depth+1, 0
	case "}":
		g.depth, g.run = g.depth-1, 0
	case ";", ",":
		g.run = 0
	case "if", "else", "for", "while", "do", "switch", "case", "default":
		g.nested++
	}
	g.depth = max(g.depth, 0)
	if g.depth == 0 && g.run == 0 {
		g.nested = 0
	}
	switch {
	case g.depth > maxNesting:
		return errors.New("brackets are nested too deep")
	case g.run > maxRun:
		return errors.New("an expression is too long")
	case g.nested > maxNested:
		return errors.New("a function is too long")
	case g.tokens > maxTokens:
		return errors.New("the text is too long")
	}
	return nil
}

// lazyReader is text that is made when it is first read.
type lazyReader struct {
	text func() string
	r    io.Reader
}

func (l *lazyReader) Read(p []byte) (int, error) {
	if l.r == nil {
		l.r = strings.NewReader(l.text())
	}
	return l.r.Read(p)
}

var objectMacro = regexp.MustCompile(`(?m)^[ \t]*#[ \t]*define[ \t]+([A-Za-z_$][\w$]*)(?:[^\w$(]|$)`)

// macroNames returns the names that the files define as object-like macros, each once.
func (s *files) macroNames() []string {
	seen := map[string]bool{}
	for _, f := range s.byName {
		for _, m := range objectMacro.FindAllSubmatch(f.text, -1) {
			seen[string(m[1])] = true
		}
	}
	names := make([]string, 0, len(seen))
	for n := range seen {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}
