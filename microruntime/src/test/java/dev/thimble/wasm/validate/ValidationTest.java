package dev.thimble.wasm.validate;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.wasm.api.InvalidModuleException;
import dev.thimble.wasm.api.Limits;
import dev.thimble.wasm.api.MalformedModuleException;
import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.encode.Bytes;
import dev.thimble.wasm.encode.Wasm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValidationTest {
    /** A module with something of everything that bodies may refer to; types 0 to 4 are its own. */
    private static Wasm surroundings() {
        Wasm wasm = new Wasm();
        wasm.type("i32 -> i32");
        wasm.type("i32 i64 -> i64 i32");
        wasm.type(Bytes.of(0x5F, 2, 0x7F, 1, 0x78, 0));
        wasm.type(Bytes.of(0x5E, 0x7E, 1));
        wasm.type("i32 ->");
        wasm.importFunction("env", "f", 0).importGlobal("env", "g", "i64", false);
        wasm.table("funcref", 4).memory(1).tag(4).global("f32", true, "f32.const 1.5").dataCount(1).data(Bytes.of(1, 1, 0));
        wasm.element(Bytes.of(1, 0, 1, 0));
        return wasm;
    }

    private static byte[] with(String signature, String locals, String code) {
        Wasm wasm = surroundings();
        wasm.function(signature, locals, code);
        return wasm.toArray();
    }

    private static void parse(byte[] module) {
        ModuleValidator.parse(module, Limits.DEFAULT);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            -> i32              |              | i32.const 1; i32.const 2; i32.add
            i32 -> i32          | i32          | local.get 0; local.tee 1; local.get 1; i32.mul
            -> i32              |              | block i32; i32.const 1; br 0; end
            i32 -> i32          |              | local.get 0; if i32; i32.const 1; else; i32.const 2; end
            i32 ->              |              | local.get 0; if -; nop; end
            i32 i64 -> i64 i32  |              | local.get 0; local.get 1; block type:1; drop; drop; local.get 1; local.get 0; end
            i32 -> i32          |              | block -; block -; local.get 0; br_table 0 1 0; end; end; i32.const 3
            i32 -> i32          |              | loop -; local.get 0; br_if 0; end; i32.const 3
            -> i32              |              | unreachable; i32.add
            -> i64              |              | unreachable; select
            -> f32              |              | global.get 1; f32.const 2; global.set 1
            -> i64              |              | i32.const 0; i64.load 3 8
            -> i32              |              | memory.size 0; memory.grow 0
            -> i32              |              | i32.const 5; i32.const 0; call_indirect 0 0
            -> i32              |              | i32.const 5; return_call 0
            -> i32              |              | i32.const 5; ref.func 0; call_ref 0
            -> i32              |              | struct.new_default 2; struct.get 2 0; i32.eqz
            -> i32              |              | i32.const 1; i32.const 2; struct.new 2; struct.get_s 2 1
            -> i64              |              | i64.const 1; i32.const 4; array.new 3; i32.const 0; array.get 3
            -> i32              |              | block null:0; ref.func 0; br_on_non_null 0; ref.null 0; end; ref.is_null
            -> i32              |              | i32.const 7; ref.i31; i31.get_u
            -> i32              |              | block i32; try_table - 1 0 0 0; i32.const 1; throw 0; end; i32.const 2; end
            -> i32              |              | try i32; i32.const 1; catch 0; catch_all; i32.const 2; end
            ->                  |              | try -; try -; delegate 0; catch_all; rethrow 0; end
            -> i64 i64          |              | i64.const 1; i64.const 2; i64.const 3; i64.const 4; i64.add128
            -> i32              |              | i32.const 0; i32.const 1; i32.atomic.rmw.add 2 0
            -> v128             |              | i32.const 0; v128.const 1 2; v128.load8_lane 0 0 15
            -> i32              | ref:0        | ref.func 0; local.set 0; local.get 0; ref.is_null
            ->                  |              | i32.const 0; i32.const 0; i32.const 0; memory.init 0 0; data.drop 0
            ->                  |              | i32.const 0; i32.const 0; i32.const 0; table.init 0 0; elem.drop 0
            """)
    void accepts(String signature, String locals, String code) {
        assertDoesNotThrow(() -> parse(with(signature, locals == null ? "" : locals, code)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            -> i32              |              | i32.const 1; i64.const 2; i32.add        | expected i32, found i64
            -> i32              |              | i64.const 1                              | expected i32, found i64
            -> i32              |              | nop                                      | nothing on the stack
            ->                  |              | i32.const 1                              | 1 values left
            ->                  |              | local.get 0                              | unknown local 0
            ->                  |              | br 1                                     | unknown label 1
            ->                  |              | call 9                                   | unknown function 9
            ->                  |              | i32.const 0; br_table 0 7                | unknown label 7
            i32 -> i32          |              | local.get 0; if i32; i32.const 1; end    | without else
            i32 -> i32          |              | block i32; local.get 0; local.get 0; br_table 0 1; end | ok
            i32 -> i32          |              | block -; local.get 0; br_table 0 1; end; i32.const 1 | labels of
            ->                  |              | i64.const 1; global.set 0                | immutable global
            -> i32              |              | i32.const 0; i32.load 3 0                | alignment
            -> i32              |              | i32.const 0; i32.load 2 0x100000000      | offset out of range
            -> i32              |              | i32.const 0; i32.atomic.load 1 0         | atomic alignment
            -> i32              |              | i32.const 0; i32.load 66 1 0             | unknown memory 1
            -> v128             |              | v128.const 1 1; v128.const 1 1; i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 32 | lane index 32
            -> i32              |              | v128.const 1 1; i32x4.extract_lane 4     | lane index 4
            -> i32              | ref:0        | local.get 0; ref.is_null                 | uninitialized local 0
            -> i32              | ref:0        | block -; ref.func 0; local.set 0; end; local.get 0; ref.is_null | uninitialized local 0
            -> i32              |              | ref.func 1; ref.is_null                  | undeclared function reference 1
            -> i32              |              | i32.const 1; struct.get 2 0              | expected (ref null type 2), found i32
            -> i32              |              | ref.null 2; struct.get 2 1               | packed
            ->                  |              | ref.null 2; i32.const 1; struct.set 2 1  | immutable field
            ->                  |              | ref.null 2; struct.get 2 2; drop         | unknown field 2
            ->                  |              | ref.null 0; struct.get 0 0; drop         | not a struct type
            ->                  |              | ref.null any; ref.cast func; drop        | type mismatch
            ->                  |              | rethrow 0                                | invalid rethrow label
            ->                  |              | i32.const 1; i32.const 2; i64.const 3; select_t i32 i32; drop | arity
            ->                  |              | ref.null func; ref.null func; i32.const 1; select; drop | references
            ->                  |              | try_table - 1 0 0 0; end                 | label takes 0 values
            -> i64              |              | i32.const 5; return_call 0               | expected i64, found i32
            ->                  |              | throw 3                                  | unknown tag 3
            ->                  |              | elem.drop 4                              | unknown elem segment 4
            ->                  |              | i32.const 0; i32.const 0; i32.const 0; memory.init 3 0 | unknown data segment 3
            """)
    void refuses(String signature, String locals, String code, String message) {
        byte[] module = with(signature, locals == null ? "" : locals, code);
        if (message.equals("ok")) {
            assertDoesNotThrow(() -> parse(module));
            return;
        }
        InvalidModuleException e = assertThrows(InvalidModuleException.class, () -> parse(module));
        assertTrue(e.getMessage().contains(message), e.getMessage());
        assertEquals(1, e.functionIndex());
    }

    @Test
    void errorsNameFunctionInstructionAndOffset() {
        byte[] module = with("-> i32", "", "i32.const 1; i64.const 2; i32.add");
        InvalidModuleException e = assertThrows(InvalidModuleException.class, () -> parse(module));
        assertEquals(1, e.functionIndex());
        assertEquals(0x6A, module[e.offset()]);
        assertTrue(e.getMessage().contains("at i32.add in function 1 at offset 0x"), e.getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            i32 | i32.const 1; i32.const 2; i32.add; i32.const 3; i32.mul |
            i64 | global.get 0                     |
            i32 | i32.const 1; i32.eqz             | constant expression required
            i32 | i64.const 1                      | expected i32, found i64
            i32 | i32.const 1; i32.const 1         | 1 values left
            f32 | global.get 1                     | mutable global
            f32 | global.get 2                     | unknown global 2
            i64 | i32.const 0; i64.load 0 0        | constant expression required
            """)
    void checksConstantExpressions(String type, String code, String message) {
        byte[] module = surroundings().global(type, false, code).toArray();
        if (message == null) {
            assertDoesNotThrow(() -> parse(module));
            return;
        }
        InvalidModuleException e = assertThrows(InvalidModuleException.class, () -> parse(module));
        assertTrue(e.getMessage().contains(message), e.getMessage());
        assertEquals(Trap.UNKNOWN, e.functionIndex());
    }

    @Test
    void malformedCodeIsNotMerelyInvalid() {
        assertThrows(MalformedModuleException.class, () -> parse(body(0xFF, 0x0B)));
        assertThrows(MalformedModuleException.class, () -> parse(body(0xFC, 0x7F, 0x0B)));
        assertThrows(MalformedModuleException.class, () -> parse(body(0x41)));
        assertThrows(MalformedModuleException.class, () -> parse(body(0x0B, 0x0B)));
        assertThrows(MalformedModuleException.class, () -> parse(body(0x01)));
        Wasm uncounted = new Wasm().memory(1);
        uncounted.function("->", "", "data.drop 0");
        assertThrows(MalformedModuleException.class, () -> parse(uncounted.data(Bytes.of(1, 0)).toArray()));
    }

    private static byte[] body(int... code) {
        Wasm wasm = new Wasm();
        wasm.function(wasm.type("->"), Bytes.of(0).raw(code));
        return wasm.toArray();
    }

    @Test
    void checksWhatSectionsSayOfEachOther() {
        invalid(new Wasm().export("a", 0, 0), "unknown function 0 in export");
        invalid(new Wasm().memory(1).export("a", 2, 0).export("a", 2, 0), "duplicate export name \"a\"");
        invalid(new Wasm().start(0), "unknown function 0 as the start function");
        Wasm start = new Wasm();
        start.function("i32 ->", "", "nop");
        invalid(start.start(0), "neither parameters nor results");
        invalid(new Wasm().data(0, 1), "unknown memory 0");
        invalid(new Wasm().element(0), "unknown table 0");
        invalid(new Wasm().table("externref", 1).element(0), "does not fit table 0");
        invalid(new Wasm().table("funcref", 1).element(0, 5), "unknown function 5");
        invalid(new Wasm().memory(Bytes.of(0).u32(65537)), "at most 65536");
        invalid(new Wasm().memory(Bytes.of(1, 2, 1)), "must not be greater");
        invalid(new Wasm().memory(Bytes.of(2, 1)), "must have maximum");
        invalid(new Wasm().memory(Bytes.of(8, 1, 3)), "page size");
        invalid(new Wasm().importFunction("a", "b", 4), "unknown type 4");
        invalid(new Wasm().table("ref:func", 1), "no initialiser");
        Wasm tag = new Wasm();
        invalid(tag.tag(tag.type("-> i32")), "tag result");
    }

    private static void invalid(Wasm wasm, String message) {
        InvalidModuleException e = assertThrows(InvalidModuleException.class, () -> parse(wasm.toArray()));
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }
}
