package dev.thimble.hal.host;

import dev.thimble.hal.grant.Grant;
import dev.thimble.wasm.api.HostCall;
import dev.thimble.wasm.api.HostFunction;
import dev.thimble.wasm.api.Memory;
import dev.thimble.wasm.api.MemoryType;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** A module's side of the host imports without an engine: one page of real memory and calls by name. */
final class Guest implements HostCall {
    final CellHost host;
    final Memory memory = new Memory(new MemoryType(false, 1, 1, false, 16));
    private final Map<String, HostFunction> functions = new HashMap<>();
    private final long[] slots = new long[8];
    private int next;

    Guest(Grant grant, CellResources resources, CellPorts ports) {
        host = new CellHost(grant, resources, ports);
        for (Import i : HostImports.all()) {
            functions.put(i.module() + " " + i.name(), i.bind(host));
        }
    }

    HostFunction function(String area, String name) {
        return functions.get(area.equals("env") ? "env " + name : "thimble:" + area + "/1 " + name);
    }

    /** Calls an import; returns its result as i32. */
    int call(String area, String name, long... arguments) {
        System.arraycopy(arguments, 0, slots, 0, arguments.length);
        function(area, name).call(this);
        next = 1024;
        return (int) slots[0];
    }

    /** Allocation-free: the arguments are already in the slots. */
    int call(HostFunction function, long a, long b, long c, long d, long e, long f) {
        slots[0] = a;
        slots[1] = b;
        slots[2] = c;
        slots[3] = d;
        slots[4] = e;
        slots[5] = f;
        function.call(this);
        return (int) slots[0];
    }

    long wide() {
        return slots[0];
    }

    /** Puts text into memory for the next call; its length is that of the text. */
    int text(String s) {
        byte[] bytes = s.getBytes(StandardCharsets.UTF_8);
        int at = Math.max(next, 1024);
        memory.write(at, bytes, 0, bytes.length);
        next = at + bytes.length;
        return at;
    }

    byte[] bytes(int at, int length) {
        byte[] bytes = new byte[length];
        memory.read(at, bytes, 0, length);
        return bytes;
    }

    String string(int at, int length) {
        return new String(bytes(at, length), StandardCharsets.UTF_8);
    }

    @Override
    public Memory memory() {
        return memory;
    }

    @Override
    public Object attachment() {
        return null;
    }

    @Override
    public int i32(int argument) {
        return (int) slots[argument];
    }

    @Override
    public long i64(int argument) {
        return slots[argument];
    }

    @Override
    public float f32(int argument) {
        return Float.intBitsToFloat((int) slots[argument]);
    }

    @Override
    public double f64(int argument) {
        return Double.longBitsToDouble(slots[argument]);
    }

    @Override
    public long v128Low(int argument) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long v128High(int argument) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Object reference(int argument) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void resultI32(int result, int value) {
        slots[result] = value;
    }

    @Override
    public void resultI64(int result, long value) {
        slots[result] = value;
    }

    @Override
    public void resultF32(int result, float value) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void resultF64(int result, double value) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void resultV128(int result, long low, long high) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void resultReference(int result, Object value) {
        throw new UnsupportedOperationException();
    }
}
