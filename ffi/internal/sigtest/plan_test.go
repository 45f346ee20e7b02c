//go:build ((linux && !android) || (darwin && !ios) || windows) && (amd64 || arm64) && !noffi

package sigtest_test

import (
	"fmt"
	"os"
	"runtime"
	"sync"
	"testing"
	"unsafe"

	"github.com/kgen-go/kgen/ffi/ctype"
	"github.com/kgen-go/kgen/ffi/internal/plan"
	"github.com/kgen-go/kgen/ffi/internal/sigtest"
	"github.com/kgen-go/kgen/ffi/internal/sys"
)

// handlers are what callbacks run, by slot.
var handlers sync.Map

func TestMain(m *testing.M) {
	sys.SetHandler(func(f *sys.Frame) {
		h, _ := handlers.Load(f.Slot)
		h.(func(*sys.Frame))(f)
	})
	os.Exit(m.Run())
}

// library is a loaded fixture.
type library struct {
	t       testing.TB
	handle  uintptr
	in, out unsafe.Pointer
}

func open(t testing.TB, path string) *library {
	t.Helper()
	handle, err := sys.Open(path, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := sys.Close(handle); err != nil {
			t.Error(err)
		}
	})
	l := &library{t: t, handle: handle}
	l.in, l.out = l.symbol(sigtest.InName), l.symbol(sigtest.OutName)
	return l
}

func (l *library) symbol(name string) unsafe.Pointer {
	l.t.Helper()
	addr, err := sys.Symbol(l.handle, name)
	if err != nil {
		l.t.Fatal(err)
	}
	return addr
}

// slice is n bytes of the fixture's memory.
func slice(base unsafe.Pointer, offset int64, n int) []byte {
	return unsafe.Slice((*byte)(unsafe.Add(base, offset)), n)
}

// trial is one prototype with its plan and memory for its values.
type trial struct {
	*library
	proto  *sigtest.Prototype
	plan   *plan.Plan
	values *sigtest.Values
	args   []*sigtest.Cell
	at     []int64
	result *sigtest.Cell
}

func newTrial(l *library, p *sigtest.Prototype) (*trial, error) {
	made, err := plan.New(p.Func, p.Extra)
	if err != nil {
		return nil, err
	}
	r := &trial{library: l, proto: p, plan: made, values: p.NewValues(), result: sigtest.NewCell(p.Target, p.Result())}
	r.at, _ = p.Slots()
	for _, t := range p.Args() {
		r.args = append(r.args, sigtest.NewCell(p.Target, t))
	}
	return r, nil
}

func (r *trial) pointers() (list []unsafe.Pointer) {
	for _, a := range r.args {
		list = append(list, a.Pointer())
	}
	return list
}

// call calls C with random values and compares what arrives there and what comes back.
func (r *trial) call(round int) error {
	for i, a := range r.args {
		a.Fill(r.values)
		clear(slice(r.in, r.at[i], len(a.Bytes())))
	}
	want := sigtest.NewCell(r.proto.Target, r.proto.Result())
	want.Fill(r.values)
	copy(slice(r.out, 0, len(want.Bytes())), want.Bytes())
	r.result.Clear()
	r.plan.Call(r.symbol(r.proto.Name()), r.pointers(), r.result.Pointer(), plan.Options{Leaf: round%2 == 1, Errno: round == 2})
	for i, a := range r.args {
		if err := a.Diff(slice(r.in, r.at[i], len(a.Bytes()))); err != nil {
			return fmt.Errorf("argument %d: %w", i+1, err)
		}
	}
	return r.compareResult(want, r.result.Bytes())
}

func (r *trial) compareResult(want *sigtest.Cell, got []byte) error {
	if err := want.Diff(got); err != nil {
		return fmt.Errorf("result: %w", err)
	}
	return r.result.Guard()
}

