package kernel

import (
	"regexp"
	"strconv"
	"strings"
)

// gccLine is a line of -fopt-info: file:line:col: class: text.
var gccLine = regexp.MustCompile(`^(.+?):(\d+):(\d+): (optimized|missed): *(.*)$`)

// gccReasons say in plain words why gcc makes no vector code. The first whose key is in gcc's text counts.
var gccReasons = []struct{ key, words string }{
	{"control flow in loop", "it has a branch or can end early"},
	{"multiple nested loops", "it holds more than one loop"},
	{"number of iterations cannot be computed", "the number of its turns is not known when it starts"},
	{"statement clobbers memory", "it calls a function"},
	{"complicated access pattern", "it does not read or write neighbouring elements one after the other"},
	{"possible dependence", "a turn may need what another one wrote"},
	{"bad data dependence", "a turn may need what another one wrote"},
	{"value used after loop", "a value of its last turn is used behind it"},
	{"unsupported use", "a turn needs the value of the one before"},
	{"relevant stmt not supported", "an operation has no vector form"},
	{"unsupported data-type", "a type has no vector form"},
	{"no vectype", "a type has no vector form"},
	{"not profitable", "gcc expects no gain"},
	{"will never be profitable", "gcc expects no gain"},
}

// The texts with a meaning of their own.
const (
	gccVectorised = "loop vectorized"
	gccScalar     = "couldn't vectorize loop"
	gccReason     = "not vectorized: "
	gccClobbers   = "statement clobbers memory"
)

// maxReasons is how many lines may be about one scalar loop: that it is, a call in it, the reason.
const maxReasons = 3

// parseGCC reads the text of gcc's -fopt-info-vec-all. Of what gcc missed, only what is about loops is kept: it prints the same about
// every statement that it tried to pair with another. The reason of a loop stands on the next line, at a place of its own.
func parseGCC(data []byte) []record {
	var list []record
	var open *record // the scalar loop whose reason may follow
	for line := range strings.Lines(string(data)) {
		m := gccLine.FindStringSubmatch(strings.TrimRight(line, "\r\n"))
		if m == nil {
			continue
		}
		r := record{file: m[1], text: m[5], raw: 1}
		var err error
		if r.line, err = strconv.Atoi(m[2]); err != nil {
			continue
		}
		missed := m[4] == "missed"
		switch {
		case !missed && strings.HasPrefix(r.text, gccVectorised):
			r.verdict = vectorised
		case !missed:
		case strings.HasPrefix(r.text, gccScalar):
			r.verdict = scalar
		case strings.HasPrefix(r.text, gccReason), strings.HasPrefix(r.text, gccClobbers):
			if open != nil {
				open.explain(r.text)
				if strings.HasPrefix(r.text, gccReason) || open.raw == maxReasons {
					open = nil
				}
			}
			continue
		}
		list = append(list, r)
		open = nil
		if r.verdict == scalar {
			open = &list[len(list)-1]
		}
	}
	return list
}

// explain adds a reason to a scalar loop.
func (r *record) explain(text string) {
	r.raw++
	r.text += "; " + text
	for _, known := range gccReasons {
		if strings.Contains(text, known.key) {
			r.reason = known.words
			return
		}
	}
}
