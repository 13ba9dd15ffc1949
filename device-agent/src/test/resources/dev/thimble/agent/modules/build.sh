#!/bin/sh
# Assembles every module beside its text; needs wat2wasm.
set -eu
cd "$(dirname "$0")"
for text in *.wat; do
  wat2wasm --debug-names "$text" -o "${text%.wat}.wasm"
done
