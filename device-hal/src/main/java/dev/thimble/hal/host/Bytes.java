package dev.thimble.hal.host;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Little-endian words and comparisons in guest memory, inside spans that have been checked. */
final class Bytes {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Bytes() { }

    static int getInt(byte[] memory, int at) {
        return (int) INT.get(memory, at);
    }

    static void putInt(byte[] memory, int at, int value) {
        INT.set(memory, at, value);
    }

    static void putLong(byte[] memory, int at, long value) {
        LONG.set(memory, at, value);
    }

    static boolean equal(byte[] whole, byte[] memory, int at, int length) {
        return Arrays.equals(whole, 0, whole.length, memory, at, at + length);
    }
}
