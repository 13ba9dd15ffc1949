package dev.thimble.wasm.execute;

import dev.thimble.wasm.api.Bulk;
import dev.thimble.wasm.api.Memory;
import java.util.Arrays;

/**
 * Statements and expressions on whole memories (spec 3.0, "Memory Instructions"). Addresses and lengths are zero- or,
 * for 64-bit memories, not extended; what lies outside throws {@link IndexOutOfBoundsException} before anything is
 * written.
 */
public final class Memories {
    private static final byte[] NO_BYTES = {};
    private static final Object[] NO_ELEMENTS = {};

    private Memories() {
    }

    /** Size in pages, as i32 and as i64. */
    public record Size(int memory) implements Node {
        @Override
        public int execI(Frame f) {
            return (int) execL(f);
        }

        @Override
        public long execL(Frame f) {
            return f.instance.memories[memory].pages();
        }

        @Override
        public long bits(Frame f) {
            return execL(f);
        }
    }

    /** Grows a memory; the previous size in pages or −1 goes to a slot. */
    public record Grow(int memory, Node delta, int slot) implements Stmt {
        @Override
        public int exec(Frame f) {
            Memory m = f.instance.memories[memory];
            long pages = delta.bits(f);
            long before = m.grow(pages, f.meter);
            f.slots[slot] = before;
            if (before >= 0 && pages != 0) {
                // The bytes are copied.
                f.meter.chargeBulk(m.size());
                f.refresh();
            }
            return NEXT;
        }
    }

    /** An i32 taken as unsigned, for addresses, indices and lengths. */
    public record Unsigned(Node a) implements Node.OfI64 {
        @Override
        public long execL(Frame f) {
            return a.execI(f) & 0xFFFF_FFFFL;
        }
    }

    public record Fill(int memory, Node address, Node value, Node length) implements Stmt {
        @Override
        public int exec(Frame f) {
            long at = address.execL(f);
            int b = value.execI(f);
            long n = length.execL(f);
            Memory m = f.instance.memories[memory];
            check(at, n, m.size());
            f.meter.chargeBulk(n);
            if (m.isShared()) {
                synchronized (m) {
                    fill(m.array(), (int) at, (int) n, (byte) b, f.meter);
                }
            } else {
                fill(m.array(), (int) at, (int) n, (byte) b, f.meter);
            }
            return NEXT;
        }
    }

    /** Copies from another memory or, for {@code memory.init}, from a segment. */
    public record Copy(int target, boolean segment, int source, Node to, Node from, Node length) implements Stmt {
        @Override
        public int exec(Frame f) {
            long d = to.execL(f);
            long s = from.execL(f);
            long n = length.execL(f);
            Memory t = f.instance.memories[target];
            byte[] bytes = segment ? f.instance.data[source] : f.instance.memories[source].array();
            check(s, n, bytes.length);
            check(d, n, t.size());
            f.meter.chargeBulk(n);
            copy(bytes, (int) s, t, (int) d, (int) n, f.meter);
            return NEXT;
        }
    }

    /** Drops a segment: of bytes, or of elements. */
    public record Drop(boolean data, int segment) implements Stmt {
        @Override
        public int exec(Frame f) {
            if (data) {
                f.instance.data[segment] = NO_BYTES;
            } else {
                f.instance.elements[segment] = NO_ELEMENTS;
            }
            return NEXT;
        }
    }

    private static void fill(byte[] target, int at, int length, byte value, Meter meter) {
        int from = at;
        for (; at + length - from > Bulk.PIECE; from += Bulk.PIECE) {
            Arrays.fill(target, from, from + Bulk.PIECE, value);
            meter.run();
        }
        Arrays.fill(target, from, at + length, value);
    }

    private static void copy(byte[] source, int s, Memory target, int d, int length, Meter meter) {
        if (target.isShared()) {
            synchronized (target) {
                Bulk.copy(source, s, target.array(), d, length, meter);
            }
        } else {
            Bulk.copy(source, s, target.array(), d, length, meter);
        }
    }

    /** All three are taken as unsigned. */
    static void check(long at, long length, long size) {
        if (at < 0 || length < 0 || length > size || at > size - length) {
            throw new IndexOutOfBoundsException();
        }
    }
}
