#!/usr/bin/env bash
# Rebuilds the WASI test programs with clang 14, lld 14 and wasi-libc.
set -euo pipefail
cd "$(dirname "$0")"
out=../../resources/dev/thimble/wasm/wasi
for source in *.c; do
  clang --target=wasm32-wasi -O2 -Wall -Wl,--strip-all "$source" -o "$out/${source%.c}.wasm"
done
