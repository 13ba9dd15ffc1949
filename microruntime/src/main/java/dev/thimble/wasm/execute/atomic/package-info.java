/** Atomic accesses, waiting and waking (proposal threads), under one monitor per memory. */
package dev.thimble.wasm.execute.atomic;
