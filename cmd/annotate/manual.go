package main

const manual = `annotate shows where time goes and why: a heat map of bounds checks, allocations, calls and
loops over Go packages and kernels, from what the compilers say and from their machine code.

Usage:

	annotate [flags] [packages]
	annotate serve [flags] [packages]
	annotate diff [-json] [-force] old.json new.json
	annotate version
	annotate help

Packages are named as for the go command; none means the one in the current folder.

	annotate ./...                    the worst lines, on a terminal
	annotate ./... > report.html      the whole report, one file that needs no network

What to compile:

	-C DIR            change to DIR first
	-tags LIST        build tags
	-mod MODE         readonly, vendor or mod
	-modfile FILE     an alternate go.mod
	-pgo FILE         profile for the compiler: a file, auto or off
	-overlay FILE     sources to replace, as for the go command
	-gcflags FLAGS    for the compiler, besides annotate's own, as -l; not -N
	-tests            compile the tests as well
	-cc LIST          C compilers to ask about kernels, as gcc,clang; none asks no one
	                  (default: the one that kgen uses; CC names it)

GOOS, GOARCH, CGO_ENABLED, GOFLAGS and the other variables of the go command hold.

Where the weight comes from; without these, from the depth of loops:

	-profile FILE     a CPU profile of a program with these packages
	-memprofile FILE  an allocation profile
	-bench REGEXP     run the packages' benchmarks and use their profiles

What to write:

	-o FILE           write to FILE; without it to the standard output, and there
	                  the worst lines if that is a terminal, else the page
	-html             the page, even beside -gate
	-json             the data; the schema is in docs/annotate.md
	-text             one finding a line, as FILE:LINE:COL: text
	-n N              the N worst lines, to anything but a terminal too (20)
	-open             show the page in a browser
	-max-size BYTES   of the page (10000000); it says what it left out

What to compare and to judge:

	-base REV         compare with that revision of the repository
	-old FILE         compare with a report that -json wrote
	-force            compare reports of unlike builds
	-gate LIST        limits, as 'bounds-in-loop<=0,heap-per-call<=2,new<=0'

Directives //annotate:nobounds, //annotate:noalloc and //annotate:inline in the source, on a line, a loop or
a function, are judged in every report, without a flag.

Serve:

	-addr ADDR        loopback address to listen on (127.0.0.1:7077)
	-editor COMMAND   opens a line, as 'code -g {file}:{line}:{col}'; ANNOTATE_EDITOR is the default
	-open             show the page in a browser

Exit codes: 0 fine, 1 an error or nothing that could be judged, 2 wrong usage, 3 a gate or directive is broken.
`
