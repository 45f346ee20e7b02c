package weigh

import "github.com/kgen-go/kgen/annotate/report"

// Thresholds returns where the levels 1 to 5 begin, ascending. They are fixed, so that colours of two reports can be compared. What costs but was not
// seen to take time has level 1 too.
func Thresholds(withProfile bool) []report.Threshold {
	if withProfile {
		return []report.Threshold{
			{Level: 1, From: 0, Label: "under 0.1 % of the run, or no samples"},
			{Level: 2, From: 0.001, Label: "from 0.1 % of the run"},
			{Level: 3, From: 0.01, Label: "from 1 % of the run"},
			{Level: 4, From: 0.03, Label: "from 3 % of the run"},
			{Level: 5, From: 0.1, Label: "from 10 % of the run"},
		}
	}
	return []report.Threshold{
		{Level: 1, From: 0, Label: "under 2.5 ns × frequency: a bounds check outside of loops"},
		{Level: 2, From: 2.5, Label: "from 2.5: a bounds check in a loop"},
		{Level: 3, From: 25, Label: "from 25: an allocation outside of loops, a bounds check two loops deep"},
		{Level: 4, From: 250, Label: "from 250: an allocation in a loop, a bounds check three loops deep"},
		{Level: 5, From: 2500, Label: "from 2500: an allocation two loops deep, a bounds check four loops deep"},
	}
}

// scale turns heat into levels.
type scale struct {
	thresholds []report.Threshold
	unit       float64 // nanoseconds that From counts in
}

// level returns the step of some heat: 0 for none.
func (s scale) level(heat float64) int {
	level := 0
	for _, t := range s.thresholds {
		if heat > 0 && heat >= t.From*s.unit {
			level = t.Level
		}
	}
	return level
}
