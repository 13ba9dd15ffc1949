/**
 * The binary format (spec 3.0, chapter 5): bytes to {@link dev.thimble.wasm.structure.Module}. One decoder per section;
 * {@link dev.thimble.wasm.binary.ModuleDecoder} is fed in pieces of any size and decodes as far as the bytes reach.
 */
package dev.thimble.wasm.binary;
