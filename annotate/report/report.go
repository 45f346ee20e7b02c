// Package report is the data that all of annotate shares: what the compilers said about each line, how much it weighs,
// and how much is known. The collecting packages fill it in, package weigh weighs it, and everything that is shown, compared or
// judged is read from it. It imports none of them.
package report

import "strings"

// Schema names the version of the JSON form. It changes when a reader of the old form would misread the new one.
const Schema = "annotate/1"

// Report is one run over some packages. All lists are in a fixed order (see Sort), so that the same inputs give the same bytes.
//
// It is filled in by one stage after the other, and each field by one of them: package join makes it, with everything that the Go compiler
// said; package kernel moves what belongs to kernels to their files, and adds findings, loops, notes and machine code of these; package annotate
// completes Build; package weigh sets Profile and all of Cost, Heat, Level, CPU, Alloc, Estimate and Loop.Findings; Sort, after any of
// them, makes what follows from the rest. Each may add Warnings. Of a finished report only Finding.New changes: package compare sets it.
type Report struct {
	Schema   string            `json:"schema"`
	Build    Build             `json:"build"`
	Profile  *Profile          `json:"profile,omitempty"`
	Totals   map[string]*Total `json:"totals"` // by kind
	Packages []*Package        `json:"packages"`
	Files    []*File           `json:"files"`
	Findings []*Finding        `json:"findings"`
	Loops    []*Loop           `json:"loops"`
	Warnings []string          `json:"warnings,omitempty"`
}

// Build says what was compiled, and for what. Reports of unlike builds cannot be compared.
type Build struct {
	GoVersion string   `json:"goVersion"` // "go1.26.8"
	GOOS      string   `json:"goos"`
	GOARCH    string   `json:"goarch"`
	Level     string   `json:"level,omitempty"` // of GOAMD64, GOARM64 and the like: "v1"
	Cgo       bool     `json:"cgo"`
	Flags     []string `json:"flags,omitempty"` // of the user, GOFLAGS included: "-tags=x"
	PGO       string   `json:"pgo,omitempty"`   // the profile that the compiler had, as it was named
	C         []string `json:"c,omitempty"`     // C compilers asked about kernels: "gcc 12.2.0"
	Patterns  []string `json:"patterns"`        // as on the command line
	Tests     bool     `json:"tests"`
}

// Profile sums up the profiles that the weights come from.
type Profile struct {
	CPU     string   `json:"cpu,omitempty"`   // as it was named, or "bench REGEXP"
	Alloc   string   `json:"alloc,omitempty"` // likewise
	CPUNS   int64    `json:"cpuNS"`           // all samples
	Objects int64    `json:"objects"`         // all objects allocated
	Matched float64  `json:"matched"`         // share of the samples, 0 to 1, on lines of the report
	Stale   []string `json:"stale,omitempty"` // functions whose lines moved since the profile was taken
}

// Total counts the findings of one kind.
type Total struct {
	Count   int `json:"count"`
	Test    int `json:"test,omitempty"`
	Machine int `json:"machine"`
	InLoop  int `json:"inLoop"` // of Count and Machine together, those in a loop
}

// Package is a package that was named, or whose source a named package compiled (a generic function of a dependency).
type Package struct {
	Path    string   `json:"path"` // import path
	Module  string   `json:"module,omitempty"`
	Named   bool     `json:"named"`             // matched a pattern, so that its whole source was compiled
	Error   string   `json:"error,omitempty"`   // why there is no data: the compiler's words
	Ignored []string `json:"ignored,omitempty"` // files that build constraints leave out, by name
	Dir     string   `json:"-"`                 // absolute
}

// File is a source file with something known of each of its lines.
type File struct {
	Path      string   `json:"path"`     // identity: import path, slash, base name; the same on all machines
	Package   string   `json:"package"`  // import path
	Language  string   `json:"language"` // "go", "kg" or "c"
	Test      bool     `json:"test,omitempty"`
	Generated bool     `json:"generated,omitempty"`
	Spans     []Span   `json:"lines"` // the states of all lines; made by Sort from Lines
	Lines     []Line   `json:"-"`     // Lines[i] is line i+1
	Display   string   `json:"-"`     // as the Go tools print it: relative to the working folder where that is shorter
	Abs       string   `json:"-"`     // absolute path; "" if there is no such file
	Source    []string `json:"-"`     // text of the lines, without line ends; nil if the file cannot be read

	// Moved says, of generated code, which line of a kernel's source a line was made from: what is known of it is shown there.
	Moved map[int]Place `json:"-"`
}

// Line returns the line of the number, which counts from 1; nil for one that the file does not have, also if there is no file.
func (f *File) Line(number int) *Line {
	if f == nil || number < 1 || number > len(f.Lines) {
		return nil
	}
	return &f.Lines[number-1]
}

// SplitLines cuts a source into lines as File.Source has them.
func SplitLines(text string) []string {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimSuffix(l, "\r")
	}
	return lines
}

// Place is a line of a file.
type Place struct {
	File string // File.Path
	Line int
}

// State is what is known of a line.
type State uint8

// The states. NoData is the zero value: a line of which nobody said anything is not clean.
const (
	NoData  State = iota // not compiled, or without code; the reason says which
	Clean                // compiled to machine code, and nothing found that costs
	Flagged              // has findings that cost
)

