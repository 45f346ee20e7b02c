// Package serve keeps the page of a report fresh while its sources are edited. It serves the machine that it runs on and nobody else.
//
// # Addresses
//
//	GET  /             the page, as Config.Render makes it; until the first build ends one that waits for it
//	GET  /events       server-sent events, see page.Serve
//	GET  /report.json  the report of the page, in the form of report.Encode
//	GET  /open         starts the editor; file, line and column say where, token proves that the server's own page asks
//
// # Security
//
// Sources are secrets. The server listens on a loopback address only. Other programs of the machine's users could read what a loopback
// server offers, as they could from any such server; other sites' pages in the same browser could not: a request must name a
// loopback host, which stops names that are bound to 127.0.0.1 (DNS rebinding), no answer allows reading across origins, and starting
// the editor takes a random token that only the page knows, for files of the report only.
//
// # Builds
//
// One goroutine owns all state (see session): it starts builds, cancels the one that runs as soon as a source changes, and publishes
// what came of them. Handlers read the published snapshot.
package serve

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"

	"github.com/kgen-go/kgen/annotate/output"
	"github.com/kgen-go/kgen/annotate/page"
	"github.com/kgen-go/kgen/annotate/report"
)

// DefaultAddr is where to listen unless Config says otherwise.
const DefaultAddr = "127.0.0.1:7077"

// Config says what to serve.
type Config struct {
	Addr string // loopback host and port, 0 for any free one; "" is DefaultAddr
	// Build makes the report anew. It is called again for each change, never twice at a time. It must end soon when its context is
	// cancelled, and may call progress, from any goroutine, with a few words for people. The server keeps the report and marks its
	// new findings.
	Build func(ctx context.Context, progress func(string)) (*report.Report, error)
	// Render writes the page of a report.
	Render func(w io.Writer, r *report.Report, s *page.Serve) error
	// Compare marks the findings of now that before does not have. nil marks none.
	Compare func(before, now *report.Report) error
	// Trees are folders to watch with all below them, where new packages may appear; see there. The folders of the report's packages and files and
	// the go.mod and go.work above them are watched in any case.
	Trees []string
	// Files are other files to build anew for: profiles.
	Files []string
	// Editor opens files; nil leaves the page without links.
	Editor *Editor
	Open   bool      // show the page in a browser once it is there
	Stderr io.Writer // for people: the address, what is going on
}

// Serve builds, listens and serves until the context is cancelled, which is no error. It fails if it cannot listen or if the first
// build fails; later failures are shown in the page.
func Serve(ctx context.Context, c Config) error {
	listener, err := listen(ctx, c.Addr)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s := newSession(c, "http://"+listener.Addr().String()+"/")
	w, err := newWatcher(c.Trees, c.Files, s.say)
	if err != nil {
		return errors.Join(fmt.Errorf("watching for changes: %w", err), listener.Close())
	}
	defer w.fs.Close()
	server := &http.Server{
		Handler:           s.handler(),
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ReadHeaderTimeout: 10 * time.Second,
	}
	served := make(chan error, 1)
	go func() {
		served <- server.Serve(listener)
		cancel()
	}()
	s.say("%s", s.url)
	err = s.work(ctx, w)
	cancel() // ends the streams of events
	stop(server)
	if failed := <-served; !errors.Is(failed, http.ErrServerClosed) {
		err = errors.Join(err, failed)
	}
	return err
}

// grace is how long answers in progress may take after the end.
const grace = 500 * time.Millisecond

func stop(server *http.Server) {
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	if server.Shutdown(ctx) != nil {
		server.Close()
	}
}

// listen opens the address, which must be a loopback one.
func listen(ctx context.Context, addr string) (net.Listener, error) {
	if addr == "" {
		addr = DefaultAddr
	}
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("address %s: want a host and a port like %s", addr, DefaultAddr)
	}
	if !loopback(host) {
		return nil, fmt.Errorf("address %s: not a loopback address: the page shows your sources and can start your editor, "+
			"so that it is for this machine only; use %s, from elsewhere through ssh -L", addr, DefaultAddr)
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, notListening(addr, err)
	}
	if at, ok := listener.Addr().(*net.TCPAddr); !ok || !at.IP.IsLoopback() {
		listener.Close()
		return nil, fmt.Errorf("address %s: %s is %s here, which is not a loopback address; use %s", addr, host, listener.Addr(), DefaultAddr)
	}
	return listener, nil
}

// loopback reports whether a host is this machine, seen from itself.
func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}

// addrInUse is how Windows says that a port is taken: WSAEADDRINUSE.
const addrInUse = syscall.Errno(10048)

func notListening(addr string, err error) error {
	if errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, addrInUse) {
		_, port, _ := net.SplitHostPort(addr)
		return fmt.Errorf("address %s: port %s is taken, perhaps by another annotate; choose one with -addr, such as -addr 127.0.0.1:0 for any free one",
			addr, port)
	}
	return fmt.Errorf("address %s: %w", addr, err)
}

// show opens the page in a browser. A failure is no reason to stop: the address has been printed.
func (s *session) show() {
	if err := output.Open(s.url); err != nil {
		s.say("%v", err)
	}
}
