package gctext

import (
	"strings"

	"github.com/kgen-go/kgen/annotate/report"
)

// form is one text that the compiler prints. It begins with prefix; the name, if the form has one, follows and ends before the first of
// the words in until, or with the text.
type form struct {
	prefix string
	kind   report.Kind
	named  bool
	until  string
}

// exact has the texts that vary in nothing.
var exact = map[string]report.Kind{
	"Found IsInBounds":                    report.Bounds,
	"Found IsSliceInBounds":               report.SliceBounds,
	"index bounds check elided":           report.Elided,
	"zero-copy string->[]byte conversion": report.ZeroCopy,
	"imprecise interface call":            report.Remark,
	// From here on only printed for -d flags of the user.
	"append: len-only update":                  report.Remark,
	"append: len-only update (in local slice)": report.Remark,
	"closure converted to global":              report.Remark,
	"generated nil check":                      report.Remark,
	"removed nil check":                        report.Remark,
	"slice: omit slice operation":              report.Remark,
	"type assertion inlined":                   report.Remark,
	"type assertion not inlined":               report.Remark,
	"write barrier":                            report.Remark,
	"heap-allocated defer":                     report.Remark,
	"open-coded defer":                         report.Remark,
	"stack-allocated defer":                    report.Remark,
}

// prefixes are looked through in order. No Go expression begins like one of them, so they come before the suffixes: names of instances hold types with
// tags, which hold any text.
var prefixes = []form{
	{"inlining call to ", report.Inlined, true, " with score "},
	{"Proved ", report.Proved, false, ""},
	{"Disproved ", report.Proved, false, ""},
	{"Induction variable: ", report.Proved, false, ""},
	{"leaking param content: ", report.Leak, true, ""},
	{"leaking param: ", report.Leak, true, " to result "},
	{"can inline ", report.CanInline, true, " with cost "},
	{"moved to heap: ", report.Moved, true, ""},
	{"Rewrote Mul ", report.Proved, false, ""},
	{"devirtualizing ", report.Devirtual, true, " to "},
	{"partially devirtualizing ", report.Devirtual, true, " to "},
	{"PGO devirtualizing interface call ", report.Devirtual, true, " to "},
	{"PGO devirtualizing function call ", report.Devirtual, true, " to "},
	{"cannot devirtualize ", report.Remark, true, ": shaped "},
	{"assuming ", report.Remark, true, " is unsafe uintptr"},
	{"marking ", report.Remark, true, " as escaping "},
	// From here on only printed for -d flags of the user.
	{"convert: using ", report.Remark, false, ""},
	{"heap closure, captured vars = ", report.Remark, false, ""},
	{"stack closure, captured vars = ", report.Remark, false, ""},
	{"loop variable ", report.Remark, true, " now per-iteration, "},
	{"intrinsic substitution for ", report.Remark, true, " with "},
	{"mutates param: ", report.Remark, true, " derefs="},
	{"calls param: ", report.Remark, true, " derefs="},
	{"skipping static copy of ", report.Remark, false, ""},
	{"rewriting OCONVIFACE value from ", report.Remark, false, ""},
	{"alias analysis: ", report.Remark, false, ""},
	{"reshaping ", report.Remark, false, ""},
}

// suffixes end texts that begin with an expression of the program.
var suffixes = []struct {
	suffix string
	kind   report.Kind
}{
	{" escapes to heap", report.Escape},
	{" does not escape", report.NoEscape},
	{" does not escape, mutate, or call", report.NoEscape},
	{" will be kept alive", report.Remark},
}

// Classify says what a message is about. The name is the variable, expression, callee or function, or "".
func Classify(text string) (kind report.Kind, name string) {
	if kind, name = classifyPrefix(text); kind != report.Unknown {
		return kind, name
	}
	for _, s := range suffixes {
		if name, ok := strings.CutSuffix(text, s.suffix); ok && name != "" {
			return s.kind, name
		}
	}
	if name, what, ok := strings.Cut(text, " ignoring self-assignment in "); ok && name != "" && what != "" {
		return report.Remark, name
	}
	return report.Unknown, ""
}

// classifyPrefix knows the texts that their beginning makes certain.
func classifyPrefix(text string) (kind report.Kind, name string) {
	if kind, ok := exact[text]; ok {
		return kind, ""
	}
	for _, f := range prefixes {
		rest, ok := strings.CutPrefix(text, f.prefix)
		if !ok || rest == "" {
			continue
		}
		if !f.named {
			return f.kind, ""
		}
		if f.until != "" {
			rest, _, _ = strings.Cut(rest, f.until)
		}
		return f.kind, rest
	}
	return report.Unknown, ""
}
