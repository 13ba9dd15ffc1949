package dev.thimble.wasm.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.wasm.Function;
import dev.thimble.wasm.Imports;
import dev.thimble.wasm.Instance;
import dev.thimble.wasm.InstanceOptions;
import dev.thimble.wasm.WasmModule;
import dev.thimble.wasm.api.ExportType;
import dev.thimble.wasm.api.ExternKind;
import dev.thimble.wasm.api.FunctionType;
import dev.thimble.wasm.api.InvalidModuleException;
import dev.thimble.wasm.api.Limits;
import dev.thimble.wasm.api.LinkException;
import dev.thimble.wasm.api.MalformedModuleException;
import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.api.ValueType;
import dev.thimble.wasm.translate.Mode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Real modules with one bit of one byte flipped, where they are still valid: each runs within its fuel, memory and depth, ends in a
 * result or in a typed exception, and does the same with and without patterns.
 */
class MutantRunTest {
    static final List<String> MODULES = HostileModuleTest.MODULES;

    private static final InstanceOptions BOUNDS = new InstanceOptions(1 << 20, 1_000, 20_000, 200, null);
    private static final Imports IMPORTS = Imports.builder()
            .function("env", "write", FunctionType.of(ValueType.I32, ValueType.I32), call -> {
                if (!call.memory().spans(call.i32(0), call.i32(1))) {
                    throw new IndexOutOfBoundsException("text outside of memory");
                }
            })
            .function("env", "now", FunctionType.of().returning(ValueType.I64), call -> call.resultI64(1_700_000_000_000L)).build();

    private static List<String> run(WasmModule module) {
        List<String> lines = new ArrayList<>();
        Instance instance;
        try {
            instance = module.instantiate(IMPORTS, BOUNDS);
        } catch (LinkException e) {
            return List.of("not linked");
        } catch (Trap e) {
            return List.of(e.getMessage());
        }
        for (ExportType export : module.exports()) {
            if (export.kind() != ExternKind.FUNCTION) {
                continue;
            }
            Function function = instance.function(export.name());
            long[] arguments = new long[function.type().parameters().stream().mapToInt(ValueType::slots).sum()];
            Arrays.fill(arguments, 5);
            try {
                lines.add(Arrays.toString(function.call(arguments)));
            } catch (Trap e) {
                lines.add(e.kind().text());
            }
        }
        return lines;
    }

    @ParameterizedTest
    @FieldSource("MODULES")
    void everyByteChanged(String name) throws IOException {
        byte[] binary = HostileModuleTest.load(name);
        int ran = 0;
        for (int at = 0; at < binary.length; at++) {
            byte flipped = (byte) (1 << (5 * at & 7));
            binary[at] ^= flipped;
            try {
                WasmModule module = WasmModule.parse(binary, Limits.DEFAULT);
                List<String> plain = run(module.translated(Mode.PLAIN));
                if (!plain.contains("out of fuel")) {
                    assertEquals(plain, run(module), "byte " + at);
                }
                ran++;
            } catch (MalformedModuleException | InvalidModuleException refused) {
                assertTrue(refused.getMessage().length() > 10);
            }
            binary[at] ^= flipped;
        }
        assertTrue(ran > 10, ran + " of the mutants ran");
    }
}
