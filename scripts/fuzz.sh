#!/bin/sh
# Fuzzes the readers of files that come from outside, under AddressSanitizer: scripts/fuzz.sh [SECONDS] [TARGET ...]
#
# Targets are image, predictor, table, experiment and model; each runs for SECONDS (60). An input that is found to trap, to
# leak, to read beyond its memory, or to take longer than ten seconds or 1 GB is left in .build-fuzz/found and ends the script
# with an error. Mend the reader, and keep the input in Tests/Fixtures/hostile, which a test reads.
set -eu
cd "$(dirname "$0")/.."
seconds=${1:-60}
[ $# -eq 0 ] || shift
targets=${*:-image predictor table experiment model}
build=.build-fuzz
found=$build/found

scripts/setup.sh
MIEN_FUZZ=1 swift build -c release --scratch-path $build --product MienFuzz \
  -Xswiftc -sanitize=fuzzer,address -Xcc -fsanitize=fuzzer-no-link,address -Xcxx -fsanitize=fuzzer-no-link,address -Xswiftc -use-ld=lld

# Inputs to begin with: small files of every kind, and what was found before.
seeds=$build/seeds
rm -rf $seeds
for target in $targets; do mkdir -p $seeds/$target $found $build/corpus/$target; done
for target in $targets; do
  case $target in
    image) cp Tests/Fixtures/images/* Tests/Samples/faces/*/tiny* $seeds/image ;;
    predictor) cp Tests/Fixtures/hostile/small.predictor $seeds/predictor ;;
    table) for class in happy sad; do head -n 4 landmarks/$class.csv >$seeds/table/$class.csv; done
      printf '1_x,1_y\r\n"1",2e3\r\n' >$seeds/table/small.csv ;;
    experiment) cp experiments/*.yaml $seeds/experiment ;;
    model) cp Tests/Fixtures/hostile/*.model $seeds/model ;;
  esac
  [ ! -d Tests/Fixtures/hostile/$target ] || cp Tests/Fixtures/hostile/$target/* $seeds/$target
done

status=0
for target in $targets; do
  echo "== $target, $seconds s"
  SWIFT_BACKTRACE=enable=no MIEN_FUZZ_TARGET=$target OPENBLAS_NUM_THREADS=1 \
    $build/release/MienFuzz -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -malloc_limit_mb=1024 -max_len=65536 \
    -print_final_stats=1 -artifact_prefix=$found/$target- $build/corpus/$target $seeds/$target 2>$build/$target.log ||
    { status=1; tail -n 40 $build/$target.log; }
  grep -E "number_of_executed_units|peak_rss_mb" $build/$target.log || true
done
exit $status
