package dev.thimble.wasm.api;

/**
 * The type of a WebAssembly value (spec 3.0, "Value Types"): a number or vector, or a reference.
 * Immutable; compared with {@code equals}.
 */
public sealed interface ValueType extends StorageType permits NumberType, RefType {
    ValueType I32 = NumberType.I32;
    ValueType I64 = NumberType.I64;
    ValueType F32 = NumberType.F32;
    ValueType F64 = NumberType.F64;
    ValueType V128 = NumberType.V128;
    /** {@code (ref null func)}. */
    RefType FUNCREF = new RefType(true, AbstractHeapType.FUNC);
    /** {@code (ref null extern)}. */
    RefType EXTERNREF = new RefType(true, AbstractHeapType.EXTERN);

    /** How many 64-bit slots a value of this type takes in a frame or a {@code long[]}: two for v128, else one. */
    int slots();

    /** Whether values of this type are references, which live as {@code Object} and not as bits. */
    boolean isReference();

    // No default methods: they would initialise this interface, and so the constants above, in the middle of
    // NumberType's own initialisation, when its constants are still null.
}
