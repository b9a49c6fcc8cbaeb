#!/bin/sh
# Opens pages in Chromium, light and dark, wide and as narrow as a phone, and fails on anything that axe-core objects to, on
# errors, on requests that leave the file, and on pages wider than the window. For developers: it takes Python, Chromium and
# Debian's python3-venv, and installs Playwright and axe-core into a virtual environment of its own.
#
#     scripts/check-pages.sh [PAGE.html ...]     (the README's examples if none is named)
set -eu
scripts=$(cd "$(dirname "$0")" && pwd)
if [ $# -eq 0 ]; then
  set -- "$scripts/../experiments/article/report.html" "$scripts/../experiments/article/inspect/inspect.html"
fi
environment=${MIEN_PAGES_VENV:-${TMPDIR:-/tmp}/mien-check-pages-venv}
if [ ! -x "$environment/bin/python" ]; then python3 -m venv "$environment"; fi
"$environment/bin/python" -m pip install -q playwright==1.65.2 axe-playwright-python==0.1.8
exec "$environment/bin/python" "$scripts/check_pages.py" "$@"
