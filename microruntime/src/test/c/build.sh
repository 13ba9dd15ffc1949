#!/usr/bin/env bash
# Rebuilds the test modules, byte for byte with clang 14 and lld 14.
set -euo pipefail
cd "$(dirname "$0")"
out=../resources/dev/thimble/wasm/modules
for source in *.c; do
  clang --target=wasm32 -O2 -nostdlib -ffreestanding -msign-ext -mnontrapping-fptoint -mbulk-memory -mmultivalue -msimd128 \
    -fno-vectorize -fno-slp-vectorize -Wl,--no-entry -Wl,--initial-memory=131072 -Wl,-z,stack-size=4096 -Wl,--strip-debug \
    "$source" -o "$out/${source%.c}.wasm"
done
