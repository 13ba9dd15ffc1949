package dev.thimble.wasm.testsuite;

import dev.thimble.wasm.Imports;
import dev.thimble.wasm.api.FunctionType;
import dev.thimble.wasm.api.Global;
import dev.thimble.wasm.api.GlobalType;
import dev.thimble.wasm.api.HostFunction;
import dev.thimble.wasm.api.Memory;
import dev.thimble.wasm.api.MemoryType;
import dev.thimble.wasm.api.Table;
import dev.thimble.wasm.api.TableType;
import dev.thimble.wasm.api.ValueType;

/** The host module {@code spectest}, which scripts import from. */
final class Spectest {
    private static final HostFunction IGNORE = call -> { };

    private Spectest() {
    }

    static void offer(Imports.Builder imports) {
        function(imports, "print");
        function(imports, "print_i32", ValueType.I32);
        function(imports, "print_i64", ValueType.I64);
        function(imports, "print_f32", ValueType.F32);
        function(imports, "print_f64", ValueType.F64);
        function(imports, "print_i32_f32", ValueType.I32, ValueType.F32);
        function(imports, "print_f64_f64", ValueType.F64, ValueType.F64);
        global(imports, "global_i32", ValueType.I32, 666);
        global(imports, "global_i64", ValueType.I64, 666);
        global(imports, "global_f32", ValueType.F32, Float.floatToRawIntBits(666.6f));
        global(imports, "global_f64", ValueType.F64, Double.doubleToRawLongBits(666.6));
        imports.memory("spectest", "memory", new Memory(MemoryType.of(1, 2)));
        imports.memory("spectest", "shared_memory", new Memory(new MemoryType(false, 1, 2, true, 16)));
        imports.table("spectest", "table", new Table(new TableType(ValueType.FUNCREF, false, 10, 20), null, 20));
        imports.table("spectest", "table64", new Table(new TableType(ValueType.FUNCREF, true, 10, 20), null, 20));
    }

    private static void function(Imports.Builder imports, String name, ValueType... parameters) {
        imports.function("spectest", name, FunctionType.of(parameters), IGNORE);
    }

    private static void global(Imports.Builder imports, String name, ValueType type, long bits) {
        imports.global("spectest", name, new Global(new GlobalType(type, false), bits));
    }
}