// Reasons for NoData.
const (
	NoCode       = "no code"                         // comments, declarations, what the compiler made nothing of
	NotBuilt     = "left out by build constraints"   // GOOS, GOARCH, tags, cgo off
	BuildFailed  = "the package does not compile"    // or its tests do not, for test files
	NotInstanced = "generic, never instantiated"     // in the packages named
	Removed      = "removed as dead or inlined away" // a statement of which no instruction is left
	Assembly     = "assembly"                        // a function without a body
	Elsewhere    = "a //line directive gives its code another place"
	NotNamed     = "of a package that was not named" // only what named packages compiled of it is known
	NoKernelData = "no C compiler was asked"         // lines of a kernel without data of the target
	NotTraced    = "kgen has to run again"           // lines of a kernel that the generated code is not of
	InKernel     = "shown at the kernel's line"      // generated: see File.Moved
)

// Span is a run of lines, From to To inclusive, of one state.
type Span struct {
	From   int    `json:"from"`
	To     int    `json:"to"`
	State  string `json:"state"` // "no data", "clean", "finding"
	Reason string `json:"reason,omitempty"`
}

// Line is one source line.
type Line struct {
	State    State
	Reason   string     // for NoData
	Func     string     // the function that it stands in, or ""
	Depth    int        // of the deepest loop around its code
	Level    int        // heat step, 0 (none) to 5
	Heat     float64    // see package weigh
	CPU      int64      // nanoseconds of the profile, spread over loops; 0 without a profile
	Alloc    int64      // objects allocated
	Estimate bool       // CPU is spread from elsewhere: a C kernel's time
	Findings []*Finding // by column
	Asm      []Asm      // machine code, functions in order of symbol
	Notes    []Note     // of kernels: emitted code, types, checks
}

// Asm is the part of a function's machine code that comes from one line.
type Asm struct {
	Symbol string  // linker symbol of the function that holds the code
	Instrs []Instr // in order of address
}

// Instr is a machine instruction.
type Instr struct {
	Offset int
	Text   string
	Depth  int // of loops
}

// Note is something to read about a line that is no finding: what a kernel line became.
type Note struct {
	Title string // "Go", "C", "types", "checks"
	Text  string // one or more lines
}

// Frame is a step of an inline chain.
type Frame struct {
	Func string `json:"func"` // the callee as the compiler names it
	File string `json:"file"` // File.Path of the body that the step leads into, "" if unknown
	Line int    `json:"line"` // in File; 0 if unknown
}

// Finding is something a compiler said, or its machine code shows, at one place. Equal messages at one place in one package are one
// finding with a count.
type Finding struct {
	Kind     Kind    `json:"kind"`
	Package  string  `json:"package"` // whose compilation it is from
	File     string  `json:"file"`    // File.Path
	Line     int     `json:"line"`    // from 1; 0 for what has no line
	Col      int     `json:"col"`     // in bytes, from 1; 0 if unknown
	Func     string  `json:"func,omitempty"`
	Target   string  `json:"target"`            // who says so: "go", "gcc", "clang", "kgen"
	Text     string  `json:"text"`              // the compiler's words, or the instruction
	Source   string  `json:"source"`            // text of the line, trimmed; set by Sort
	Count    int     `json:"count"`             // lines that the compiler printed for the non-test variant
	Test     int     `json:"test,omitempty"`    // lines that only test variants print
	Machine  int     `json:"machine"`           // what only the machine code shows
	Depth    int     `json:"depth"`             // of loops around it
	DepthBy  string  `json:"depthBy"`           // "machine", "syntax" or ""
	Symbol   string  `json:"symbol,omitempty"`  // what is called: "runtime.growslice"
	Sites    int     `json:"sites,omitempty"`   // places that this was inlined into
	Shapes   int     `json:"shapes,omitempty"`  // instances of a generic function that have it
	Wrapper  bool    `json:"wrapper,omitempty"` // in a wrapper that the compiler made: counted, not weighed
	Quiet    string  `json:"quiet,omitempty"`   // why it costs nothing here after all: "no allocation in the machine code"
	Chain    []Frame `json:"chain,omitempty"`   // inlining, outermost first
	Cost     float64 `json:"cost"`              // nanoseconds each time
	Heat     float64 `json:"heat"`
	Level    int     `json:"level"`
	Estimate bool    `json:"estimate,omitempty"` // the heat comes from time that was spread
	New      bool    `json:"new,omitempty"`      // not in the report compared with; set by compare.Diff
}

// Lines is the number of events that the finding stands for, in the code that is not for tests.
func (f *Finding) Lines() int { return f.Count + f.Machine }

// Events is the number of events that the finding stands for, those of tests included.
func (f *Finding) Events() int { return f.Lines() + f.Test }

// Costs reports whether the finding takes time: its kind does, and it is neither quiet nor of a wrapper.
func (f *Finding) Costs() bool {
	return f.Kind.Costs() && f.Quiet == "" && !f.Wrapper && f.Events() > 0
}

// Loop is a loop of the machine code, by the source lines that it covers.
type Loop struct {
	Package  string  `json:"package"`
	File     string  `json:"file"`
	From     int     `json:"from"` // first line
	To       int     `json:"to"`   // last line
	Func     string  `json:"func"`
	Target   string  `json:"target"`
	Depth    int     `json:"depth"` // 1 is outermost
	CPU      int64   `json:"cpu"`
	Heat     float64 `json:"heat"`
	Level    int     `json:"level"`
	Findings int     `json:"findings"` // that cost, directly or in inner loops
	Estimate bool    `json:"estimate,omitempty"`
}

// Threshold is where a level of heat begins. With a profile, From is a share of the run, 0 to 1: of its CPU time, or of its allocations at what
// package weigh takes one for. Without, it is nanoseconds times frequency.
type Threshold struct {
	Level int
	From  float64
	Label string // for the legend
}
