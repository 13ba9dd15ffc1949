package dev.thimble.wasm.hostile;

import dev.thimble.wasm.Imports;
import dev.thimble.wasm.Instance;
import dev.thimble.wasm.InstanceOptions;
import dev.thimble.wasm.WasmModule;
import dev.thimble.wasm.api.LinkException;
import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.encode.Assembler;
import dev.thimble.wasm.encode.Bytes;
import dev.thimble.wasm.encode.Wasm;

/** What {@link StormTest} runs in a process with a small heap: prints how each attempt at the host's resources ended. */
final class Storm {
    private Storm() {
    }

    public static void main(String[] names) {
        for (String name : names) {
            System.out.println(name + ": " + end(name));
        }
        Wasm honest = new Wasm();
        honest.function("-> i32", "", "i32.const 42");
        System.out.println("after: " + instance(honest.export("f", 0, 0)).function("f").call()[0]);
    }

    private static String end(String name) {
        try {
            return switch (name) {
                case "memory" -> String.valueOf((int) instance(memory()).function("f").call()[0] > 0);
                case "table" -> String.valueOf((int) instance(table()).function("f").call()[0] > 0);
                case "gibibyte" -> String.valueOf(instance(new Wasm().memory(16384)).memory().size());
                case "objects" -> String.valueOf(instance(objects()).function("f").call().length);
                case "array" -> String.valueOf(instance(array()).function("f").call().length);
                case "frames" -> String.valueOf(instance(frames()).function("f").call().length);
                case "exceptions" -> String.valueOf(instance(exceptions()).function("f").call().length);
                case "code" -> String.valueOf(instance(code()).function("f").call(0).length);
                default -> String.valueOf(instance(recursion()).function("f").call(1)[0]);
            };
        } catch (Trap trap) {
            return "trap " + trap.kind() + (trap.functionIndex() == 0 && trap.offset() > 0 ? "" : " somewhere");
        } catch (LinkException e) {
            return "not linked";
        }
    }

    private static Instance instance(Wasm wasm) {
        return WasmModule.parse(wasm.toArray()).instantiate(Imports.none(), InstanceOptions.DEFAULT.withMaxCallDepth(1_000_000));
    }

    /** Grows until it is refused; the result is the pages that it got. */
    private static Wasm memory() {
        Wasm wasm = new Wasm().memory(1);
        wasm.function("-> i32", "", "loop -; i32.const 100; memory.grow 0; i32.const -1; i32.ne; br_if 0; end; memory.size 0");
        return wasm.export("f", 0, 0);
    }

    private static Wasm table() {
        Wasm wasm = new Wasm().table("funcref", 1);
        wasm.function("-> i32", "", "loop -; ref.null func; i32.const 1000000; table.grow 0; i32.const -1; i32.ne; br_if 0; end; table.size 0");
        return wasm.export("f", 0, 0);
    }

    /** A list that is never let go. */
    private static Wasm objects() {
        Wasm wasm = new Wasm();
        wasm.type(Bytes.of(0x5F, 2, 0x63, 0, 1, 0x7E, 1));
        wasm.function("->", "null:0", "loop -; local.get 0; i64.const 1; struct.new 0; local.set 0; br 0; end");
        return wasm.export("f", 0, 0);
    }

    private static Wasm array() {
        Wasm wasm = new Wasm();
        wasm.type(Bytes.of(0x5E, 0x7E, 1));
        wasm.function("->", "", "i32.const -1; array.new_default 0; drop");
        return wasm.export("f", 0, 0);
    }

    /** Calls itself with as many locals as a function may have. */
    private static Wasm frames() {
        Wasm wasm = new Wasm();
        wasm.function(wasm.type("->"), new Bytes().u32(1).u32(20_000).raw(0x7E).raw(Assembler.code("call 0; local.get 0; drop")).raw(0x0B));
        return wasm.export("f", 0, 0);
    }

    /** A list of exceptions that is never let go. */
    private static Wasm exceptions() {
        Wasm wasm = new Wasm();
        int none = wasm.type("->");
        int list = wasm.type(Bytes.of(0x5F, 2, 0x63, 1, 1, 0x69, 1));
        wasm.tag(none).function(none, "exnref null:" + list, "loop -; block exnref; try_table - 1 3 0; throw 0; end; unreachable; end; local.set 0;"
                + "local.get 1; local.get 0; struct.new 1; local.set 1; br 0; end");
        return wasm.export("f", 0, 0);
    }

    /** More than there is room for when it is translated. */
    private static Wasm code() {
        Wasm wasm = new Wasm();
        Bytes body = new Bytes().u32(0);
        byte[] once = Assembler.code("i32.const 7; local.set 0").toArray();
        for (int i = 0; i < 1_500_000; i++) {
            body.raw(once);
        }
        wasm.function(wasm.type("i32 ->"), body.raw(0x0B));
        return wasm.export("f", 0, 0);
    }

    private static Wasm recursion() {
        Wasm wasm = new Wasm();
        wasm.function("i32 -> i32", "", "local.get 0; i32.const 1; i32.add; call 0; i32.const 1; i32.add");
        return wasm.export("f", 0, 0);
    }
}