// callback has C call Go with random values and compares what arrives here and what goes back.
func (r *trial) callback(slot int, caller *plan.Plan) error {
	var want []*sigtest.Cell
	for i, a := range r.args {
		a.Clear()
		w := sigtest.NewCell(r.proto.Target, a.Type)
		w.Fill(r.values)
		copy(slice(r.in, r.at[i], len(w.Bytes())), w.Bytes())
		want = append(want, w)
	}
	r.result.Fill(r.values)
	clear(slice(r.out, 0, len(r.result.Bytes())))
	handlers.Store(uint32(slot), func(f *sys.Frame) {
		r.plan.Receive(f, r.pointers())
		r.plan.Reply(f, r.result.Pointer())
	})
	fn := sys.SlotAddr(slot)
	caller.Call(r.symbol(r.proto.CallerName()), []unsafe.Pointer{unsafe.Pointer(&fn)}, nil, plan.Options{})
	for i, w := range want {
		if err := w.Diff(r.args[i].Bytes()); err != nil {
			return fmt.Errorf("argument %d: %w", i+1, err)
		}
		if err := r.args[i].Guard(); err != nil {
			return fmt.Errorf("argument %d: %w", i+1, err)
		}
	}
	return r.compareResult(r.result, slice(r.out, 0, len(r.result.Bytes())))
}

// TestPlans calls random functions, and has C call Go as each of them.
func TestPlans(t *testing.T) {
	pointer := ctype.PointerTo(ctype.Basic(ctype.Void))
	caller, err := plan.New(ctype.FuncOf(ctype.Basic(ctype.Void), pointer), nil)
	if err != nil {
		t.Fatal(err)
	}
	counts := sigtest.Counts{Short: [2]int{100, 20}, Usual: [2]int{1000, 100}, Soak: [2]int{10_000, 2000}}
	sigtest.Run(t, 1, counts.Now(), func(t *testing.T, b *sigtest.Batch) {
		l := open(t, b.Library)
		for _, p := range b.Prototypes {
			r, err := newTrial(l, p)
			if err != nil {
				b.Error(t, p, "plan", err)
				continue
			}
			for round := range sigtest.Rounds {
				if err := r.call(round); err != nil {
					b.Error(t, p, "call", err)
					break
				}
				if p.Loose() && runtime.GOOS == "windows" {
					continue // mingw's gcc fills one of the two registers that a callee may look at
				}
				if err := r.callback(b.Number, caller); err != nil {
					b.Error(t, p, "callback", err)
					break
				}
			}
		}
	})
}

// TestWrong calls functions that are not what the plan thinks. The oracle must see it.
func TestWrong(t *testing.T) {
	basic := ctype.Basic
	for _, c := range []struct {
		what         string
		is, declared *ctype.Type
	}{
		{"argument", ctype.FuncOf(basic(ctype.Int), basic(ctype.Int)), ctype.FuncOf(basic(ctype.Int), basic(ctype.LongLong))},
		{"result", ctype.FuncOf(basic(ctype.Short), basic(ctype.LongLong)), ctype.FuncOf(basic(ctype.LongLong), basic(ctype.LongLong))},
		{"order", ctype.FuncOf(basic(ctype.Void), basic(ctype.Double), basic(ctype.Float)), ctype.FuncOf(basic(ctype.Void), basic(ctype.Float), basic(ctype.Double))},
	} {
		t.Run(c.what, func(t *testing.T) {
			is := &sigtest.Prototype{Target: ctype.Host(), Func: c.is}
			l := open(t, sigtest.Compilers()[0].Build(t, sigtest.Fixture([]*sigtest.Prototype{is})))
			r, err := newTrial(l, &sigtest.Prototype{Target: ctype.Host(), Func: c.declared})
			if err != nil {
				t.Fatal(err)
			}
			for round := range sigtest.Rounds {
				if err = r.call(round); err != nil {
					return
				}
			}
			t.Error("nothing was found")
		})
	}
}
