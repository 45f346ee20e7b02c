# The two commands for a new machine are `make demo` and `make test`. Neither needs a set-up step.

GO    ?= go
KGEN   = bin/kgen
ANNOTATE = bin/annotate
STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2

# Tools that some steps want beside Go: Debian's packages.
PACKAGES = gcc libc6-dev clang tcc qemu-user gcc-aarch64-linux-gnu libc6-dev-arm64-cross libclang-rt-14-dev \
	wine64 gcc-mingw-w64-x86-64 \
	libsqlite3-dev zlib1g-dev libuv1-dev libgit2-dev libglib2.0-dev libssl-dev libgmp-dev python3-cffi \
	git chromium $(shell command -v npm >/dev/null || echo nodejs npm)

# -build where there is a C compiler; without one the Go kernels run alone.
BUILD = $(shell for cc in $(firstword $(CC)) gcc clang tcc; do command -v $$cc && break; done | sed 's/.*/-build/')

# cgo is on where it works. Go's C does not compile with tcc, and Go must not even try: it names /dev/null as the
# output of its probes, and tcc deletes its output first, which root may do.
CGO := $(shell echo __TINYC__ | $$($(GO) env CC) -E - 2>&1 | grep -qx __TINYC__ && $(GO) build runtime/cgo 2>&1 && echo works)
ifneq ($(CGO),works)
export CGO_ENABLED = 0
endif

.PHONY: demo test check bench fuzz soak deps generate clean

# annotate shows the kernel by two profiles: of the C that the program runs, and of the Go that it runs without a C compiler.
demo: $(KGEN) $(ANNOTATE)
	$(KGEN) -typed -target go,c $(BUILD) examples/julia/calc.kg
	$(KGEN) -typed -target go,c $(BUILD) -nobounds -o examples/julia/nobounds examples/julia/calc.kg
	$(GO) run ./examples/julia/demo
	KGEN_TARGET=go $(GO) run ./examples/julia/demo -profile julia-go.pprof
	$(ANNOTATE) -profile julia-go.pprof -n 3 -gate 'bounds-in-loop@calc.kg<=0' ./examples/julia
	$(GO) run ./examples/julia/demo -profile julia.pprof
	$(ANNOTATE) -profile julia.pprof -n 3 -gate 'bounds-in-loop@calc.kg<=0' ./examples/julia
	$(ANNOTATE) -profile julia.pprof -o report.html ./examples/julia
	@echo 'the page of annotate is in $(CURDIR)/report.html'

# ffi is tested again with cgo off and the collector always at work, and with the race detector, but not once more on the
# emulated platforms.
AGAIN = $(GO) test -short -skip '^(TestArm64|TestWindows|TestPlatforms)$$' ./ffi ./ffi/internal/...

test:
	$(GO) vet ./...
	$(GO) test ./...
	CGO_ENABLED=0 GOGC=1 $(AGAIN)
ifeq ($(CGO),works)
	CGO_ENABLED=1 $(AGAIN) -race
else
	@echo 'make test: the race detector needs cgo, which does not work here'
endif

# All that a change must pass; generate must leave the tree as it is.
check:
	@test -z "$$(gofmt -l .)" || { gofmt -l .; echo 'run gofmt -w on these files'; exit 1; }
	$(GO) mod tidy -diff
	$(GO) vet ./...
	$(GO) run $(STATICCHECK) ./...
	$(MAKE) generate
	@test -z "$$(git status --porcelain)" || { git status --short; echo 'the tree is not what make generate leaves'; exit 1; }
	CGO_ENABLED=0 $(GO) test ./...
	CGO_ENABLED=1 $(GO) test -race -timeout 30m ./...
	for platform in linux darwin windows; do for arch in amd64 arm64; do \
		GOOS=$$platform GOARCH=$$arch CGO_ENABLED=0 $(GO) build ./... || exit 1; done; done

