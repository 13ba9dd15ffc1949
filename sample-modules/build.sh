#!/bin/sh
# Builds every sample from its source: sample-modules/build.sh [OUTPUT-FOLDER]
# Without a folder each .wasm goes beside its source. Debian's clang 14.0.6 with lld gives the
# checked-in files byte for byte; CLANG names another compiler.
set -eu
cd "$(dirname "$0")"
clang=${CLANG:-clang}
out=${1:-}
objects=$(mktemp -d)
trap 'rm -rf "$objects"' EXIT

# module OUTPUT SAMPLE OPTION... : compiles and links all sources of a sample. Two steps, since
# clang runs wasm-opt, where there is one, after a link with -O, and the bytes would differ.
module() {
  output=$1 sample=$2
  shift 2
  target=${out:-$sample}
  mkdir -p "$target"
  rm -f "$objects"/*
  for source in "$sample"/*.c; do
    "$clang" --target=wasm32 -O2 -std=c11 -Wall -Wextra -Werror -ffreestanding -mbulk-memory \
      -Isdk/c "$@" -c "$source" -o "$objects/$(basename "$source").o"
  done
  "$clang" --target=wasm32 -nostdlib "$objects"/*.o -o "$target/$output.wasm" \
    -Wl,--no-entry,--gc-sections,-z,stack-size=4096,--stack-first \
    -Wl,--initial-memory=65536,--max-memory=65536
  chmod 644 "$target/$output.wasm"
}

module blink blink
for version in 1 2 3; do
  module "weather-$version" weather "-DVERSION=$version"
done
