package dev.thimble.wasm.structure;

/**
 * One type as the type section writes it (spec 3.0, "Recursive Types"), before canonicalisation: references are
 * {@link TypeCode}s with indices as in the binary.
 *
 * @param isFinal    whether no other type may name it as its supertype
 * @param supertype  index of the declared supertype, or -1
 * @param parameters for a function: how many of the codes are parameters, the rest are results; else 0
 * @param codes      a function's parameters and results, a structure's fields, or an array's only field
 */
public record SubType(boolean isFinal, int supertype, CompositeKind kind, int parameters, int[] codes) {
}
