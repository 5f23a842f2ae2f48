# The project's commands: `make help` lists them.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
# One build at a time: SwiftPM locks its folder, and two builds would only wait for each other.
.NOTPARALLEL:

PORT ?= 8080
DATA ?= ./data
CRASH_ROUNDS ?= 20
# More arguments for the tests, such as PYTEST="-k crash -x" or FILTER=Handshake.
PYTEST ?=
FILTER ?=
FUZZ_SECONDS ?= 60
FUZZ_TARGETS ?=

.PHONY: run build test integration conformance conformance-all fuzz bench lint format docs check demo load help

run: build  ## start the service for development on PORT (8080), keeping its data in DATA (./data)
	exec .build/debug/caas serve --environment development --port $(PORT) --data $(DATA)

build:  ## build everything, in debug
	scripts/bootstrap
	swift build

test:  ## build once and run the Swift tests (FILTER=regular-expression picks some)
	scripts/bootstrap
	swift build --build-tests
	scripts/run-tests $(if $(FILTER),--filter '$(FILTER)')

integration:  ## run the integration tests against the debug build (CRASH_ROUNDS=20, PYTEST=arguments)
	scripts/bootstrap tests browser
	swift build --build-tests
	CAAS_BINARY=.build/debug/caas CRASH_ROUNDS=$(CRASH_ROUNDS) .venv/bin/python -m pytest Tests/Integration $(PYTEST)

conformance:  ## run the WebSocket conformance suite (it needs a Python 2.7) against the service and the client role
	scripts/conformance --find-python
	scripts/bootstrap
	swift build --build-tests
	scripts/conformance

conformance-all:  ## the same with the long cases of compression, which take minutes
	scripts/conformance --find-python
	scripts/bootstrap
	swift build --build-tests
	scripts/conformance --all

bench:  ## build for release and measure against the yardsticks
	scripts/bootstrap
	swift build -c release --product caas
	python3 Benchmarks/bench.py

fuzz:  ## fuzz every parser with the address sanitizer (FUZZ_SECONDS=60 for each, FUZZ_TARGETS="json media" picks some)
	scripts/bootstrap
	FUZZ=1 swift build --product fuzz --scratch-path .build-fuzz
	FUZZ_SECONDS=$(FUZZ_SECONDS) scripts/fuzz $(FUZZ_TARGETS)

lint:  ## check format, module arrows and traps
	swift format lint --strict --recursive --parallel Sources Tests Package.swift
	scripts/check-arrows
	python3 -m unittest -q Tests/Lint/test_check_traps.py
	scripts/check-traps

format:  ## format the Swift files in place
	swift format --in-place --recursive --parallel Sources Tests Package.swift

check: test lint integration  ## what CI runs, before conformance

docs demo load:
	@echo "make $@: comes with a later part of the work; there is nothing to run." >&2
	@exit 1

help:  ## this list
	@sed -nE 's/^([a-z]+):[^#]*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20
	@echo "  later: docs demo load"
