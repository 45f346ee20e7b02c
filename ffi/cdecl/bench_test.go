package cdecl_test

import (
	"testing"

	"github.com/kgen-go/kgen/ffi/cdecl"
	"github.com/kgen-go/kgen/ffi/cdecl/cdecltest"
)

const twentyLines = `
typedef struct sqlite3 sqlite3;
typedef struct sqlite3_stmt sqlite3_stmt;
typedef long long sqlite3_int64;
#define SQLITE_OK 0
#define SQLITE_ROW 100
#define SQLITE_DONE 101
#define SQLITE_TRANSIENT ((void (*)(void *))-1)
int sqlite3_open(const char *filename, sqlite3 **db);
int sqlite3_close(sqlite3 *db);
int sqlite3_exec(sqlite3 *db, const char *sql, int (*callback)(void *, int, char **, char **), void *arg, char **errmsg);
int sqlite3_prepare_v2(sqlite3 *db, const char *sql, int n, sqlite3_stmt **stmt, const char **tail);
int sqlite3_step(sqlite3_stmt *stmt);
int sqlite3_finalize(sqlite3_stmt *stmt);
int sqlite3_bind_int64(sqlite3_stmt *stmt, int i, sqlite3_int64 v);
int sqlite3_bind_text(sqlite3_stmt *stmt, int i, const char *text, int n, void (*destroy)(void *));
sqlite3_int64 sqlite3_column_int64(sqlite3_stmt *stmt, int col);
const unsigned char *sqlite3_column_text(sqlite3_stmt *stmt, int col);
const char *sqlite3_errmsg(sqlite3 *db);
void sqlite3_free(void *p);
`

func BenchmarkTextOf20Lines(b *testing.B) {
	for b.Loop() {
		if _, err := cdecl.Text("bench.h", twentyLines, cdecl.Config{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkHeader(b *testing.B) {
	for _, h := range cdecltest.Libraries {
		b.Run(h.Name, func(b *testing.B) {
			cdecltest.Need(b, h)
			for b.Loop() {
				if _, err := cdecl.Header(h.Name, cdecl.Config{System: true, Include: h.Include}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
