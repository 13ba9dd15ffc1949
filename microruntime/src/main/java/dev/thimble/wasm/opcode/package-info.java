/**
 * THE opcode table: one row per instruction in {@code src/main/opcodes/opcodes.tsv}, from which the build generates
 * {@code Opcodes}. Decoder, validator, translator and tests read it.
 */
package dev.thimble.wasm.opcode;
