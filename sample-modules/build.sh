#!/bin/sh
# Builds the samples from their sources: sample-modules/build.sh [OUTPUT-FOLDER] [LANGUAGE...]
# Without a folder, or with "", each .wasm goes beside its source. Languages: c rust assemblyscript;
# without one, all. The checked-in files come out byte for byte of
#   c               Debian's clang 14.0.6 with lld; CLANG names another
#   rust            Debian's rustc 1.63.0 with libstd-rust-dev-wasm32; RUSTC names another
#   assemblyscript  asc 0.28.20 from npm; ASC names it
set -eu
cd "$(dirname "$0")"
out=${1:-}
[ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- c rust assemblyscript
objects=$(mktemp -d)
trap 'rm -rf "$objects"' EXIT

# target OUTPUT SAMPLE: the path of a module
target() {
  folder=${out:-$2}
  mkdir -p "$folder"
  echo "$folder/$1.wasm"
}

# Compiles and links all C sources of a sample: build_c OUTPUT SAMPLE OPTION...
# Two steps, since clang runs wasm-opt, where there is one, after a link with -O.
build_c() {
  wasm=$(target "$1" "$2") sample=$2
  shift 2
  rm -f "$objects"/*
  for source in "$sample"/*.c; do
    "${CLANG:-clang}" --target=wasm32 -O2 -std=c11 -Wall -Wextra -Werror -ffreestanding -mbulk-memory \
      -Isdk/c "$@" -c "$source" -o "$objects/$(basename "$source").o"
  done
  "${CLANG:-clang}" --target=wasm32 -nostdlib "$objects"/*.o -o "$wasm" \
    -Wl,--no-entry,--gc-sections,-z,stack-size=4096,--stack-first \
    -Wl,--initial-memory=65536,--max-memory=65536
  chmod 644 "$wasm"
}

build_rust() {
  wasm=$(target "$1" "$2")
  "${RUSTC:-/usr/bin/rustc}" --edition 2021 --target wasm32-unknown-unknown --crate-type cdylib \
    -C opt-level=s -C lto=fat -C codegen-units=1 -C panic=abort -C strip=debuginfo -C linker=wasm-ld \
    -C link-arg=-zstack-size=8192 -C link-arg=--stack-first \
    -C link-arg=--initial-memory=65536 -C link-arg=--max-memory=65536 -o "$wasm" "$2/$1.rs"
  chmod 644 "$wasm"
}

build_assemblyscript() {
  wasm=$(target "$1" "$2")
  "${ASC:-asc}" "$2/$1.ts" --runtime stub --use abort= -O3 --noAssert \
    --initialMemory 1 --maximumMemory 1 --outFile "$wasm"
  chmod 644 "$wasm"
}

for language in "$@"; do
  case $language in
    c)
      build_c blink blink
      build_c button button
      build_c rain rain
      for version in 1 2 3; do
        build_c "weather-$version" weather "-DVERSION=$version"
      done ;;
    rust) build_rust thermostat thermostat ;;
    assemblyscript) build_assemblyscript display display ;;
    *)
      echo "build.sh: no language $language; there are c, rust and assemblyscript" >&2
      exit 2 ;;
  esac
done
