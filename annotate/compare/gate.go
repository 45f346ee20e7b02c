package compare

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/kgen-go/kgen/annotate/report"
	"github.com/kgen-go/kgen/gen/diag"
)

// Gate is a list of conditions that must all hold.
type Gate []Condition

// Condition limits one metric: "bounds-in-loop@net/http<=3".
type Condition struct {
	Metric string // of Metrics
	Scope  string // package, package tree "p/...", file, or the tail of one after a slash; "" is everything
	Op     string // "<=", "<", "==", ">=" or ">"
	Limit  int
}

// String is the condition as ParseGate reads it.
func (c Condition) String() string {
	scope := ""
	if c.Scope != "" {
		scope = "@" + c.Scope
	}
	return c.Metric + scope + c.Op + strconv.Itoa(c.Limit)
}

// Verdict is how one condition came out.
type Verdict struct {
	Condition
	Got    int
	Broken bool
	Func   string            // heap-per-call: the function with the largest number
	Worst  []*report.Finding // all findings counted, hottest first
	Unseen []string          // packages in scope of which nothing is known, with the reason
}

// operators decide whether a number keeps to a limit.
var operators = map[string]func(got, limit int) bool{
	"<=": func(got, limit int) bool { return got <= limit },
	"<":  func(got, limit int) bool { return got < limit },
	"==": func(got, limit int) bool { return got == limit },
	">=": func(got, limit int) bool { return got >= limit },
	">":  func(got, limit int) bool { return got > limit },
}

// ParseGate reads conditions separated by commas; spaces do not matter. The empty string is the gate without conditions, which still fails
// when a report cannot be judged. An error is one of usage.
func ParseGate(s string) (Gate, error) {
	if strings.TrimSpace(s) == "" {
		return nil, nil
	}
	var g Gate
	for _, part := range strings.Split(s, ",") {
		c, err := parseCondition(strings.TrimSpace(part))
		if err != nil {
			return nil, fmt.Errorf("gate %q: %w", s, err)
		}
		g = append(g, c)
	}
	return g, nil
}

var condition = regexp.MustCompile(`^([^@<>=!\s]*)\s*(?:@\s*([^<>=!]*?))?\s*([<>=!]+)\s*(\S*)$`)

func parseCondition(s string) (Condition, error) {
	if s == "" {
		return Condition{}, errors.New("a condition is missing between commas")
	}
	m := condition.FindStringSubmatch(s)
	if m == nil {
		return Condition{}, fmt.Errorf("%q is not of the form metric<=limit", s)
	}
	c := Condition{Metric: m[1], Scope: m[2], Op: m[3]}
	if metrics[c.Metric] == nil {
		return Condition{}, unknownMetric(c.Metric)
	}
	if c.Scope == "" && strings.Contains(s, "@") {
		return Condition{}, fmt.Errorf("%q: a package or file is missing after @", s)
	}
	if operators[c.Op] == nil {
		return Condition{}, fmt.Errorf("%q: unknown operator %s; there are <=, <, ==, >= and >", s, c.Op)
	}
	limit, err := strconv.ParseUint(m[4], 10, 31)
	if err != nil {
		return Condition{}, fmt.Errorf("%q: the limit must be a whole number of at least 0", s)
	}
	c.Limit = int(limit)
	return c, nil
}

func unknownMetric(name string) error {
	if near := diag.Nearest(name, Metrics()); near != "" {
		return fmt.Errorf("unknown metric %q; did you mean %s?", name, near)
	}
	return fmt.Errorf("unknown metric %q; there are %s", name, strings.Join(Metrics(), ", "))
}

// Evaluate judges the report. Changes are needed by the metrics new, new-in-loop and lost; else they may be nil. An *Unjudged says what keeps the gate
// from being judged; the verdicts that could be reached are returned beside it.
func (g Gate) Evaluate(r *report.Report, c *Changes) ([]Verdict, error) {
	reasons := obstacles(r)
	if !g.has("unknown") {
		reasons = append(reasons, misunderstood(r)...)
	}
	var verdicts []Verdict
	for _, cond := range g {
		s := newScope(r, cond.Scope)
		why := s.obstacles(r, cond)
		if metrics[cond.Metric].changes {
			why = append(why, incomparable(cond.Metric, c)...)
		}
		if len(why) > 0 {
			reasons = append(reasons, why...)
			continue
		}
		verdicts = append(verdicts, cond.judge(r, c, s))
	}
	if len(reasons) > 0 {
		return verdicts, &Unjudged{distinct(reasons)}
	}
	return verdicts, nil
}

func (g Gate) has(metric string) bool {
	for _, c := range g {
		if c.Metric == metric && c.Scope == "" {
			return true
		}
	}
	return false
}

func (c Condition) judge(r *report.Report, changes *Changes, s *scope) Verdict {
	t := metrics[c.Metric].count(r, changes, s)
	return Verdict{
		Condition: c, Got: t.n, Broken: !operators[c.Op](t.n, c.Limit),
		Func: t.fn, Worst: t.hottest(), Unseen: s.unseen,
	}
}

// obstacles says what of the report itself keeps any gate from being judged.
func obstacles(r *report.Report) (reasons []string) {
	data := false
	for _, p := range r.Named() {
		if p.Error != "" {
			first, _, _ := strings.Cut(p.Error, "\n")
			reasons = append(reasons, fmt.Sprintf("%s does not compile: %s", p.Path, first))
		}
	}
	for _, f := range r.Files {
		data = data || known(f)
	}
	if !data && len(reasons) == 0 {
		reasons = append(reasons, "no line of the report has data")
	}
	return reasons
}

// misunderstood reports the compiler's messages without a known meaning: any of them may be a finding.
func misunderstood(r *report.Report) (reasons []string) {
	for _, f := range r.Findings {
		if f.Kind == report.Unknown && f.Lines() > 0 {
			reasons = append(reasons, fmt.Sprintf("%s:%d: a message that this version does not understand: %s", f.File, f.Line, f.Text))
		}
	}
	if n := len(reasons); n > 3 {
		reasons = append(reasons[:3], fmt.Sprintf("and %d more such messages; the metric unknown allows them", n-3))
	}
	return reasons
}

// incomparable says why there is nothing to count changes from.
func incomparable(metric string, c *Changes) []string {
	if c == nil {
		return []string{metric + " needs an older report to compare with"}
	}
	return c.Unseen
}

func distinct(list []string) (out []string) {
	seen := map[string]bool{}
	for _, s := range list {
		if !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}
