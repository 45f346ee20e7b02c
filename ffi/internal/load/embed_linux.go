//go:build linux && !android && (amd64 || arm64) && !noffi

package load

import (
	"errors"
	"fmt"
	"os"
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/kgen-go/kgen/ffi/internal/sys"
)

var carriers = []carrier{{"memory file", storeMemory}, cacheFile}

// memfd is an anonymous file in memory. It is no os.File, because that would close itself when it becomes
// garbage while the loader still knows the library by the descriptor's path.
type memfd struct{ fd int }

func (m *memfd) path() string { return "/proc/self/fd/" + strconv.Itoa(m.fd) }

func (m *memfd) close() error { return unix.Close(m.fd) }

// forget closes the file when the loader has forgotten it, after the library was unloaded: the loader recognises
// libraries by path, and a reused descriptor makes the same path. Some libraries are never unloaded, and
// theirs stays open for good.
func (m *memfd) forget() error {
	if sys.Resident(m.path()) {
		return nil
	}
	return m.close()
}

// storeMemory makes a memory file; the name shows in /proc/self/maps and in debuggers.
func storeMemory(name string, data []byte) (string, func() error, error) {
	const maxName = 249 // the kernel's limit
	fd, err := createMemory(name[:min(len(name), maxName)])
	if err != nil {
		return "", nil, fmt.Errorf("memfd_create: %w", err)
	}
	m := &memfd{fd}
	if err = m.write(data); err == nil {
		err = m.usable()
	}
	if err != nil {
		return "", nil, errors.Join(err, m.close())
	}
	return m.path(), m.forget, nil
}

// createMemory says that the file is no program, which hardened systems demand and kernels before 6.3 do not understand.
func createMemory(name string) (int, error) {
	fd, err := unix.MemfdCreate(name, unix.MFD_CLOEXEC|unix.MFD_NOEXEC_SEAL)
	if errors.Is(err, unix.EINVAL) {
		return unix.MemfdCreate(name, unix.MFD_CLOEXEC)
	}
	return fd, err
}

func (m *memfd) write(data []byte) error {
	for len(data) > 0 {
		n, err := unix.Write(m.fd, data)
		if err != nil && !errors.Is(err, unix.EINTR) {
			return fmt.Errorf("write: %w", err)
		}
		data = data[max(n, 0):]
	}
	return nil
}

// usable makes sure that the loader will reach the file (/proc may be absent) and may run what is
// in it (a security policy may forbid that).
func (m *memfd) usable() error {
	if _, err := os.Stat(m.path()); err != nil {
		return err
	}
	page, err := unix.Mmap(m.fd, 0, headerSize, unix.PROT_READ|unix.PROT_EXEC, unix.MAP_PRIVATE)
	if err != nil {
		return fmt.Errorf("mmap: %w", err)
	}
	return unix.Munmap(page)
}
