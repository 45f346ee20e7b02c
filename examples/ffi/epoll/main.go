//go:build linux && !noffi

// Command epoll waits for a pipe with Linux's epoll, whose struct epoll_event is packed on amd64, so that no
// Go struct has its layout.
package main

import (
	"fmt"
	"log"

	"github.com/kgen-go/kgen/ffi"
)

const declarations = `
#define EPOLLIN 1
#define EPOLL_CTL_ADD 1

typedef union epoll_data {
	void *ptr;
	int fd;
	uint32_t u32;
	uint64_t u64;
} epoll_data_t;

#ifdef __x86_64__
#define PACKED __attribute__((packed))
#else
#define PACKED
#endif

struct epoll_event {
	uint32_t events;
	epoll_data_t data;
} PACKED;

int epoll_create1(int flags);
int epoll_ctl(int epfd, int op, int fd, struct epoll_event *event);
int epoll_wait(int epfd, struct epoll_event *events, int maxevents, int timeout);
int pipe(int fd[2]);
int dprintf(int fd, const char *format, ...);
ssize_t read(int fd, void *buf, size_t n);
int close(int fd);
`

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	d, err := ffi.CDef(declarations)
	if err != nil {
		return err
	}
	libc := caller{ffi.Self()}
	if err := libc.Declare(d); err != nil {
		return err
	}
	arena := ffi.NewArena()
	defer arena.Free()

	var fds [2]int32
	libc.must("pipe", &fds)
	epoll := libc.must("epoll_create1", 0)
	event, err := d.New(arena, "struct epoll_event")
	if err != nil {
		return err
	}
	fmt.Println("an event has", len(event.Bytes()), "bytes")
	in, _ := d.Const("EPOLLIN")
	add, _ := d.Const("EPOLL_CTL_ADD")
	if err := event.Set("events", in); err != nil {
		return err
	}
	if err := event.Set("data.u64", uint64(0x1122334455667788)); err != nil {
		return err
	}
	libc.must("epoll_ctl", epoll, add, fds[0], event)

	events, err := d.New(arena, "struct epoll_event[4]")
	if err != nil {
		return err
	}
	fmt.Println("before:", libc.must("epoll_wait", epoll, events, 4, 0), "events")
	libc.must("dprintf", fds[1], "%s %d", "message", 1)
	fmt.Println("after:", libc.must("epoll_wait", epoll, events, 4, 1000), "event")
	data, err := events.Get("[0].data.u64")
	if err != nil {
		return err
	}
	buf := make([]byte, 64)
	n := libc.must("read", fds[0], buf, len(buf)).Int()
	fmt.Printf("data %#x, read %q\n", data.Uint(), buf[:n])

	for _, fd := range []any{epoll, fds[0], fds[1]} {
		libc.must("close", fd)
	}
	return nil
}

// caller is a library whose functions return -1 when they fail.
type caller struct{ *ffi.Lib }

func (l caller) must(name string, args ...any) ffi.Value {
	v, err := l.Call(name, args...)
	if err == nil && v.Int() == -1 {
		err = fmt.Errorf("%s: %w", name, v.Errno())
	}
	if err != nil {
		log.Fatal(err)
	}
	return v
}
