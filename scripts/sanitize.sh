#!/bin/sh
# Runs the tests under AddressSanitizer and under ThreadSanitizer: scripts/sanitize.sh [address|thread] [swift test's options]
#
# The program that tests start is built with the sanitizer, too. Each takes about a quarter of an hour on two cores.
set -eu
cd "$(dirname "$0")/.."
kinds=${1:-address thread}
[ $# -eq 0 ] || shift
scripts/setup.sh
for kind in $kinds; do
  echo "== tests under the $kind sanitizer"
  # What is not given back at the end of a process is no fault; Swift's runtime keeps what it has made.
  MIEN_SANITIZER=$kind ASAN_OPTIONS=detect_leaks=0 TSAN_OPTIONS=suppressions=scripts/tsan.supp:halt_on_error=0 SWIFT_BACKTRACE=enable=no \
    swift test -c release --sanitize=$kind --scratch-path .build-$kind "$@"
done
