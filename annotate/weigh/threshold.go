package weigh

// Threshold is where a level of heat begins. With a profile, From is a share of the run, 0 to 1: of its CPU time, or of its allocations at
// allocNS each. Without, it is nanoseconds times frequency.
type Threshold struct {
	Level int
	From  float64
	Label string // for the legend
}

// Thresholds returns where the levels 1 to 5 begin, ascending. They are fixed, so that colours of two reports can be compared. What costs but was not
// seen to take time has level 1 too.
func Thresholds(withProfile bool) []Threshold {
	if withProfile {
		return []Threshold{
			{1, 0, "under 0.1 % of the run, or no samples"},
			{2, 0.001, "from 0.1 % of the run"},
			{3, 0.01, "from 1 % of the run"},
			{4, 0.03, "from 3 % of the run"},
			{5, 0.1, "from 10 % of the run"},
		}
	}
	return []Threshold{
		{1, 0, "under 2.5 ns × frequency: a bounds check outside of loops"},
		{2, 2.5, "from 2.5: a bounds check in a loop"},
		{3, 25, "from 25: an allocation outside of loops, a bounds check two loops deep"},
		{4, 250, "from 250: an allocation in a loop, a bounds check three loops deep"},
		{5, 2500, "from 2500: an allocation two loops deep, a bounds check four loops deep"},
	}
}

// scale turns heat into levels.
type scale struct {
	thresholds []Threshold
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
