package load

import (
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/kgen-go/kgen/csrc/csrctest"
)

// encodeCache writes a cache as ldconfig does.
func encodeCache(entries []cached, flags uint32) []byte {
	order := binary.LittleEndian
	data := append([]byte(cacheMagic), make([]byte, cacheHeader-len(cacheMagic))...)
	order.PutUint32(data[20:], uint32(len(entries)))
	data[28] = 2 // little-endian
	var text []byte
	start := cacheHeader + cacheEntry*len(entries)
	add := func(s string) uint32 {
		at := start + len(text)
		text = append(append(text, s...), 0)
		return uint32(at)
	}
	for _, e := range entries {
		data = order.AppendUint32(data, flags)
		data = order.AppendUint32(data, add(e.name))
		data = order.AppendUint32(data, add(e.path))
		data = order.AppendUint32(data, 0)
		capabilities := uint64(0)
		if !e.plain {
			capabilities = 1<<62 | 1
		}
		data = order.AppendUint64(data, capabilities)
	}
	order.PutUint32(data[24:], uint32(len(text)))
	return append(data, text...)
}

var someCache = []cached{
	{"libfoo.so.2", "/usr/lib/libfoo.so.2", true},
	{"libfoo.so.1", "/usr/lib/glibc-hwcaps/x86-64-v3/libfoo.so.1", false},
	{"libfoo.so.1", "/usr/lib/libfoo.so.1", true},
}

func TestParseCache(t *testing.T) {
	data := encodeCache(someCache, cacheAMD64)
	old := append([]byte(oldCacheMagic), 0, 1, 0, 0, 0) // one entry of 12 bytes, and 4 for alignment
	old = append(old, make([]byte, oldCacheEntry+4)...)
	for name, data := range map[string][]byte{"new": data, "after an old one": append(old, data...)} {
		list, err := parseCache(data, cacheAMD64)
		if err != nil || !reflect.DeepEqual(list, someCache) {
			t.Errorf("%s: %v (%v), want %v", name, list, err, someCache)
		}
		if list, err := parseCache(data, cacheARM64); err != nil || len(list) != 0 {
			t.Errorf("%s: %v (%v) for another processor, want nothing", name, list, err)
		}
	}
	c := cache{list: someCache}
	if got, want := c.paths("libfoo.so.1"), []string{"/usr/lib/libfoo.so.1"}; !slices.Equal(got, want) {
		t.Errorf("paths %v, want %v", got, want)
	}
	for cut := range data {
		if _, err := parseCache(data[:cut], cacheAMD64); err == nil {
			t.Errorf("a cache that is cut off after %d bytes of %d is accepted", cut, len(data))
		}
	}
	relative := encodeCache([]cached{{"libfoo.so.1", "libfoo.so.1", true}}, cacheAMD64)
	if list, err := parseCache(relative, cacheAMD64); !errors.Is(err, errCachePath) || list != nil {
		t.Errorf("a path in the current folder: %v (%v), want %v", list, err, errCachePath)
	}
	data[28] = cacheBigEndian
	if _, err := parseCache(data, cacheAMD64); !errors.Is(err, errCacheOrder) {
		t.Errorf("error %v, want %v", err, errCacheOrder)
	}
}

// TestRealCache reads this machine's cache: every entry is an absolute path to a file with the name.
func TestRealCache(t *testing.T) {
	const file = "/etc/ld.so.cache"
	if _, err := os.Stat(file); err != nil {
		csrctest.Missing(t, "there is no %s", file)
	}
	found := 0
	for _, arch := range linuxArchs {
		c := readCache(file, arch.flags)
		if c.err != nil {
			t.Fatal(c.err)
		}
		for _, e := range c.list {
			if !filepath.IsAbs(e.path) || filepath.Base(e.path) != e.name {
				t.Errorf("%+v is odd", e)
			}
		}
		found += len(c.paths("libc.so.6"))
	}
	if found == 0 {
		t.Error("the cache does not list libc.so.6")
	}
}

// FuzzParseCache shows that no cache is too odd.
func FuzzParseCache(f *testing.F) {
	f.Add(encodeCache(someCache, cacheAMD64))
	f.Add(append(append([]byte(oldCacheMagic), 0, 0, 0, 0, 0), encodeCache(someCache, cacheAMD64)...))
	f.Fuzz(func(t *testing.T, data []byte) {
		list, err := parseCache(data, cacheAMD64)
		if err != nil && list != nil {
			t.Error("entries beside an error")
		}
	})
}
