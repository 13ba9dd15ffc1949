#!/usr/bin/env bash
# Rebuilds the debugging test programs with clang 14 and lld 14. They are linked without -O, which would run wasm-opt.
set -euo pipefail
cd "$(dirname "$0")"
out=../../resources/dev/thimble/wasm/debug
for version in 4 5; do
  clang --target=wasm32 -ffreestanding -g -gdwarf-$version -O1 -fdebug-compilation-dir=/source -Wall -c trace.c -o "$out/trace.o"
  clang --target=wasm32 -nostdlib -g -Wl,--no-entry "$out/trace.o" -o "$out/trace$version.wasm"
done
rm "$out/trace.o"
