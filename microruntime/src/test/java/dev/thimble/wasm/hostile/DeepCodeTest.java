package dev.thimble.wasm.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.thimble.wasm.Function;
import dev.thimble.wasm.Imports;
import dev.thimble.wasm.InstanceOptions;
import dev.thimble.wasm.WasmModule;
import dev.thimble.wasm.api.Limits;
import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.encode.Assembler;
import dev.thimble.wasm.encode.Bytes;
import dev.thimble.wasm.encode.Wasm;
import dev.thimble.wasm.translate.Mode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Code whose tree would be very deep or very long runs as any other. */
class DeepCodeTest {
    private static long run(Mode mode, Bytes code, long argument) {
        Wasm wasm = new Wasm();
        wasm.function(wasm.type("i32 -> i32"), new Bytes().u32(0).raw(code).raw(0x0B));
        WasmModule module = WasmModule.parse(wasm.export("f", 0, 0).toArray(), Limits.DEFAULT).translated(mode);
        return (int) module.instantiate(Imports.none()).function("f").call(argument)[0];
    }

    private static Bytes repeat(String start, String repeated, int times, String end) {
        Bytes code = new Bytes().raw(Assembler.code(start));
        byte[] once = Assembler.code(repeated).toArray();
        for (int i = 0; i < times; i++) {
            code.raw(once);
        }
        return code.raw(Assembler.code(end));
    }

    @ParameterizedTest
    @EnumSource
    void aChainOfOperations(Mode mode) {
        assertEquals(0, run(mode, repeat("local.get 0", "i32.eqz", 100_000, ""), 0));
        assertEquals(1, run(mode, repeat("local.get 0", "i32.eqz", 100_001, ""), 0));
        assertEquals(100_007, run(mode, repeat("local.get 0", "i32.const 1; i32.add", 100_000, ""), 7));
    }

    @ParameterizedTest
    @EnumSource
    void manyOperandsBeforeTheFirstOperation(Mode mode) {
        assertEquals(10_001, run(mode, repeat("local.get 0", "i32.const 1", 10_000, "").raw(repeat("", "i32.add", 10_000, "")), 1));
    }

    @ParameterizedTest
    @EnumSource
    void aThousandNestedBlocks(Mode mode) {
        Bytes code = repeat("", "block i32", 1_000, "local.get 0").raw(repeat("", "i32.const 0; br_if 0; end", 1_000, ""));
        assertEquals(5, run(mode, code, 5));
        Bytes ifs = repeat("", "local.get 0; if -", 999, "i32.const 3; local.set 0").raw(repeat("", "end", 999, "local.get 0"));
        assertEquals(3, run(mode, ifs, 9));
        Bytes loops = repeat("", "loop -", 999, "").raw(repeat("", "end", 999, "local.get 0"));
        assertEquals(9, run(mode, loops, 9));
        Bytes elses = repeat("", "local.get 0; if -; else", 999, "i32.const 3; local.set 0").raw(repeat("", "end", 999, "local.get 0"));
        assertEquals(3, run(mode, elses, 0));
        for (String block : new String[] {"try -", "try_table - 0", "try_table - 1 2 0"}) {
            Bytes tries = repeat("block -", block, 998, "i32.const 3; local.set 0").raw(repeat("", "end", 999, "local.get 0"));
            assertEquals(3, run(mode, tries, 9));
        }
    }

    /** Branches that take their operand to two places; one arm for each entry would be gigabytes. */
    @ParameterizedTest
    @EnumSource
    void aTableOfMillionsOfBranchesThatCarryOperands(Mode mode) {
        int entries = 7_000_000;
        var table = new byte[entries];
        for (int i = 1; i < entries; i += 2) {
            table[i] = 1;
        }
        Bytes code = new Bytes().raw(Assembler.code("block i32; i32.const 5; block i32; i32.const 7; local.get 0")).raw(0x0E)
                .u32(entries).raw(table).raw(1).raw(Assembler.code("end; i32.add; end"));
        assertEquals(12, run(mode, code, 0));
        assertEquals(7, run(mode, code, 1));
        assertEquals(12, run(mode, code, entries - 2));
        assertEquals(7, run(mode, code, -1));
    }

    @ParameterizedTest
    @EnumSource
    void aHundredThousandStatements(Mode mode) {
        assertEquals(100_000, run(mode, repeat("", "local.get 0; i32.const 1; i32.add; local.set 0", 100_000, "local.get 0"), 0));
    }

    /** Java's stack ends long before the depth that is allowed; the trap has its place all the same, unless all that runs is hot. */
    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "TIERED"})
    void deepCodeThatCallsItself(Mode mode) {
        Wasm wasm = new Wasm();
        wasm.function(wasm.type("i32 -> i32"), new Bytes().u32(0).raw(repeat("", "block i32", 300, "local.get 0; call 0"))
                .raw(repeat("", "i32.const 0; br_if 0; end", 300, "")).raw(0x0B));
        Function function = WasmModule.parse(wasm.export("f", 0, 0).toArray()).translated(mode)
                .instantiate(Imports.none(), InstanceOptions.DEFAULT.withMaxCallDepth(1_000_000)).function("f");
        Trap trap = assertThrows(Trap.class, () -> function.call(1));
        assertEquals(Trap.Kind.CALL_STACK_EXHAUSTED, trap.kind());
        assertEquals(0, trap.trace().frames().get(0).functionIndex());
    }
}
