package kernel

// verdict is what a record of a C compiler says of a loop.
type verdict uint8

const (
	remarked   verdict = iota // something else: shown on demand
	vectorised                // vector code
	scalar                    // none, perhaps with a reason
)

// record is what a C compiler says about one place of the emitted C.
type record struct {
	verdict verdict
	file    string // as the compiler names it
	line    int
	reason  string // of a scalar loop, in plain words; "" if it is not known
	text    string // the compiler's own words
	raw     int    // records of the compiler that it stands for
}
