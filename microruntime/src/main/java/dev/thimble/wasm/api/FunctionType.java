package dev.thimble.wasm.api;

import java.util.List;
import java.util.StringJoiner;

/** The parameters and results of a function (spec 3.0, "Function Types"). Immutable. */
public record FunctionType(List<ValueType> parameters, List<ValueType> results) implements CompositeType, ExternType {
    private static final FunctionType NOTHING = new FunctionType(List.of(), List.of());

    public FunctionType {
        parameters = List.copyOf(parameters);
        results = List.copyOf(results);
    }

    /** No parameters, no results. */
    public static FunctionType of() {
        return NOTHING;
    }

    /** A function without results. */
    public static FunctionType of(ValueType... parameters) {
        return new FunctionType(List.of(parameters), List.of());
    }

    /** The same parameters with these results. */
    public FunctionType returning(ValueType... results) {
        return new FunctionType(parameters, List.of(results));
    }

    @Override
    public ExternKind kind() {
        return ExternKind.FUNCTION;
    }

    @Override
    public String toString() {
        return list(parameters) + " -> " + list(results);
    }

    private static String list(List<ValueType> types) {
        var joiner = new StringJoiner(", ", "(", ")");
        types.forEach(t -> joiner.add(t.toString()));
        return joiner.toString();
    }
}
