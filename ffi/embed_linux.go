//go:build linux && !android && (amd64 || arm64) && !noffi

package ffi

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// openFS loads the file at name in f.
func openFS(f fs.FS, name string) (image, error) {
	if f == nil {
		return image{}, fmt.Errorf("%w: the file system is nil", ErrNotFound)
	}
	info, err := fs.Stat(f, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return image{}, fmt.Errorf("%w in the file system: %w", ErrNotFound, bare(err))
	case err != nil:
		return image{}, bare(err)
	case info.IsDir():
		return image{}, fmt.Errorf("%w: it is a folder", ErrNotLibrary)
	}
	data, err := fs.ReadFile(f, name)
	if err != nil {
		return image{}, bare(err)
	}
	if err := checkLibrary(bytes.NewReader(data), int64(len(data)), machine); err != nil {
		return image{}, err
	}
	return openData(path.Base(name), data, carriers)
}

// A carrier gives the loader, which takes paths only, a library that is data: it stores the data in
// a file. The memfd is nil unless the file lives in one.
type carrier struct {
	place string
	store func(name string, data []byte) (file string, fd *memfd, err error)
}

var carriers = []carrier{
	{"memory file", storeMemory},
	{"cache file", storeCached},
}

// openData loads the library from the first carrier that can store it.
func openData(name string, data []byte, carriers []carrier) (image, error) {
	var tried attempts
	for _, c := range carriers {
		file, fd, err := c.store(name, data)
		if err != nil {
			tried = append(tried, attempt{c.place, err})
			continue
		}
		img, err := dlopen(file)
		if err != nil {
			return image{}, errors.Join(err, fd.close())
		}
		img.memfd = fd
		return img, nil
	}
	return image{}, tried
}

// memfd is an anonymous file in memory. It is no os.File, because that would close itself when it becomes
// garbage while the loader still knows the library by the descriptor's path.
type memfd struct{ fd int }

func (m *memfd) path() string { return "/proc/self/fd/" + strconv.Itoa(m.fd) }

func (m *memfd) close() error {
	if m == nil {
		return nil
	}
	return unix.Close(m.fd)
}

// storeMemory makes a memory file; the name shows in /proc/self/maps and in debuggers.
func storeMemory(name string, data []byte) (string, *memfd, error) {
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
	return m.path(), m, nil
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

// storeCached makes a file in the cache folder that is named by its content.
func storeCached(_ string, data []byte) (string, *memfd, error) {
	dir, err := cacheFolder()
	if err != nil {
		return "", nil, err
	}
	file := filepath.Join(dir, fmt.Sprintf("%x.so", sha256.Sum256(data)))
	if intact(file, data) {
		return file, nil, nil
	}
	return file, nil, install(file, data)
}

// cacheFolder returns the folder for cached libraries. It refuses one that others could write to: what
// lies there is run.
func cacheFolder() (string, error) {
	base, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(base, "kgen-ffi")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	info, err := os.Lstat(dir)
	switch {
	case err != nil:
		return "", err
	case !info.IsDir():
		return "", fmt.Errorf("%s is not a folder", dir)
	case !owned(info):
		return "", fmt.Errorf("%s belongs to another user", dir)
	case info.Mode().Perm() != 0o700:
		return "", fmt.Errorf("%s has mode %#o, it must be 0700", dir, info.Mode().Perm())
	}
	return dir, nil
}

// intact reports whether a private file with this content is in place.
func intact(file string, data []byte) bool {
	info, err := os.Lstat(file)
	if err != nil || !info.Mode().IsRegular() || info.Mode().Perm() != 0o600 || !owned(info) {
		return false
	}
	old, err := os.ReadFile(file)
	return err == nil && bytes.Equal(old, data)
}

func owned(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Geteuid()
}

// install puts the content in place in one step, whatever is there: others may be reading or doing the same.
func install(file string, data []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(file), ".new-*")
	if err != nil {
		return err
	}
	_, err = tmp.Write(data)
	err = errors.Join(err, tmp.Chmod(0o600), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), file)
	}
	if err != nil {
		_ = os.Remove(tmp.Name()) // what went wrong before matters more
	}
	return err
}
