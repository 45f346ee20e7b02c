package load

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
)

// cache is the loader's cache of a machine, or why it cannot be read.
type cache struct {
	file string
	list []cached
	err  error
}

// readCache reads the cache and keeps the entries with the flags.
func readCache(file string, flags uint32) *cache {
	c := &cache{file: file}
	data, err := os.ReadFile(file)
	if err != nil {
		c.err = bare(err)
	} else {
		c.list, c.err = parseCache(data, flags)
	}
	return c
}

// paths returns where the library of that name lies, leaving out builds that not every processor can run.
func (c *cache) paths(name string) []string {
	var paths []string
	for _, e := range c.list {
		if e.name == name && e.plain {
			paths = append(paths, e.path)
		}
	}
	return paths
}

// files returns the names of all libraries.
func (c *cache) files() []string {
	files := make([]string, len(c.list))
	for i, e := range c.list {
		files[i] = e.name
	}
	return files
}

// missing tells why the cache has no path for the name.
func (c *cache) missing(name string) error {
	if c.err != nil {
		return c.err
	}
	return fmt.Errorf("it does not list %s", name)
}

// cached is one library of the loader's cache.
type cached struct {
	name, path string
	plain      bool // for every processor of the architecture, not for its newer ones only
}

// The layout of /etc/ld.so.cache (glibc since 2.2): a header of 48 bytes with the magic words, the number of entries,
// the bytes of text and the byte order; the entries; the text. Offsets count from the header, before which an
// old cache of another layout may lie.
const (
	cacheMagic    = "glibc-ld.so.cache1.1"
	oldCacheMagic = "ld.so-1.7.0"

	cacheHeader   = 48
	cacheEntry    = 24 // flags, name, path, OS version: 4 bytes each; capabilities: 8
	oldCacheEntry = 12

	cacheBigEndian = 3 // the only byte order that is not ours
)

// Which libraries the entries are for: glibc's number for the C library and architecture.
const (
	cacheAMD64 = 0x0303
	cacheARM64 = 0x0a03
)

var (
	errCacheMagic = errors.New("it does not begin like a cache")
	errCacheShort = errors.New("it is cut off")
	errCacheOrder = errors.New("it is for another byte order")
	errCachePath  = errors.New("it is damaged: a path in it would depend on the current folder")
)

// parseCache returns the cache's entries with the flags, in its order.
func parseCache(data []byte, flags uint32) ([]cached, error) {
	data, err := newCache(data)
	if err != nil {
		return nil, err
	}
	if len(data) < cacheHeader {
		return nil, errCacheShort
	}
	n := uint64(binary.LittleEndian.Uint32(data[20:]))
	if data[28]&3 == cacheBigEndian {
		return nil, errCacheOrder
	}
	if n*cacheEntry > uint64(len(data)-cacheHeader) {
		return nil, errCacheShort
	}
	var list []cached
	for entry := range slices.Chunk(data[cacheHeader:cacheHeader+n*cacheEntry], cacheEntry) {
		if binary.LittleEndian.Uint32(entry) != flags {
			continue
		}
		name, ok1 := cString(data, binary.LittleEndian.Uint32(entry[4:]))
		path, ok2 := cString(data, binary.LittleEndian.Uint32(entry[8:]))
		switch {
		case !ok1 || !ok2:
			return nil, errCacheShort
		case !strings.HasPrefix(path, "/"):
			return nil, errCachePath
		}
		list = append(list, cached{name, path, binary.LittleEndian.Uint64(entry[16:]) == 0})
	}
	return list, nil
}

// newCache skips the old cache that may come first.
func newCache(data []byte) ([]byte, error) {
	if bytes.HasPrefix(data, []byte(oldCacheMagic)) {
		const header = 16
		if len(data) < header {
			return nil, errCacheShort
		}
		end := header + uint64(binary.LittleEndian.Uint32(data[12:]))*oldCacheEntry
		end = (end + 7) &^ 7
		if end > uint64(len(data)) {
			return nil, errCacheShort
		}
		data = data[end:]
	}
	if !bytes.HasPrefix(data, []byte(cacheMagic)) {
		return nil, errCacheMagic
	}
	return data, nil
}

// cString returns the text at an offset up to its zero byte.
func cString(data []byte, at uint32) (string, bool) {
	if uint64(at) >= uint64(len(data)) {
		return "", false
	}
	text, _, ok := bytes.Cut(data[at:], []byte{0})
	return string(text), ok
}
