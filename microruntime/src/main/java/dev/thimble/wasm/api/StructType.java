package dev.thimble.wasm.api;

import java.util.List;

/** A structure type (spec 3.0, "Aggregate Types"). */
public record StructType(List<FieldType> fields) implements CompositeType {
    public StructType {
        fields = List.copyOf(fields);
    }
}
