package dev.thimble.wasm.api;

import java.util.Objects;

/**
 * An exception tag (spec 3.0, "Tag Instances"). Two tags are the same only if they are one object.
 */
public final class Tag {
    private final TagType type;
    private final DefinedType definedType;

    public Tag(TagType type) {
        this(type, null);
    }

    /** @param definedType the canonical type that a module declares the tag with, or null for the usual one */
    public Tag(TagType type, DefinedType definedType) {
        this.type = Objects.requireNonNull(type);
        this.definedType = definedType;
    }

    /** The canonical type that a module declared it with, or null for a tag made by the embedder. */
    public DefinedType definedType() {
        return definedType;
    }

    public TagType type() {
        return type;
    }
}
