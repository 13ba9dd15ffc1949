package dev.thimble.wasm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.thimble.wasm.api.FunctionType;
import dev.thimble.wasm.api.Limits;
import dev.thimble.wasm.api.ValueType;
import dev.thimble.wasm.translate.Mode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Programs compiled by clang (sources in {@code src/test/c}) give what V8 gives. */
class RealModulesTest {
    private static WasmModule load(String name, Mode mode) throws IOException {
        try (InputStream in = RealModulesTest.class.getResourceAsStream("modules/" + name + ".wasm")) {
            return WasmModule.parse(in.readAllBytes(), Limits.DEFAULT).translated(mode);
        }
    }

    @ParameterizedTest
    @CsvSource({"fibonacci, 6765", "machine, 2147346177", "sort, 9150955", "crc32, -2001701406", "grow, 2207"})
    void givesAnInteger(String name, long expected) throws IOException {
        for (Mode mode : Mode.values()) {
            assertArrayEquals(new long[] {expected}, load(name, mode).instantiate(Imports.none()).function(name).call(20), mode.toString());
        }
    }

    @ParameterizedTest
    @EnumSource
    void givesFloats(Mode mode) throws IOException {
        Call matrix = load("matrix", mode).instantiate(Imports.none()).function("matrix").newCall();
        matrix.i32(0, 20);
        matrix.run();
        assertEquals(20672.0, matrix.f64Result(0));
        Call vector = load("vector", mode).instantiate(Imports.none()).function("vector").newCall();
        vector.f32(0, 20);
        vector.run();
        assertEquals(95953.0f, vector.f32Result(0));
        Call dispatch = load("dispatch", mode).instantiate(Imports.none()).function("dispatch").newCall();
        double[] results = {7, -1, 12, 0.75};
        for (int which = 0; which < 4; which++) {
            dispatch.i32(0, which);
            dispatch.f64(1, 3);
            dispatch.f64(2, 4);
            dispatch.run();
            assertEquals(results[which], dispatch.f64Result(0));
        }
    }

    @ParameterizedTest
    @EnumSource
    void callsItsHost(Mode mode) throws IOException {
        StringBuilder written = new StringBuilder();
        Imports imports = Imports.builder()
                .function("env", "write", FunctionType.of(ValueType.I32, ValueType.I32), call -> {
                    byte[] text = new byte[call.i32(1)];
                    call.memory().read(call.i32(0), text, 0, text.length);
                    written.append(new String(text, StandardCharsets.UTF_8));
                })
                .function("env", "now", FunctionType.of().returning(ValueType.I64), call -> call.resultI64(1_234_567_890_123L)).build();
        long length = load("host", mode).instantiate(imports).function("report").call(42)[0];
        assertEquals("sensor 42@1234567890123", written.toString());
        assertEquals(written.length(), length);
    }
}
