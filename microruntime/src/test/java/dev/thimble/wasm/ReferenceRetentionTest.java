package dev.thimble.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.thimble.wasm.api.FunctionType;
import dev.thimble.wasm.api.ValueType;
import dev.thimble.wasm.encode.Wasm;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a module no longer reaches goes with the end of the call, not with the next one. */
class ReferenceRetentionTest {
    private final List<WeakReference<Object>> made = new ArrayList<>();

    private Instance instance() {
        Wasm wasm = new Wasm();
        int make = wasm.type("-> externref");
        wasm.importFunction("env", "make", make);
        wasm.function("i32 -> i32", "externref",
                "call 0; local.set 1; local.get 0; if -; local.get 0; i32.const 1; i32.sub; call 1; drop; end; "
                        + "local.get 1; ref.is_null; i32.eqz");
        wasm.function("-> externref", "", "call 0");
        wasm.export("deep", 0, 1).export("result", 0, 2);
        return WasmModule.parse(wasm.toArray()).instantiate(Imports.builder()
                .function("env", "make", FunctionType.of().returning(ValueType.EXTERNREF), call -> {
                    Object object = new Object();
                    made.add(new WeakReference<>(object));
                    call.resultReference(0, object);
                }).build());
    }

    @Test
    void framesHoldNothingAfterTheCall() throws InterruptedException {
        Instance instance = instance();
        assertEquals(1, instance.function("deep").call(20)[0]);
        assertEquals(21, made.size());
        for (WeakReference<Object> reference : made) {
            for (int attempt = 0; attempt < 50 && reference.get() != null; attempt++) {
                System.gc();
                Thread.sleep(10);
            }
            assertNull(reference.get());
        }
        assertEquals(1, instance.function("deep").call(0)[0]);
    }

    @Test
    void resultsAreHandedOverFirst() {
        Call call = instance().function("result").newCall();
        call.run();
        assertSame(made.get(0).get(), call.referenceResult(0));
    }
}
