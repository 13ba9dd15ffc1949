#!/bin/sh
# Compiles the corpus to WebAssembly: benchmarks/corpus/build.sh [OUTPUT-FOLDER]
# Without a folder each .wasm goes beside its source. Debian's clang 14.0.6 with lld gives the
# checked-in files byte for byte; CLANG names another compiler.
set -eu
cd "$(dirname "$0")"
clang=${CLANG:-clang}
out=${1:-.}
mkdir -p "$out"
object=$(mktemp)
trap 'rm -f "$object"' EXIT

# module SOURCE. Compiling and linking apart: clang runs wasm-opt, where there is one, after a link
# with -O.
module() {
  name=$(basename "$1" .c)
  "$clang" --target=wasm32 -O2 -std=c11 -Wall -Wextra -Werror -ffreestanding -mbulk-memory \
    -I. -c "$1" -o "$object"
  "$clang" --target=wasm32 -nostdlib "$object" -o "$out/$name.wasm" \
    -Wl,--no-entry,--gc-sections,-z,stack-size=65536,--stack-first
  chmod 644 "$out/$name.wasm"
}

for source in *.c several/*.c; do
  [ "$source" = native.c ] || module "$source"
done
