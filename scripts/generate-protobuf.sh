#!/bin/sh
# Writes Sources/ModelFiles/Messages/model.pb.swift from model.proto. Needs protoc (Debian: protobuf-compiler).
set -eu
cd "$(dirname "$0")/.."
# In a folder of its own: the program's own build would start over.
swift build -c release --scratch-path .build-protoc --product protoc-gen-swift
protoc --plugin=.build-protoc/release/protoc-gen-swift \
  --swift_out=Sources/ModelFiles/Messages --swift_opt=Visibility=Package \
  -I Sources/ModelFiles/Messages model.proto
