package dev.thimble.wasm.api;

import java.util.Objects;

/**
 * An exception tag (spec 3.0, "Tag Instances"). Two tags are the same only if they are one object.
 */
public final class Tag {
    private final TagType type;

    public Tag(TagType type) {
        this.type = Objects.requireNonNull(type);
    }

    public TagType type() {
        return type;
    }
}
