package dev.thimble.wasm.wasi;

import dev.thimble.wasm.Imports;
import dev.thimble.wasm.api.FunctionType;
import dev.thimble.wasm.api.HostCall;
import dev.thimble.wasm.api.Memory;
import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.api.ValueType;
import java.io.IOException;

/** How calls become imports, and what all of them check. */
final class Calls {
    static final String MODULE = "wasi_snapshot_preview1";

    /** In place of an errno: the call has suspended the run and is made again. */
    static final int SUSPENDED = -1;

    /** A call; what it returns or throws is its errno. */
    @FunctionalInterface
    interface Body {
        int call(HostCall call) throws IOException;
    }

    private Calls() {
    }

    /**
     * @param signature of the parameters: {@code i} for i32, {@code I} for i64
     */
    static void add(Imports.Builder imports, String name, String signature, Body body) {
        var parameters = new ValueType[signature.length()];
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] = signature.charAt(i) == 'I' ? ValueType.I64 : ValueType.I32;
        }
        FunctionType type = FunctionType.of(parameters).returning(ValueType.I32);
        imports.function(MODULE, name, type, call -> {
            int errno = run(body, call);
            if (errno != SUSPENDED) {
                call.resultI32(errno);
            }
        });
    }

    private static int run(Body body, HostCall call) {
        if (call.memory() == null) {
            throw new Trap(Trap.Kind.MEMORY_OUT_OF_BOUNDS, Trap.UNKNOWN);
        }
        try {
            return body.call(call);
        } catch (Errno.Failure e) {
            return e.errno;
        } catch (IOException e) {
            return Errno.of(e);
        }
    }

    /** A range that lies outside memory traps, as everywhere in the host's interface. */
    static void span(Memory memory, int at, int length) {
        if (!memory.spans(at, length)) {
            throw new IndexOutOfBoundsException("out of bounds memory access: " + Integer.toUnsignedString(length)
                    + " bytes at " + Integer.toUnsignedString(at));
        }
    }
}
