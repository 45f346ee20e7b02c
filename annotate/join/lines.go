package join

import "github.com/kgen-go/kgen/annotate/report"

// lines sets the state of every line of the report's files.
func (r *run) lines() {
	flagged := map[string]map[int]bool{}
	for _, f := range r.report.Findings {
		if !f.Costs() {
			continue
		}
		if flagged[f.File] == nil {
			flagged[f.File] = map[int]bool{}
		}
		flagged[f.File][f.Line] = true
	}
	for _, f := range r.files {
		if f.used {
			f.states(flagged[f.Path], r.reason(f))
		}
	}
}

// reason is why nothing is known of a file's lines as a whole, "" if it was compiled.
func (r *run) reason(f *file) string {
	p := r.named[f.Package]
	switch {
	case p == nil:
		return report.NotNamed
	case ignored(p, f):
		return report.NotBuilt
	case p.Error != "" || f.failed:
		return report.BuildFailed
	}
	return ""
}

func ignored(p *report.Package, f *file) bool {
	for _, name := range p.Ignored {
		if f.Path == p.Path+"/"+name {
			return true
		}
	}
	return false
}

func (f *file) states(flagged map[int]bool, whole string) {
	code := f.compiled()
	for i := range f.Lines {
		line, known := &f.Lines[i], f.lines[i]
		d := f.declAt(i + 1)
		if d != nil {
			line.Func = d.name
		}
		switch {
		case flagged[i+1]:
			line.State = report.Flagged
		case known.code || known.text || len(line.Asm) > 0:
			line.State = report.Clean
		case whole != "":
			line.Reason = whole
		case known.away:
			line.Reason = report.Elsewhere
		default:
			line.Reason = f.missing(i+1, d, code)
		}
	}
}

// compiled lists the functions of which any code or any message exists.
func (f *file) compiled() map[*decl]bool {
	known := map[*decl]bool{}
	for i, l := range f.lines {
		if d := f.declAt(i + 1); d != nil && (l.code || l.text || l.away) {
			known[d] = true
		}
	}
	return known
}

// missing is why a line of a file that was compiled has neither code nor messages.
func (f *file) missing(line int, d *decl, compiled map[*decl]bool) string {
	switch {
	case d == nil:
		return report.NoCode
	case !d.body:
		return report.Assembly
	case d.generic && !compiled[d]:
		return report.NotInstanced
	case f.starts[line-1]:
		return report.Removed
	}
	return report.NoCode
}
