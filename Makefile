# make demo   install what is missing, build, and show the whole way from pictures to answers
# make test   check the formatting, build and run all tests

SWIFT ?= swift
BUILD_FLAGS = -c release
MIEN = .build/release/mien
SOURCES = Package.swift Sources Tests Benchmarks

.PHONY: demo test program build format lint bench clean setup

demo: program
	scripts/demo.sh

# The program alone. The flags are those of `build`, so that a later build of the tests goes on from here.
program: setup
	$(SWIFT) build $(BUILD_FLAGS) --product mien

build: setup
	$(SWIFT) build $(BUILD_FLAGS) --build-tests

test: lint build
	scripts/generate-reference.sh --check
	$(SWIFT) test $(BUILD_FLAGS) --skip-build

setup:
	@scripts/setup.sh

format:
	$(SWIFT) format --in-place --parallel --recursive $(SOURCES)

lint: setup
	$(SWIFT) format lint --strict --parallel --recursive $(SOURCES)

bench: build
	Benchmarks/run.sh

clean:
	rm -rf .build demo-output Benchmarks/.venv
