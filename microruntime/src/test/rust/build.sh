#!/usr/bin/env bash
# Rebuilds the Rust test program; Debian's packages rustc and libstd-rust-dev-wasm32 have what it needs.
set -euo pipefail
cd "$(dirname "$0")"
rustc=${RUSTC:-/usr/bin/rustc}
target=wasm32-wasip1
"$rustc" --print target-list | grep -qx "$target" || target=wasm32-wasi
"$rustc" --target "$target" -C opt-level=s -C lto -C strip=symbols --edition 2021 words.rs \
  -o "${1:-../resources/dev/thimble/wasm/wasi}/words.wasm"
