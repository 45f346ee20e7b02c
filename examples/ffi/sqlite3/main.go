// Command sqlite3 opens, writes and queries a data base of SQLite with nothing but the C declarations of sqlite3.h in this
// folder: no Go types for C's functions, no compiler.
package main

import (
	_ "embed"
	"fmt"
	"log"
	"unsafe"

	"github.com/kgen-go/kgen/ffi"
)

//go:embed sqlite3.h
var declarations string

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	db, err := open(":memory:")
	if err != nil {
		return err
	}
	defer db.close()
	if _, err := db.do("sqlite3_exec", db.handle, "create table city(name text, people real)", nil, nil, nil); err != nil {
		return err
	}
	if err := db.insert(); err != nil {
		return err
	}
	if err := db.list(); err != nil {
		return err
	}
	if err := db.query("select name, people from city where people > ? order by people desc", 1e6); err != nil {
		return err
	}
	_, err = db.do("sqlite3_exec", db.handle, "select * from nowhere", nil, nil, nil)
	fmt.Println("an error:", err)
	return nil
}

// database is an open data base.
type database struct {
	lib    *ffi.Lib
	decls  *ffi.Decls
	arena  *ffi.Arena // for what C writes results to
	handle ffi.Value  // a sqlite3 *
}

func open(path string) (*database, error) {
	lib, err := ffi.Load("sqlite3")
	if err != nil {
		return nil, err
	}
	d, err := ffi.CDef(declarations)
	if err != nil {
		return nil, err
	}
	if err := lib.Declare(d); err != nil {
		return nil, err
	}
	db := &database{lib: lib, decls: d, arena: ffi.NewArena()}
	out, err := d.New(db.arena, "sqlite3 *")
	if err != nil {
		return nil, err
	}
	status, err := lib.Call("sqlite3_open", path, out)
	if err != nil {
		return nil, err
	}
	// There is a handle even when opening failed: it has the message.
	if db.handle, err = out.Get(""); err != nil {
		return nil, err
	}
	return db, db.check("sqlite3_open", status)
}

func (db *database) close() {
	if _, err := db.do("sqlite3_close", db.handle); err != nil {
		log.Print(err)
	}
	if err := db.arena.Free(); err != nil {
		log.Print(err)
	}
	if err := db.lib.Close(); err != nil {
		log.Print(err)
	}
}

// is reports whether a status is the constant of that name.
func (db *database) is(status ffi.Value, name string) bool {
	c, ok := db.decls.Const(name)
	return ok && status.String() == c.String()
}

// do calls a function whose result is a status.
func (db *database) do(function string, args ...any) (ffi.Value, error) {
	status, err := db.lib.Call(function, args...)
	if err != nil {
		return status, err
	}
	return status, db.check(function, status)
}

// check makes an error of a status, unless it is one of the three that are none.
func (db *database) check(function string, status ffi.Value) error {
	if db.is(status, "SQLITE_OK") || db.is(status, "SQLITE_ROW") || db.is(status, "SQLITE_DONE") {
		return nil
	}
	text, err := db.lib.Call("sqlite3_errmsg", db.handle)
	if err != nil {
		return err
	}
	return fmt.Errorf("%s: %v (%v)", function, text, status)
}

// prepare compiles a statement.
func (db *database) prepare(sql string) (ffi.Value, error) {
	out, err := db.decls.New(db.arena, "sqlite3_stmt *")
	if err != nil {
		return ffi.Value{}, err
	}
	if _, err := db.do("sqlite3_prepare_v2", db.handle, sql, -1, out, nil); err != nil {
		return ffi.Value{}, err
	}
	return out.Get("")
}

// insert writes rows with a prepared statement.
func (db *database) insert() error {
	stmt, err := db.prepare("insert into city values(?, ?)")
	if err != nil {
		return err
	}
	// A Go string is C's for the call alone: SQLite is to copy it.
	transient, _ := db.decls.Const("SQLITE_TRANSIENT")
	for _, city := range []struct {
		name   string
		people float64
	}{{"Ulm", 129e3}, {"München", 1.5e6}, {"Berlin", 3.8e6}} {
		for _, call := range [][]any{
			{"sqlite3_bind_text", stmt, 1, city.name, len(city.name), transient},
			{"sqlite3_bind_double", stmt, 2, city.people},
			{"sqlite3_step", stmt},
			{"sqlite3_reset", stmt},
		} {
			if _, err := db.do(call[0].(string), call[1:]...); err != nil {
				return err
			}
		}
	}
	_, err = db.do("sqlite3_finalize", stmt)
	return err
}

// list prints all rows from a callback.
func (db *database) list() error {
	row := func(_ unsafe.Pointer, n int32, values, names **byte) int32 {
		v, k := unsafe.Slice(values, n), unsafe.Slice(names, n)
		for i := range v {
			fmt.Printf("%s=%s;", ffi.GoString(k[i]), ffi.GoString(v[i]))
		}
		fmt.Println()
		return 0
	}
	_, err := db.do("sqlite3_exec", db.handle, "select rowid, name from city", row, nil, nil)
	return err
}

// query prints the rows that a prepared statement with one argument finds.
func (db *database) query(sql string, arg float64) error {
	stmt, err := db.prepare(sql)
	if err != nil {
		return err
	}
	if _, err := db.do("sqlite3_bind_double", stmt, 1, arg); err != nil {
		return err
	}
	for {
		status, err := db.do("sqlite3_step", stmt)
		if err != nil {
			return err
		}
		if db.is(status, "SQLITE_DONE") {
			_, err = db.do("sqlite3_finalize", stmt)
			return err
		}
		name, err := db.lib.Call("sqlite3_column_text", stmt, 0)
		if err != nil {
			return err
		}
		people, err := db.lib.Call("sqlite3_column_double", stmt, 1)
		if err != nil {
			return err
		}
		fmt.Printf("%s has %.1f million people\n", name, people.Float()/1e6)
	}
}
