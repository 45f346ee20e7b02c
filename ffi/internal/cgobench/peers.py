"""Measures calls of the functions of bench.c by ctypes and cffi, and prints nanoseconds as JSON."""

import ctypes
import json
import statistics
import sys
import timeit

import cffi

TEXT = b"a string of 26 characters."


def nanoseconds(f, *args):
    """Returns the median of some rounds. The loop's own time, a few nanoseconds, is in it."""
    names = {f"a{i}": a for i, a in enumerate(args)}
    timer = timeit.Timer(f"f({','.join(names)})", globals={"f": f, **names})
    n, _ = timer.autorange()
    n = max(1, n // 10)
    return statistics.median(timer.repeat(15, n)) / n * 1e9


def by_ctypes(path):
    lib = ctypes.CDLL(path, use_errno=True)
    i64, i16, f64 = ctypes.c_int64, ctypes.c_int16, ctypes.c_double
    pointer = ctypes.POINTER(f64)
    int_callback, double_callback = ctypes.CFUNCTYPE(i64, i64), ctypes.CFUNCTYPE(f64, f64)

    def function(name, result, *args):
        f = getattr(lib, name)
        f.restype, f.argtypes = result, args
        return f

    errno = function("k_errno", i64, i64)

    def checked(x):
        result = errno(x)
        if ctypes.get_errno():
            raise OSError(ctypes.get_errno())
        return result

    x = f64(3)
    return {
        "one call empty": nanoseconds(function("k_empty", None)),
        "one call 2 int64": nanoseconds(function("k_ints", i64, i64, i64), 1, 2),
        "one call 2 double": nanoseconds(function("k_doubles", f64, f64, f64), 1.0, 2.0),
        "one call int16, bool": nanoseconds(function("k_narrow", i64, i16, ctypes.c_bool), 1, True),
        "one call 4 mixed": nanoseconds(function("k_mixed", f64, f64, i64, pointer, ctypes.c_int32), 1.0, 2, ctypes.pointer(x), 4),
        "one call int64, errno": nanoseconds(checked, 5),
        "one call string": nanoseconds(function("k_length", i64, ctypes.c_char_p), TEXT),
        "callback round trip int64": nanoseconds(
            function("k_call_int", i64, int_callback, i64), int_callback(lambda x: x + 1), 7),
        "callback round trip double": nanoseconds(
            function("k_call_double", f64, double_callback, f64), double_callback(lambda x: x + 1), 7.0),
    }


def by_cffi(path):
    ffi = cffi.FFI()
    ffi.cdef("""
        void k_empty(void);
        int64_t k_ints(int64_t, int64_t);
        double k_doubles(double, double);
        int64_t k_narrow(int16_t, _Bool);
        double k_mixed(double, int64_t, const double *, int32_t);
        int64_t k_errno(int64_t);
        int64_t k_length(const char *);
        int64_t k_call_int(int64_t (*)(int64_t), int64_t);
        double k_call_double(double (*)(double), double);
    """)
    lib = ffi.dlopen(path)
    errno = lib.k_errno

    def checked(x):
        result = errno(x)
        if ffi.errno:
            raise OSError(ffi.errno)
        return result

    ffi.errno = 0
    return {
        "one call empty": nanoseconds(lib.k_empty),
        "one call 2 int64": nanoseconds(lib.k_ints, 1, 2),
        "one call 2 double": nanoseconds(lib.k_doubles, 1.0, 2.0),
        "one call int16, bool": nanoseconds(lib.k_narrow, 1, True),
        "one call 4 mixed": nanoseconds(lib.k_mixed, 1.0, 2, ffi.new("double *", 3), 4),
        "one call int64, errno": nanoseconds(checked, 5),
        "one call string": nanoseconds(lib.k_length, TEXT),
        "callback round trip int64": nanoseconds(lib.k_call_int, ffi.callback("int64_t(int64_t)", lambda x: x + 1), 7),
        "callback round trip double": nanoseconds(lib.k_call_double, ffi.callback("double(double)", lambda x: x + 1), 7.0),
    }


print(json.dumps({"ctypes": by_ctypes(sys.argv[1]), "cffi": by_cffi(sys.argv[1])}))
