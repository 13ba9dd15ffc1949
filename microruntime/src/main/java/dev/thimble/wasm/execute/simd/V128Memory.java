package dev.thimble.wasm.execute.simd;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Vector loads and stores (spec 3.0, "Memory Instructions") between slots and a memory's bytes. The caller has checked
 * that the {@link #bytes} from a non-negative address lie in the memory, so that a store is done whole or not at all.
 * Codes are those after the prefix 0xFD.
 */
public final class V128Memory {
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int LOAD = 0x00, LOAD32X2_U = 0x06, LOAD8_SPLAT = 0x07, LOAD64_SPLAT = 0x0A, STORE = 0x0B;
    private static final int LOAD8_LANE = 0x54, STORE8_LANE = 0x58, STORE64_LANE = 0x5B, LOAD32_ZERO = 0x5C;

    private V128Memory() {}

    /** Whether the code is one of this class's. */
    public static boolean contains(int code) {
        return code <= STORE || code >= LOAD8_LANE && code <= LOAD32_ZERO + 1;
    }

    /** Whether the code writes the memory and gives no result. */
    public static boolean isStore(int code) {
        return code == STORE || code >= STORE8_LANE && code <= STORE64_LANE;
    }

    /** Whether the code takes a vector besides the address. */
    public static boolean takesVector(int code) {
        return code == STORE || code >= LOAD8_LANE && code <= STORE64_LANE;
    }

    /** Bytes that the operation reads or writes. */
    public static int bytes(int code) {
        if (code == LOAD || code == STORE) {
            return 16;
        }
        if (code <= LOAD32X2_U) {
            return 8;
        }
        return code <= LOAD64_SPLAT ? 1 << code - LOAD8_SPLAT
                : code >= LOAD32_ZERO ? 4 << code - LOAD32_ZERO : 1 << (code - LOAD8_LANE & 3);
    }

    /**
     * Executes a load.
     *
     * @param m the memory
     * @param at address of the first byte
     * @param s slots
     * @param d slot of the result
     * @param a slot of the vector whose lane is replaced, for the lane loads
     * @param lane index of that lane
     */
    public static void load(int code, byte[] m, int at, long[] s, int d, int a, int lane) {
        if (code == LOAD) {
            long low = (long) LONG.get(m, at);
            V128.set(s, d, low, (long) LONG.get(m, at + 8));
        } else if (code <= LOAD32X2_U) {
            boolean signed = (code & 1) != 0;
            int width = 16 << (code - 1 >> 1);
            V128.set(s, d, IntLanes.widen(signed, width, (int) INT.get(m, at)),
                    IntLanes.widen(signed, width, (int) INT.get(m, at + 4)));
        } else if (code <= LOAD64_SPLAT) {
            int width = 8 << code - LOAD8_SPLAT;
            long half = scalar(width, m, at) * (IntLanes.signs(width) >>> width - 1);
            V128.set(s, d, half, half);
        } else if (code < LOAD32_ZERO) {
            int width = 8 << code - LOAD8_LANE;
            V128.insert(s, d, a, scalar(width, m, at), lane, width);
        } else {
            V128.set(s, d, scalar(32 << code - LOAD32_ZERO, m, at), 0);
        }
    }

    /**
     * Executes a store.
     *
     * @param a slot of the vector
     * @param lane index of the lane, for the lane stores
     */
    public static void store(int code, byte[] m, int at, long[] s, int a, int lane) {
        switch (code) {
            case STORE -> {
                LONG.set(m, at + 8, s[a + 1]);
                LONG.set(m, at, s[a]);
            }
            case STORE8_LANE -> m[at] = (byte) V128.extract(s, a, lane, 8);
            case STORE8_LANE + 1 -> SHORT.set(m, at, (short) V128.extract(s, a, lane, 16));
            case STORE8_LANE + 2 -> INT.set(m, at, (int) V128.extract(s, a, lane, 32));
            default -> LONG.set(m, at, s[a + lane]);
        }
    }

    private static long scalar(int width, byte[] m, int at) {
        return switch (width) {
            case 8 -> m[at] & 0xFF;
            case 16 -> (short) SHORT.get(m, at) & 0xFFFF;
            case 32 -> (int) INT.get(m, at) & 0xFFFF_FFFFL;
            default -> (long) LONG.get(m, at);
        };
    }
}
