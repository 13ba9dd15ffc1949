/**
 * The decoded module (spec 3.0, chapter 2, "Structure"): types with their recursion groups, and the contents of every
 * section. Bodies, constant expressions, segments and names stay in the binary and are named by their offsets in it, so
 * that a loaded module costs little more than its bytes.
 */
package dev.thimble.wasm.structure;
