package dev.thimble.wasm.wasi;

import dev.thimble.wasm.Imports;
import dev.thimble.wasm.api.FunctionType;
import dev.thimble.wasm.api.HostCall;
import dev.thimble.wasm.api.Memory;
import dev.thimble.wasm.api.ValueType;
import java.util.List;
import java.util.random.RandomGenerator;

/** {@code args_*}, {@code environ_*}, {@code random_get}, {@code proc_*} and {@code sched_yield}. */
final class ProcessCalls {
    private static final int MAX_SIGNAL = 30;
    /** chld, cont, urg, winch: ignored unless a process asks for them. */
    private static final long HARMLESS_SIGNALS = 1 | 1 << 16 | 1 << 17 | 1 << 22 | 1 << 27;

    private final List<byte[]> arguments;
    private final List<byte[]> environment;
    private final RandomGenerator random;

    /** The strings end in NUL. */
    ProcessCalls(List<byte[]> arguments, List<byte[]> environment, RandomGenerator random) {
        this.arguments = arguments;
        this.environment = environment;
        this.random = random;
    }

    void addTo(Imports.Builder imports) {
        Calls.add(imports, "args_sizes_get", "ii", c -> sizes(c, arguments));
        Calls.add(imports, "args_get", "ii", c -> strings(c, arguments));
        Calls.add(imports, "environ_sizes_get", "ii", c -> sizes(c, environment));
        Calls.add(imports, "environ_get", "ii", c -> strings(c, environment));
        Calls.add(imports, "random_get", "ii", this::randomGet);
        Calls.add(imports, "proc_raise", "i", c -> procRaise(c.i32(0)));
        Calls.add(imports, "sched_yield", "", c -> Errno.SUCCESS);
        imports.function(Calls.MODULE, "proc_exit", FunctionType.of(ValueType.I32), c -> {
            throw new ProcExit(c.i32(0));
        });
    }

    private static int sizes(HostCall call, List<byte[]> strings) {
        int bytes = 0;
        for (byte[] string : strings) {
            bytes += string.length;
        }
        Memory memory = call.memory();
        memory.putInt(call.i32(0), strings.size());
        memory.putInt(call.i32(1), bytes);
        return Errno.SUCCESS;
    }

    private static int strings(HostCall call, List<byte[]> strings) {
        Memory memory = call.memory();
        int pointers = call.i32(0);
        int at = call.i32(1);
        for (byte[] string : strings) {
            memory.putInt(pointers, at);
            memory.write(at, string, 0, string.length);
            pointers += 4;
            at += string.length;
        }
        return Errno.SUCCESS;
    }

    private int randomGet(HostCall call) {
        Memory memory = call.memory();
        int at = call.i32(0);
        int length = call.i32(1);
        Calls.span(memory, at, length);
        int end = at + length;
        for (; end - at >= 8; at += 8) {
            memory.putLong(at, random.nextLong());
        }
        for (long bits = random.nextLong(); at < end; at++, bits >>>= 8) {
            memory.putByte(at, (int) bits);
        }
        return Errno.SUCCESS;
    }

    private static int procRaise(int signal) {
        if (signal < 0 || signal > MAX_SIGNAL) {
            return Errno.INVAL;
        } else if ((HARMLESS_SIGNALS >>> signal & 1) != 0) {
            return Errno.SUCCESS;
        }
        throw new ProcExit(128 + signal);
    }
}
