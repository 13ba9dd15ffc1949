package dev.thimble.wasm.api;

import java.util.Objects;

/**
 * A type defined in a module's type section after canonicalisation (spec 3.0, "Defined Types"): two equal types of
 * any two modules are one object, so that equality is identity and the subtype test is one array access.
 * Thread-safe.
 */
public final class DefinedType implements HeapType {
    private final String name;
    private final boolean open;
    private final DefinedType[] ancestors;
    private CompositeType composite;
    /** Never read: it keeps the whole group alive, which the canonicaliser holds only weakly. */
    private DefinedType[] group;
    private Object[] groupShape;
    private int[] codes;

    /**
     * For the engine's type canonicaliser, which alone may make defined types.
     *
     * @param name      how messages show the type
     * @param open      whether the type may have subtypes
     * @param supertype the declared supertype, or null
     */
    public DefinedType(String name, boolean open, DefinedType supertype) {
        this.name = name;
        this.open = open;
        int depth = supertype == null ? 0 : supertype.ancestors.length;
        ancestors = new DefinedType[depth + 1];
        if (supertype != null) {
            System.arraycopy(supertype.ancestors, 0, ancestors, 0, depth);
        }
        ancestors[depth] = this;
    }

    /**
     * Completes a type whose structure refers to its own recursion group; once only, before publication.
     *
     * @param members the whole group, which lives as long as any of its types
     * @param shape   what the canonicaliser compares groups by, kept for as long
     * @param parts   the engine's codes for the type's parts where they are the same in every module, else null
     */
    public void complete(CompositeType structure, DefinedType[] members, Object[] shape, int[] parts) {
        if (composite != null) {
            throw new IllegalStateException("type " + name + " is already complete");
        }
        composite = Objects.requireNonNull(structure);
        group = Objects.requireNonNull(members);
        groupShape = Objects.requireNonNull(shape);
        codes = parts;
    }

    /** For the engine: its codes for the type's parts, or null where they name types by a module's indices. Not to be changed. */
    public int[] codes() {
        return codes;
    }

    /** For the canonicaliser: what groups are compared by. Not to be changed. */
    public Object[] groupShape() {
        return groupShape;
    }

    public CompositeType composite() {
        return composite;
    }

    /** Whether other types may declare this one as their supertype. */
    public boolean isOpen() {
        return open;
    }

    /** The declared supertype, or null. */
    public DefinedType supertype() {
        return ancestors.length == 1 ? null : ancestors[ancestors.length - 2];
    }

    /** How many declared supertypes are above this type. */
    public int depth() {
        return ancestors.length - 1;
    }

    /** Whether this type is {@code other} or declared, in some steps, as its subtype. */
    public boolean isSubtypeOf(DefinedType other) {
        int at = other.ancestors.length - 1;
        return at < ancestors.length && ancestors[at] == other;
    }

    @Override
    public String toString() {
        return name;
    }
}
