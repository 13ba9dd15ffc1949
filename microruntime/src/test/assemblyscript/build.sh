#!/usr/bin/env bash
# Rebuilds the AssemblyScript test program with npm's packages assemblyscript and @assemblyscript/wasi-shim, which lie in
# $ASC_HOME/node_modules: npm install --prefix $ASC_HOME assemblyscript @assemblyscript/wasi-shim
set -euo pipefail
cd "$(dirname "$0")"
: "${ASC_HOME:?names no folder}"
out=$(realpath "${1:-../resources/dev/thimble/wasm/wasi}")
cp primes.ts "$ASC_HOME/primes.ts"
cd "$ASC_HOME"
node_modules/.bin/asc primes.ts --config node_modules/@assemblyscript/wasi-shim/asconfig.json --optimize -o "$out/primes.wasm"
rm primes.ts
