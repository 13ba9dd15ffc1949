package dev.thimble.wasm.control;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.wasm.Imports;
import dev.thimble.wasm.Instance;
import dev.thimble.wasm.InstanceOptions;
import dev.thimble.wasm.Replay;
import dev.thimble.wasm.WasmModule;
import dev.thimble.wasm.api.FunctionType;
import dev.thimble.wasm.api.ValueType;
import dev.thimble.wasm.encode.Wasm;
import dev.thimble.wasm.translate.Mode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The bits of NaNs under {@link WasmModule#canonicalNans}. */
class CanonicalNansTest {
    private static final int[] NANS32 = {0x7FC0_0000, 0xFFC0_0000, 0x7FC0_0001, 0xFFD2_3456, 0x7F80_0001, 0xFFFF_FFFF};
    private static final long[] NANS64 = {0x7FF8L << 48, 0xFFF8L << 48, 0x7FF8L << 48 | 1, 0xFFFA_5432_1098_7654L, 0x7FF0L << 48 | 1, -1};
    private static final long CANONICAL32 = 0x7FC0_0000, CANONICAL64 = 0x7FF8L << 48;
    private static final String[] BINARY = {"add", "sub", "mul", "div", "min", "max"};
    private static final String[] UNARY = {"sqrt", "ceil", "floor", "trunc", "nearest"};

    /** Functions from two i64s to one, each with the result that it has to give. */
    private static final class Cases {
        private final Wasm wasm = new Wasm().memory(1);
        private final int type = wasm.type("i64 i64 -> i64");
        private final Map<String, Long> expected = new LinkedHashMap<>();

        /** @param code takes the two parameters, of which {@code A} and {@code B} are f32s, {@code P} and {@code Q} f64s, {@code V} and {@code W} vectors */
        void add(String code, long result) {
            String text = code.replace("A", "local.get 0; i32.wrap_i64; f32.reinterpret_i32").replace("B", "local.get 1; i32.wrap_i64; f32.reinterpret_i32")
                    .replace("P", "local.get 0; f64.reinterpret_i64").replace("Q", "local.get 1; f64.reinterpret_i64")
                    .replace("V", "local.get 0; i64x2.splat").replace("W", "local.get 1; i64x2.splat");
            wasm.export(code, 0, wasm.function(type, "f32 f64 v128", text));
            expected.put(code, result);
        }

        Instance instance(Mode mode) {
            return WasmModule.parse(wasm.toArray()).canonicalNans().translated(mode).instantiate(Imports.none());
        }

        void check(Mode mode, long a, long b) {
            check(instance(mode), a, b);
        }

        void check(Instance instance, long a, long b) {
            expected.forEach((code, result) -> assertEquals(Long.toHexString(result),
                    Long.toHexString(instance.function(code).call(a, b)[0]), () -> code + " of " + Long.toHexString(a) + " and " + Long.toHexString(b)));
        }
    }

    private static final String SEEN32 = "; i32.reinterpret_f32; i64.extend_i32_u", SEEN64 = "; i64.reinterpret_f64";

    private static Cases arithmetic32() {
        Cases cases = new Cases();
        for (String op : BINARY) {
            cases.add("A; B; f32." + op + SEEN32, CANONICAL32);
            cases.add("i32.const 0; A; B; f32." + op + "; f32.store 2 0; i32.const 0; i64.load32_u 2 0", CANONICAL32);
            cases.add("A; B; f32." + op + "; local.tee 2; A; f32.mul; f32.neg" + SEEN32, 0xFFC0_0000L);
            cases.add("A; B; f32." + op + "; f32.const -1; f32.copysign" + SEEN32, 0xFFC0_0000L);
        }
        for (String op : UNARY) {
            cases.add("A; f32." + op + SEEN32, CANONICAL32);
        }
        cases.add("A; f64.promote_f32" + SEEN64, CANONICAL64);
        cases.add("A; B; f32.add; A; B; f32.mul; f32.eq; i64.extend_i32_u", 0);
        cases.add("A; B; f32.add; i32.trunc_sat_f32_s; i64.extend_i32_u", 0);
        return cases;
    }

    private static Cases arithmetic64() {
        Cases cases = new Cases();
        for (String op : BINARY) {
            cases.add("P; Q; f64." + op + SEEN64, CANONICAL64);
            cases.add("i32.const 0; P; Q; f64." + op + "; f64.store 3 0; i32.const 0; i64.load 3 0", CANONICAL64);
            cases.add("P; Q; f64." + op + "; local.tee 3; P; f64.mul; f64.neg" + SEEN64, 0xFFF8L << 48);
        }
        for (String op : UNARY) {
            cases.add("P; f64." + op + SEEN64, CANONICAL64);
        }
        cases.add("P; f32.demote_f64" + SEEN32, CANONICAL32);
        return cases;
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void arithmeticGivesTheCanonicalNan(Mode mode) {
        Instance narrow = arithmetic32().instance(mode), wide = arithmetic64().instance(mode);
        Cases cases32 = arithmetic32(), cases64 = arithmetic64();
        for (int a = 0; a < NANS32.length; a++) {
            for (int b = 0; b < NANS32.length; b++) {
                cases32.check(narrow, NANS32[a], NANS32[b]);
                cases64.check(wide, NANS64[a], NANS64[b]);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void arithmeticOnNumbersGivesTheCanonicalNan(Mode mode) {
        Cases cases = new Cases();
        cases.add("A; A; f32.sub" + SEEN32, CANONICAL32);
        cases.add("A; f32.const 0; f32.mul" + SEEN32, CANONICAL32);
        cases.add("A; B; f32.div" + SEEN32, CANONICAL32);
        cases.add("A; f32.neg; f32.sqrt" + SEEN32, CANONICAL32);
        cases.add("A; f64.promote_f32; local.tee 3; f64.neg; f64.sqrt" + SEEN64, CANONICAL64);
        cases.add("A; f64.promote_f32; local.tee 3; local.get 3; f64.sub" + SEEN64, CANONICAL64);
        cases.add("A; B; f32.min" + SEEN32, 0x7F80_0000);
        cases.check(mode, 0x7F80_0000, 0x7F80_0000);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void lanesAreCanonical(Mode mode) {
        for (int lane = 0; lane < 2; lane++) {
            String seen = "; i64x2.extract_lane " + lane;
            Cases narrow = new Cases(), wide = new Cases();
            long both = CANONICAL32 << 32 | CANONICAL32;
            for (String op : BINARY) {
                narrow.add("V; W; f32x4." + op + seen, both);
                wide.add("V; W; f64x2." + op + seen, CANONICAL64);
            }
            for (String op : UNARY) {
                narrow.add("V; f32x4." + op + seen, both);
                wide.add("V; f64x2." + op + seen, CANONICAL64);
            }
            for (String op : List.of("madd", "nmadd", "min", "max")) {
                String third = op.endsWith("madd") ? "V; " : "";
                narrow.add(third + "V; W; f32x4.relaxed_" + op + seen, both);
                wide.add(third + "V; W; f64x2.relaxed_" + op + seen, CANONICAL64);
            }
            narrow.add("V; f64x2.promote_low_f32x4" + seen, CANONICAL64);
            wide.add("V; f32x4.demote_f64x2_zero" + seen, lane == 0 ? both : 0);
            narrow.add("V; W; f32x4.add; local.tee 4; f32x4.neg" + seen, 0xFFC0_0000_FFC0_0000L);
            Instance narrowInstance = narrow.instance(mode), wideInstance = wide.instance(mode);
            for (int i = 0; i < NANS32.length; i++) {
                long a = NANS32[i] & 0xFFFF_FFFFL, b = NANS32[NANS32.length - 1 - i] & 0xFFFF_FFFFL;
                narrow.check(narrowInstance, a << 32 | b, b << 32 | a);
                wide.check(wideInstance, NANS64[i], NANS64[NANS64.length - 1 - i]);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void whatOnlyMovesBitsKeepsThem(Mode mode) {
        for (int nan : NANS32) {
            Cases cases = new Cases();
            long same = nan & 0xFFFF_FFFFL, positive = same & 0x7FFF_FFFF, negated = same ^ 0x8000_0000L;
            cases.add("A" + SEEN32, same);
            cases.add("A; local.set 2; local.get 2" + SEEN32, same);
            cases.add("i32.const 8; A; f32.store 2 0; i32.const 4; f32.load 2 4" + SEEN32, same);
            cases.add("A; f32.const 0; i32.const 1; select" + SEEN32, same);
            cases.add("A; f32.neg" + SEEN32, negated);
            cases.add("A; f32.abs" + SEEN32, positive);
            cases.add("A; f32.const 0; f32.copysign" + SEEN32, positive);
            cases.add("A; f32x4.splat; f32x4.extract_lane 3" + SEEN32, same);
            cases.add("V; f32x4.neg; f32x4.extract_lane 0" + SEEN32, negated);
            cases.add("W; V; f32x4.pmin; f32x4.extract_lane 0" + SEEN32, 0);
            cases.add("V; W; f32x4.pmax; f32x4.extract_lane 0" + SEEN32, same);
            cases.check(mode, same, 0);
        }
        for (long nan : NANS64) {
            Cases cases = new Cases();
            cases.add("P" + SEEN64, nan);
            cases.add("i32.const 8; P; f64.store 3 0; i32.const 0; f64.load 3 8" + SEEN64, nan);
            cases.add("P; f64.neg" + SEEN64, nan ^ Long.MIN_VALUE);
            cases.add("P; f64.abs" + SEEN64, nan & Long.MAX_VALUE);
            cases.add("V; W; f64x2.pmin; f64x2.extract_lane 1" + SEEN64, nan);
            cases.check(mode, nan, 0);
        }
    }

    @Test
    void withoutTheModePayloadsGoThroughArithmetic() {
        Cases cases = arithmetic32();
        Instance usual = WasmModule.parse(cases.wasm.toArray()).instantiate(Imports.none());
        assertEquals(0xFFD2_3456L, usual.function("A; f32.sqrt" + SEEN32).call(0xFFD2_3456L, 0)[0]);
        assertThrows(IllegalStateException.class, () -> usual.record(new ByteArrayOutputStream()));
    }

    /** The module hashes the bits of sums of NaNs that the host has chosen, and adds them in a hot loop. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void aRecordingWithNansIsReplayedBitByBit(Mode mode) throws IOException {
        Wasm wasm = new Wasm();
        int ask = wasm.type("-> i32");
        wasm.importFunction("env", "ask", ask).memory(1);
        int hash = wasm.function(wasm.type("i32 ->"), "i64 f32 f32", "call 0; f32.reinterpret_i32; local.set 2; loop -;"
                + " call 0; f32.reinterpret_i32; local.tee 3; local.get 2; f32.add; local.tee 2; local.get 3; f32.mul; i32.reinterpret_f32; i64.extend_i32_s;"
                + " local.get 1; i64.const 31; i64.mul; i64.add; local.set 1;"
                + " local.get 3; f32.neg; local.set 2;"
                + " local.get 0; i32.const 1; i32.sub; local.tee 0; br_if 0; end;"
                + " i32.const 0; local.get 1; i64.store 3 0; i32.const 8; local.get 2; f32.store 2 0");
        WasmModule module = WasmModule.parse(wasm.export("hash", 0, hash + 1).toArray());
        Random chance = new Random(5);
        Imports imports = Imports.builder().function("env", "ask", FunctionType.of().returning(ValueType.I32),
                call -> call.resultI32(0x7F80_0001 | chance.nextInt())).build();
        Instance instance = module.canonicalNans().translated(mode).instantiate(imports, InstanceOptions.DEFAULT);
        ByteArrayOutputStream recording = new ByteArrayOutputStream();
        instance.record(recording);
        List<byte[]> states = new ArrayList<>();
        for (int rounds = 1; rounds < 20_000; rounds *= 3) {
            instance.function("hash").call(rounds);
            long expected = 0;
            for (int i = 0; i < rounds; i++) {
                expected = expected * 31 + CANONICAL32;
            }
            assertEquals(expected, instance.memory().getLong(0));
            states.add(instance.memory().array().clone());
        }
        assertTrue(states.size() > 8);
        for (Mode other : Mode.values()) {
            Replay replay = new Replay(module.translated(other), new ByteArrayInputStream(recording.toByteArray()));
            for (byte[] state : states) {
                assertNotNull(replay.next());
                assertArrayEquals(state, replay.instance().memory().array(), "after call " + replay.calls());
            }
            assertNull(replay.next());
        }
    }
}
