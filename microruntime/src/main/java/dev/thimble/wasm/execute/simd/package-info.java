/**
 * Vectors (spec 3.0, "Vector Instructions"; relaxed SIMD included), each in two slots. {@code IntLanes} and
 * {@code FloatLanes} know the lanes of one half, {@code HalfOp}, {@code V128} and {@code V128Memory} the operations, and
 * the records are their nodes. Nothing outside needs this package unless a module uses vectors.
 */
package dev.thimble.wasm.execute.simd;
