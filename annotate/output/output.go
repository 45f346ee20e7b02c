// Package output puts results where people look: into files, without harm to other files, and before their eyes, in a browser or an editor.
package output

import (
	"bufio"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Write makes the file of the path hold what write writes, all of it or, after an error, what it held before.
//
// A file that is there already is replaced only if it is empty or begins as annotate's own do: JSON with its schema, text with a line
// "# annotate/1", HTML with <meta name="generator" content="annotate/1"> first in its head, but for the charset. Its permissions stay; a
// symbolic link stays too, and the file that it leads to is written. Pipes and devices are written to directly.
func Write(path string, write func(io.Writer) error) error {
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return fmt.Errorf("%s: is a folder; name a file", path)
	case err == nil && !info.Mode().IsRegular():
		return direct(path, write)
	case err == nil:
		if err := mayReplace(path, info); err != nil {
			return err
		}
	case !errors.Is(err, fs.ErrNotExist):
		return notWritten(path, err)
	}
	mode := fs.FileMode(0o666)
	if err == nil {
		mode = info.Mode().Perm()
	}
	return replace(path, mode, err == nil, write)
}

// temporary begins the names of files that are being written.
const temporary = ".annotate-"

// replace writes a temporary file beside the one of the path and renames it. keep says that the mode is to be kept whatever the umask says.
func replace(path string, mode fs.FileMode, keep bool, write func(io.Writer) error) error {
	target := followed(path)
	f, err := os.OpenFile(filepath.Join(filepath.Dir(target), temporary+rand.Text()), os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return notCreated(path, filepath.Dir(target), err)
	}
	err = buffered(f, write)
	if keep {
		err = errors.Join(err, f.Chmod(mode))
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), target)
	}
	if err != nil {
		os.Remove(f.Name())
		return notWritten(path, err)
	}
	return nil
}

// direct writes to what cannot be replaced: a pipe, a terminal, a device.
func direct(path string, write func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return notWritten(path, err)
	}
	if err := errors.Join(buffered(f, write), f.Close()); err != nil {
		return notWritten(path, err)
	}
	return nil
}

func buffered(f *os.File, write func(io.Writer) error) error {
	w := bufio.NewWriterSize(f, 1<<16)
	if err := write(w); err != nil {
		return err
	}
	return w.Flush()
}

// maxLinks is how long a chain of symbolic links may be; systems have limits alike.
const maxLinks = 40

// followed returns the path behind symbolic links, also of links that lead to no file yet.
func followed(path string) string {
	target := path
	for range maxLinks {
		link, err := os.Readlink(target)
		if err != nil {
			return target
		}
		if !filepath.IsAbs(link) {
			link = filepath.Join(filepath.Dir(target), link)
		}
		target = link
	}
	return path
}

// ours are the ways in which the files begin that annotate writes: JSON, text, HTML.
var ours = []*regexp.Regexp{
	regexp.MustCompile(`^\s*\{\s*"schema"\s*:\s*"annotate/[0-9]`),
	regexp.MustCompile(`^# annotate/[0-9]`),
	regexp.MustCompile(`(?i)^\s*<!doctype html>\s*<html[^<>]*>\s*<head>\s*(?:<meta charset[^<>]*>\s*)?<meta name="generator" content="annotate/[0-9]`),
}

// headSize is how much of a file decides whether it is annotate's own.
const headSize = 512

// mayReplace returns an error for a file that annotate did not write, or that its owner protects.
func mayReplace(path string, info fs.FileInfo) error {
	if info.Mode().Perm()&0o200 == 0 {
		return fmt.Errorf("%s: is read-only; make it writable or choose another name", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return notWritten(path, err)
	}
	defer f.Close()
	head, err := io.ReadAll(io.LimitReader(f, headSize))
	if err != nil {
		return notWritten(path, err)
	}
	if len(head) > 0 && !slices.ContainsFunc(ours, func(begin *regexp.Regexp) bool { return begin.Match(head) }) {
		return fmt.Errorf("%s: exists and is not a report; remove it or choose another name", path)
	}
	return nil
}

// notCreated explains why there can be no new file in the folder.
func notCreated(path, dir string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist) && !isThere(dir):
		return fmt.Errorf("%s: not written: there is no folder %s", path, dir)
	case errors.Is(err, fs.ErrNotExist): // as in /proc on Linux
		return fmt.Errorf("%s: not written: the folder %s takes no new files", path, dir)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%s: not written: the folder %s may not be written to", path, dir)
	}
	return notWritten(path, err)
}

func isThere(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// notWritten says which file an error kept from being written; the name of the temporary one is of no interest.
func notWritten(path string, err error) error {
	var at *fs.PathError
	var link *os.LinkError
	if errors.As(err, &at) && (at.Path == path || strings.HasPrefix(filepath.Base(at.Path), temporary)) {
		err = at.Err
	} else if errors.As(err, &link) {
		err = link.Err
	}
	return fmt.Errorf("%s: not written: %w", path, err)
}
