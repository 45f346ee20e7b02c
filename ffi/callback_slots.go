package ffi

import (
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/kgen-go/kgen/ffi/internal/sys"
)

// callees says for each of the C function pointers that there are what a call of it does. It is nil for those that were never
// given out.
var callees [sys.Slots]atomic.Pointer[callee]

// slots are the numbers of those that are free: fresh and above were never used, and freed, a ring, has
// others.
var slots struct {
	sync.Mutex
	fresh       int
	freed       [sys.Slots]uint16
	head, count int
}

// restSlots is how many freed slots rest while there are fresh ones, so that C's use of a function pointer after Free is
// noticed and does not reach another function. In the check mode all do.
const restSlots = 256

// takeSlot returns a free slot: of the freed ones that which rested longest.
func takeSlot() (int, error) {
	slots.Lock()
	defer slots.Unlock()
	rest := restSlots
	if checking() {
		rest = sys.Slots
	}
	switch {
	case slots.fresh < sys.Slots && slots.count <= rest:
		slots.fresh++
		return slots.fresh - 1, nil
	case slots.count == 0:
		return 0, fmt.Errorf("%w: all %d are in use: free some", ErrFull, sys.Slots)
	}
	slot := slots.freed[slots.head]
	slots.head = (slots.head + 1) % sys.Slots
	slots.count--
	return int(slot), nil
}

func giveSlot(slot int) {
	slots.Lock()
	defer slots.Unlock()
	slots.freed[(slots.head+slots.count)%sys.Slots] = uint16(slot)
	slots.count++
}
