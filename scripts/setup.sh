#!/bin/sh
# Installs the Debian packages that Mien is built with, where they are missing, and checks for Swift.
set -eu

packages="g++ libdlib-dev libdlib-data libopenblas-dev libjpeg62-turbo-dev libpng-dev libexif-dev libssl-dev gnuplot-nox fonts-dejavu-core"

if ! command -v swift >/dev/null 2>&1; then
  echo "swift not found: install the Swift 6.3 toolchain from https://www.swift.org/install/linux and put it on the PATH" >&2
  exit 69
fi

if ! command -v dpkg-query >/dev/null 2>&1; then
  echo "not a Debian system: please install the equivalents of: $packages" >&2
  exit 0
fi

missing=""
for package in $packages; do
  status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
  [ "$status" = "install ok installed" ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root=""
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null 2>&1; then
    echo "please install as root: apt-get install$missing" >&2
    exit 69
  fi
  as_root="sudo"
fi
echo "installing:$missing"
$as_root apt-get update -qq
# shellcheck disable=SC2086  # a list of words
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
