package ffi

import (
	"errors"
	"testing"
)

// FuzzParseTag looks for tags that are taken for more than they say.
func FuzzParseTag(f *testing.F) {
	for _, text := range []string{"", "name", "name,optional", "name,leaf,fail=-1,free=free", "name,fail=", "name,,", ",leaf", "name,fail=0x10,quick"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		tag, err := parseTag(text)
		if err != nil {
			if !errors.Is(err, ErrUsage) {
				t.Errorf("%q: error %v, want ErrUsage", text, err)
			}
			return
		}
		if _, err := gather(forFunc, tag.options); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	})
}
