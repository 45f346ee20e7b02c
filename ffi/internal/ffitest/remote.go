package ffitest

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// envServer holds the address of a compile server and the word that it wants to hear. A Windows program that wine runs
// cannot start a compiler of the host, so it asks the test that started it.
const envServer = "KGEN_TEST_CC_SERVER"

// request asks for one run of the compiler, with file names of the host.
type request struct {
	Secret string
	Args   []string
}

type reply struct {
	Text  string // what the compiler printed
	Error string // "" for success
}

// serve runs the compiler for whoever knows the secret until the test is over. It returns the value of envServer.
func serve(t testing.TB, compiler string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { listener.Close() })
	secret := rand.Text()
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go answer(conn, compiler, secret)
		}
	}()
	return listener.Addr().String() + "/" + secret
}

func answer(conn net.Conn, compiler, secret string) {
	defer conn.Close()
	var q request
	if err := json.NewDecoder(conn).Decode(&q); err != nil || q.Secret != secret {
		return
	}
	text, err := exec.Command(compiler, q.Args...).CombinedOutput()
	a := reply{Text: string(text)}
	if err != nil {
		a.Error = err.Error()
	}
	_ = json.NewEncoder(conn).Encode(a) // a client that is gone needs no answer
}

// ask has the server at the address run the compiler.
func ask(address string, args []string) ([]byte, error) {
	host, secret, _ := strings.Cut(address, "/")
	conn, err := net.Dial("tcp", host)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	for i, arg := range args {
		args[i] = hostPath(arg)
	}
	if err := json.NewEncoder(conn).Encode(request{secret, args}); err != nil {
		return nil, err
	}
	var a reply
	if err := json.NewDecoder(conn).Decode(&a); err != nil {
		return nil, err
	}
	if a.Error != "" {
		err = errors.New(a.Error)
	}
	return []byte(a.Text), err
}

// hostPath turns an absolute path as wine shows it into the host's, and leaves other arguments as they are.
func hostPath(arg string) string {
	if drive := filepath.VolumeName(arg); len(drive) == 2 {
		return os.Getenv("WINEPREFIX") + "/dosdevices/" + strings.ToLower(drive) + filepath.ToSlash(arg[2:])
	}
	return arg
}
