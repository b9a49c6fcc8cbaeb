#!/bin/sh
# Writes Sources/ModelFiles/model.pb.swift from model.proto. Needs protoc (Debian: protobuf-compiler).
set -eu
cd "$(dirname "$0")/.."
swift build -c release --product protoc-gen-swift
protoc --plugin="$(swift build -c release --show-bin-path)/protoc-gen-swift" \
  --swift_out=Sources/ModelFiles --swift_opt=Visibility=Package \
  -I Sources/ModelFiles model.proto
