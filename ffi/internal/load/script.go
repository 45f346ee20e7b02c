package load

import (
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"strings"
)

// scriptError says that a file is a linker script, a text such as `GROUP ( /lib/libm.so.6 AS_NEEDED ( … ) )`.
// Development packages install such texts under the names of libraries.
type scriptError struct {
	target string // the first shared library that it names: a path, a file's name, or -lm; "" for none
}

func (e *scriptError) Error() string {
	text := ErrNotLibrary.Error() + ": it is a linker script"
	if e.target != "" {
		text += "; load what it names, " + e.target
	}
	return text
}

func (e *scriptError) Unwrap() error { return ErrNotLibrary }

// path returns the path of what the script names, for a script in the folder.
func (e *scriptError) path(dir string) string {
	if short, ok := strings.CutPrefix(e.target, "-l"); ok {
		return filepath.Join(dir, "lib"+short+".so")
	}
	if filepath.IsAbs(e.target) {
		return e.target
	}
	return filepath.Join(dir, e.target)
}

var (
	scriptComment = regexp.MustCompile(`(?s)/\*.*?\*/`)
	scriptList    = regexp.MustCompile(`\b(?:GROUP|INPUT)\s*\(([^)]*)`)
	scriptWord    = regexp.MustCompile(`[^\s,()"]+`)
)

// readScript reads a linker script. It returns nil when the text is none.
func readScript(text []byte) *scriptError {
	list := scriptList.FindSubmatch(scriptComment.ReplaceAll(text, nil))
	if list == nil {
		return nil
	}
	for _, word := range scriptWord.FindAllString(string(list[1]), -1) {
		if isELFName(filepath.Base(word)) || strings.HasPrefix(word, "-l") && len(word) > len("-l") {
			return &scriptError{word}
		}
	}
	return &scriptError{}
}

// notELF tells the usual mistakes from each other.
func notELF(file io.ReaderAt, size int64) error {
	text, err := io.ReadAll(io.NewSectionReader(file, 0, 4096))
	if err != nil {
		return bare(err)
	}
	if size == 0 {
		return fmt.Errorf("%w: the file is empty", ErrNotLibrary)
	}
	if script := readScript(text); script != nil {
		return script
	}
	return fmt.Errorf("%w: it does not begin like an ELF file", ErrNotLibrary)
}
