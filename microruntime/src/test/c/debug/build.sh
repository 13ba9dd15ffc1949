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

# Functions inlined: what llvm-symbolizer says of each instruction, as "offset: function file:line, …", innermost first.
inlined() {
  local binary=$out/$1.wasm options=$2 code
  shift 2
  for source in "$@"; do
    clang --target=wasm32 -ffreestanding -g $options -O2 -fdebug-compilation-dir=/source -Wall -c "$source.c" -o "$out/$source.o"
  done
  clang --target=wasm32 -nostdlib -g -Wl,--no-entry $(printf "$out/%s.o " "$@") -o "$binary"
  code=$((0x$(wasm-objdump -h "$binary" | sed -n 's/^ *Code start=0x\([0-9a-f]*\).*/\1/p')))
  wasm-objdump -d "$binary" | sed -n 's/^ \([0-9a-f]\{6\}\): [0-9a-f][0-9a-f] .*| .*/\1/p' | while read -r offset; do
    frames=$(printf '0x%x\n' $((0x$offset - code)) | llvm-symbolizer --basenames --obj="$binary" \
      | sed '/^$/d; s/:[0-9]*$//' | paste -sd ' ' | sed 's/\(\.c:[0-9]*\) \(.\)/\1, \2/g')
    echo "$offset: $frames"
  done > "${binary%.wasm}.txt"
}
inlined inline4 -gdwarf-4 inline
inlined inline5 -gdwarf-5 inline
# Into another unit, by the linker.
inlined units "-gdwarf-5 -flto" inline outer
rm "$out"/*.o
