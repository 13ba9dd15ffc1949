#!/bin/sh
# Assembles every module beside its text with wat2wasm, and compiles the C program with clang 14 and wasi-libc.
set -eu
cd "$(dirname "$0")"
for text in *.wat; do
  wat2wasm --debug-names "$text" -o "${text%.wat}.wasm"
done
clang --target=wasm32-wasi --sysroot=/usr -Os -Wall -Wl,--strip-all sleeper.c -o sleeper.wasm
chmod 644 *.wasm