# Side by side with the rivals. The first program prints ratios of whole kernels, the second the time of one call into C;
# with PEERS=1 it asks ctypes and cffi, too. The third times annotate beside the go command.
# Where a function happens to lie can double the time of a short loop in it: all are aligned alike.
bench: $(KGEN)
	for d in checked nobounds; do \
		flag=; test $$d = nobounds && flag=-nobounds; \
		$(KGEN) -typed $$flag -target go,c $(BUILD) -o examples/bench/$$d examples/bench/kernels || exit 1; done
	$(GO) run -ldflags=-funcalign=64 ./examples/bench
	$(GO) run ./ffi/internal/cgobench
	$(GO) run ./annotate/internal/annotatebench
	$(GO) test -run - -bench . ./gen

# FUZZTIME is the time for each target: all parsers, and random kernels on all targets.
FUZZTIME ?= 5m
FUZZ = $(GO) test -run - -fuzztime $(FUZZTIME) -fuzzminimizetime 20x

fuzz:
	$(FUZZ) -fuzz FuzzPrint ./gen/diag
	$(FUZZ) -fuzz FuzzParse ./gen/syntax
	$(FUZZ) -fuzz FuzzParseCheck ./gen/check
	$(FUZZ) -fuzz FuzzParse ./gen/ir
	$(FUZZ) -fuzz FuzzParseCase ./gen/verify
	$(FUZZ) -fuzz FuzzDecode ./annotate/report
	$(FUZZ) -fuzz FuzzParse ./annotate/gctext
	$(FUZZ) -fuzz FuzzBlocks ./annotate/golist
	$(FUZZ) -fuzz FuzzParser ./annotate/machine
	$(FUZZ) -fuzz FuzzSource ./annotate/join
	$(FUZZ) -fuzz FuzzRecords ./annotate/kernel
	$(FUZZ) -fuzz FuzzRead ./annotate/weigh
	$(FUZZ) -fuzz FuzzParseGate ./annotate/compare
	$(FUZZ) -fuzz FuzzDirectives ./annotate/compare
	$(FUZZ) -fuzz FuzzText ./annotate/page
	$(FUZZ) -fuzz FuzzParseEditor ./annotate/serve
	$(FUZZ) -fuzz FuzzCheckELF ./ffi/internal/load
	$(FUZZ) -fuzz FuzzCheckMachO ./ffi/internal/load
	$(FUZZ) -fuzz FuzzCheckPE ./ffi/internal/load
	$(FUZZ) -fuzz FuzzParseCache ./ffi/internal/load
	$(FUZZ) -fuzz FuzzText ./ffi/cdecl
	$(FUZZ) -fuzz FuzzRecordPath ./ffi
	$(FUZZ) -fuzz FuzzParseTag ./ffi
	KGEN_FUZZTIME=$(FUZZTIME) $(GO) test -run TestRandomPrograms -timeout 0 ./gen/verify

# Random prototypes and records by the thousands, natively and emulated, and calls and callbacks for 20 minutes of processor time; a report of a
# million lines of compiler output.
soak:
	KGEN_SOAK=1 KGEN_SOAK_TIME=20m $(GO) test -v -timeout 0 ./ffi/ctype ./ffi/cdecl ./ffi/internal/sigtest/... ./ffi/internal/headertest
	KGEN_SOAK=1 $(GO) test -v -timeout 0 -run TestSoak ./annotate

generate: $(KGEN)
	$(GO) generate ./...

$(KGEN) $(ANNOTATE): FORCE
	@$(GO) build -o $@ ./cmd/$(@F)
FORCE:

deps:
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $(PACKAGES); \
	else echo 'make deps: not root on Debian; these packages are used where they are there: $(PACKAGES)'; fi
	$(GO) mod download
	@if command -v npm >/dev/null; then cd annotate/page/browsertest && npm ci --no-audit --no-fund; \
	else echo 'make deps: no npm; the test of the page for screen readers wants it'; fi

clean:
	rm -rf bin julia.png julia.pprof julia-go.pprof report.html
	find examples -name '*.so' -delete
