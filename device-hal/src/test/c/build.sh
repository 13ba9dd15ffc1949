#!/usr/bin/env bash
# Rebuilds the C test module with clang 14 and lld 14.
set -euo pipefail
cd "$(dirname "$0")"
clang --target=wasm32 -nostdlib -ffreestanding -Os -Wall -Wextra -Werror -Wl,--no-entry -Wl,--strip-all tinygo.c \
  -o "${1:-../resources/dev/thimble/hal/host}/tinygo.wasm"
