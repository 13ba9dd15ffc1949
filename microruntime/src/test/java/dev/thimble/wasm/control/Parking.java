package dev.thimble.wasm.control;

import dev.thimble.wasm.Call;
import dev.thimble.wasm.Imports;
import dev.thimble.wasm.Instance;
import dev.thimble.wasm.InstanceOptions;
import dev.thimble.wasm.WasmModule;
import dev.thimble.wasm.api.FunctionType;
import dev.thimble.wasm.api.Progress;
import dev.thimble.wasm.api.ValueType;
import dev.thimble.wasm.encode.Bytes;
import dev.thimble.wasm.encode.Wasm;
import java.util.ArrayList;
import java.util.List;

/** Parks 10,000 instances with memories of 4 KiB on one thread, resumes each three times, and prints the heap in use. */
final class Parking {
    private static final int INSTANCES = 10_000;

    private Parking() {
    }

    public static void main(String[] arguments) {
        Wasm wasm = new Wasm();
        int wait = wasm.type("i32 -> i32");
        wasm.importFunction("env", "wait", wait);
        // Pages of one byte: 4096 of them.
        wasm.memory(Bytes.of(8).u32(4096).u32(0));
        wasm.function(wait, "i32", "i32.const 8; local.get 0; call 0; i32.store 2 0; i32.const 8; i32.load 2 0; call 0");
        int run = wasm.function(wait, "i32 i64", "loop -; local.get 1; local.get 0; call 1; i32.add; local.set 1; local.get 0; i32.const 1; i32.sub;"
                + " local.tee 0; br_if 0; end; local.get 1");
        wasm.export("run", 0, run + 1);
        WasmModule module = WasmModule.parse(wasm.toArray());
        Imports imports = Imports.builder().function("env", "wait", FunctionType.of(ValueType.I32).returning(ValueType.I32), call -> {
            if (call.resumed()) {
                call.resultI32(call.i32(0) + 1);
            } else {
                call.suspend();
            }
        }).build();
        List<Call> parked = new ArrayList<>();
        for (int i = 0; i < INSTANCES; i++) {
            Instance instance = module.instantiate(imports, InstanceOptions.DEFAULT);
            Call call = instance.function("run").newCall();
            call.i32(0, 2);
            if (call.start() != Progress.WAITING || instance.memory().size() != 4096) {
                throw new IllegalStateException("instance " + i + " does not wait with 4 KiB");
            }
            parked.add(call);
        }
        System.gc();
        long used = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
        for (int round = 0; round < 3; round++) {
            parked.forEach(Call::resume);
        }
        for (Call call : parked) {
            if (call.resume() != Progress.FINISHED || call.i32Result(0) != 4 + 3) {
                throw new IllegalStateException("a run ended with " + call.i32Result(0));
            }
        }
        System.out.println(INSTANCES + " parked, threads " + Thread.activeCount() + ", heap " + (used >> 20) + " MiB");
    }
}
