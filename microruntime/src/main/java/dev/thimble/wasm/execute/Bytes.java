package dev.thimble.wasm.execute;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Access to memory 0 while it is smaller than 2 GiB. Addresses from 2 GiB up are negative as Java's ints and lie
 * outside; a sum that overflows is negative too, so one comparison and the handle's own check suffice. What lies
 * outside throws {@link IndexOutOfBoundsException}, which lists of statements turn into a trap that knows its place.
 * The methods are as small as they are so that C1 inlines them at some depth.
 */
public final class Bytes {
    static final VarHandle I16 = view(short[].class);
    static final VarHandle I32 = view(int[].class);
    static final VarHandle I64 = view(long[].class);
    static final VarHandle F32 = view(float[].class);
    static final VarHandle F64 = view(double[].class);

    private Bytes() {
    }

    private static VarHandle view(Class<?> array) {
        return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.LITTLE_ENDIAN);
    }

    private static IndexOutOfBoundsException outside() {
        return new IndexOutOfBoundsException();
    }

    static int i8(Frame f, int address, int offset) {
        if (address < 0) {
            throw outside();
        }
        return f.memory[address + offset];
    }

    static short i16(Frame f, int address, int offset) {
        if (address < 0) {
            throw outside();
        }
        return (short) I16.get(f.memory, address + offset);
    }

    static int i32(Frame f, int address, int offset) {
        if (address < 0) {
            throw outside();
        }
        return (int) I32.get(f.memory, address + offset);
    }

    public static long i64(Frame f, int address, int offset) {
        if (address < 0) {
            throw outside();
        }
        return (long) I64.get(f.memory, address + offset);
    }

    static float f32(Frame f, int address, int offset) {
        if (address < 0) {
            throw outside();
        }
        return (float) F32.get(f.memory, address + offset);
    }

    static double f64(Frame f, int address, int offset) {
        if (address < 0) {
            throw outside();
        }
        return (double) F64.get(f.memory, address + offset);
    }

    static void put8(Frame f, int address, int offset, int value) {
        if (address < 0) {
            throw outside();
        }
        f.memory[address + offset] = (byte) value;
    }

    static void put16(Frame f, int address, int offset, int value) {
        if (address < 0) {
            throw outside();
        }
        I16.set(f.memory, address + offset, (short) value);
    }

    static void put32(Frame f, int address, int offset, int value) {
        if (address < 0) {
            throw outside();
        }
        I32.set(f.memory, address + offset, value);
    }

    public static void put64(Frame f, int address, int offset, long value) {
        if (address < 0) {
            throw outside();
        }
        I64.set(f.memory, address + offset, value);
    }

    static void putF32(Frame f, int address, int offset, float value) {
        if (address < 0) {
            throw outside();
        }
        F32.set(f.memory, address + offset, value);
    }

    static void putF64(Frame f, int address, int offset, double value) {
        if (address < 0) {
            throw outside();
        }
        F64.set(f.memory, address + offset, value);
    }
}
