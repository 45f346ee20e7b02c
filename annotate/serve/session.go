package serve

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/kgen-go/kgen/annotate/page"
	"github.com/kgen-go/kgen/annotate/report"
)

// session is one run of a server. What is above the lock does not change while it serves.
type session struct {
	config Config
	url    string // of the page
	run    string // names this run, so that no version of the page is one of another run
	token  string // with which the page proves itself

	other *report.Report // see mark

	mu      sync.Mutex
	now     snapshot
	changed chan struct{} // closed when now is no longer what it was
}

// snapshot is what handlers see.
type snapshot struct {
	report  *report.Report // nil before the first build ended
	page    []byte
	builds  int // that report and page are the result of, counted
	phase   phase
	message string // how far the build is, or why it failed
}

// phase is what became of the latest change of the sources.
type phase uint8

const (
	building phase = iota
	ready
	failed
)

func newSession(c Config, url string) *session {
	return &session{config: c, url: url, run: rand.Text(), token: rand.Text(), changed: make(chan struct{})}
}

// say prints a line for people.
func (s *session) say(format string, args ...any) {
	if s.config.Stderr != nil {
		fmt.Fprintf(s.config.Stderr, "annotate serve: "+format+"\n", args...)
	}
}

// snapshot returns what is the case, and a channel that is closed when it no longer is.
func (s *session) snapshot() (snapshot, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now, s.changed
}

// publish lets the handlers see what change makes of the snapshot.
func (s *session) publish(change func(*snapshot)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.now)
	close(s.changed)
	s.changed = make(chan struct{})
}

// version names a page.
func (s *session) version(builds int) string { return fmt.Sprintf("%s-%d", s.run, builds) }

// quiet is how long the sources must have rested before a build begins: editors and version control write in bursts.
const quiet = 40 * time.Millisecond

// work builds, at once and then after each change, until the context is cancelled. A change while a build runs cancels it; the next
// begins when it is gone and the sources have rested.
func (s *session) work(ctx context.Context, w *watcher) error {
	w.refresh()
	current := s.start(ctx)
	defer func() { current.stop() }()
	var rested <-chan time.Time // nil unless there is a change that no build has seen
	settled := false            // the page shows the sources as they are
	change := func() {
		current.cancel()
		rested, settled = time.After(quiet), false
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case event := <-w.fs.Events:
			if w.relevant(event) && !(settled && s.shows(event.Name)) {
				change()
			}
		case err := <-w.fs.Errors:
			s.say("watching for changes: %v", err)
			w.grown = true
			change()
		case <-rested:
			rested = nil
			current.stop()
			w.refresh()
			current = s.start(ctx)
		case result := <-current.done:
			current.done = nil
			if rested != nil || ctx.Err() != nil {
				continue
			}
			if err := s.finish(result, current.started); err != nil {
				if s.now.report == nil {
					return err
				}
				continue
			}
			settled = true
			if w.follow(folders(result.report), current.started) {
				change()
			}
		}
	}
}

// build is a running or finished build.
type build struct {
	started time.Time
	cancel  context.CancelFunc
	done    chan result // nil when the result has been taken
}

// result is what a build ended with.
type result struct {
	report *report.Report
	err    error
}

// stop cancels a build and waits for its end.
func (b *build) stop() {
	b.cancel()
	if b.done != nil {
		<-b.done
		b.done = nil
	}
}

// start begins a build.
func (s *session) start(ctx context.Context) build {
	ctx, cancel := context.WithCancel(ctx)
	tell := func(message string) {
		s.publish(func(n *snapshot) {
			if ctx.Err() == nil { // else words of a build that is over
				n.phase, n.message = building, strings.TrimSpace(message)
			}
		})
	}
	tell("building")
	b := build{started: time.Now(), cancel: cancel, done: make(chan result, 1)}
	go func() {
		r, err := s.build(ctx, tell)
		cancel()
		b.done <- result{r, err}
	}()
	return b
}

// build calls Config.Build. A panic is an error: a source in the middle of an edit may be the first to show a mistake in annotate, and
// the next edit removes it.
func (s *session) build(ctx context.Context, progress func(string)) (r *report.Report, err error) {
	defer func() {
		if p := recover(); p != nil {
			s.say("internal error: %v\n%s", p, debug.Stack())
			err = fmt.Errorf("internal error: %v", p)
		}
	}()
	return s.config.Build(ctx, progress)
}

// finish publishes the page of a build that ended, or beside the page that is there why there is no new one, which it also returns.
func (s *session) finish(r result, started time.Time) error {
	before := s.now.report // written by this goroutine only
	if r.err == nil {
		r.err = broken(before, r.report)
	}
	var content []byte
	if r.err == nil {
		content, r.err = s.render(before, r.report)
	}
	if r.err != nil {
		if before != nil {
			s.say("%v", r.err)
		}
		s.publish(func(n *snapshot) { n.phase, n.message = failed, r.err.Error() })
		return r.err
	}
	s.publish(func(n *snapshot) {
		*n = snapshot{report: r.report, page: content, builds: n.builds + 1, phase: ready}
	})
	s.say("built in %.1f s", time.Since(started).Seconds())
	if before == nil && s.config.Open {
		go s.show()
	}
	return nil
}

// broken returns an error if packages no longer compile that did: a page without them would lose the reader's place.
func broken(before, now *report.Report) error {
	if before == nil {
		return nil
	}
	sound := make(map[string]bool)
	for _, p := range before.Packages {
		sound[p.Path] = p.Error == ""
	}
	var errs []error
	for _, p := range now.Packages {
		if p.Error != "" && sound[p.Path] {
			errs = append(errs, fmt.Errorf("%s: %s", p.Path, p.Error))
		}
	}
	return errors.Join(errs...)
}

// mark marks what is new in a report. If it cannot be compared with the one before, it may be with the last that this was true of: after the edit of a
// kernel there are reports without its lines until kgen has run, and then the marks are to show what the edit changed.
func (s *session) mark(before, now *report.Report) {
	if before == nil || s.config.Compare == nil {
		return
	}
	err := s.config.Compare(before, now)
	if err == nil {
		return
	}
	if s.other == nil || s.config.Compare(s.other, now) != nil {
		s.say("what is new is not marked: %v", err)
	}
	s.other = before
}

// render makes the page that follows the one of before.
func (s *session) render(before, now *report.Report) ([]byte, error) {
	s.mark(before, now)
	var b bytes.Buffer
	err := s.config.Render(&b, now, &page.Serve{
		Events:    "/events",
		Version:   s.version(s.now.builds + 1),
		EditorURL: s.editorURL,
	})
	return b.Bytes(), err
}

// shows reports whether the page shows the content that the file has: it was saved, but not changed.
func (s *session) shows(path string) bool {
	for _, f := range s.now.report.Files {
		if f.Abs != path {
			continue
		}
		data, err := os.ReadFile(path)
		return err == nil && slices.Equal(f.Source, report.SplitLines(string(data)))
	}
	return false
}
