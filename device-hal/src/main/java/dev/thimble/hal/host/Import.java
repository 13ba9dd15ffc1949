package dev.thimble.hal.host;

import dev.thimble.wasm.api.FunctionType;
import dev.thimble.wasm.api.HostCall;
import dev.thimble.wasm.api.HostFunction;
import dev.thimble.wasm.api.Memory;
import dev.thimble.wasm.api.NumberType;
import dev.thimble.wasm.api.ValueType;
import java.util.ArrayList;
import java.util.List;

/**
 * One function that modules may import: its name, its parameters and what it does. Pointer ranges are checked before
 * the body runs, for every import alike.
 */
final class Import {
    private static final byte[] NO_MEMORY = {};

    /** What a {@link Body} gives instead of a result when the instance is to wait: see {@link CellHost#pause}. */
    static final long SUSPEND = Long.MIN_VALUE;

    /** What an import does, once its pointer ranges have been checked. */
    @FunctionalInterface
    interface Body {
        /**
         * @param memory the module's memory; valid until the module runs again
         * @return the result, ignored when the import has none; or {@link #SUSPEND}, after which it is called again
         */
        long run(CellHost host, HostCall call, byte[] memory);
    }

    private final String module;
    private final String name;
    private final FunctionType type;
    private final Parameter[] parameters;
    private final ValueType result;
    private final Body body;

    private Import(String module, String name, ValueType result, Body body, Parameter... parameters) {
        this.module = module;
        this.name = name;
        this.result = result;
        this.body = body;
        this.parameters = parameters;
        List<ValueType> types = new ArrayList<>();
        for (Parameter p : parameters) {
            for (int i = 0; i < p.width; i++) {
                types.add(p == Parameter.I64 ? NumberType.I64 : p == Parameter.F64 ? NumberType.F64 : NumberType.I32);
            }
        }
        type = new FunctionType(types, result == null ? List.of() : List.of(result));
    }

    /** An import that returns an {@code i32}. */
    static Import of(String module, String name, Body body, Parameter... parameters) {
        return new Import(module, name, NumberType.I32, body, parameters);
    }

    /** An import that returns an {@code i64}. */
    static Import wide(String module, String name, Body body, Parameter... parameters) {
        return new Import(module, name, NumberType.I64, body, parameters);
    }

    /** An import that returns nothing. */
    static Import silent(String module, String name, Body body, Parameter... parameters) {
        return new Import(module, name, null, body, parameters);
    }

    String module() {
        return module;
    }

    String name() {
        return name;
    }

    FunctionType type() {
        return type;
    }

    List<Parameter> parameters() {
        return List.of(parameters);
    }

    HostFunction bind(CellHost host) {
        return call -> run(host, call);
    }

    private void run(CellHost host, HostCall call) {
        Memory memory = call.memory();
        int argument = 0;
        for (Parameter p : parameters) {
            if (p.size != 0) {
                Span.check(memory, call.i32(argument), p.width == 2 ? call.i32(argument + 1) : 1, p.size);
            }
            argument += p.width;
        }
        long value = body.run(host, call, memory == null ? NO_MEMORY : memory.array());
        if (value == SUSPEND) {
            call.suspend();
        } else if (result == NumberType.I32) {
            call.resultI32(0, (int) value);
        } else if (result != null) {
            call.resultI64(0, value);
        }
    }
}
