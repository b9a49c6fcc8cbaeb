#!/bin/sh
# Makes a virtual environment with the peers and runs the benchmarks; arguments go to bench.py.
set -eu
cd "$(dirname "$0")"
if [ ! -x .venv/bin/python ]; then
  python3 -m venv .venv
  .venv/bin/pip install --quiet --requirement requirements.txt
fi
exec .venv/bin/python bench.py "$@"
