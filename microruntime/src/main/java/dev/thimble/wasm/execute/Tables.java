package dev.thimble.wasm.execute;

import dev.thimble.wasm.api.Bulk;
import dev.thimble.wasm.api.Table;
import dev.thimble.wasm.api.Trap;

/** Tables (spec 3.0, "Table Instructions"). Indices and lengths are i64; those of 32-bit tables are zero-extended. */
public final class Tables {
    private Tables() {
    }

    public record Get(int table, Node index) implements Node.OfReference {
        @Override
        public Object execA(Frame f) {
            Object[] elements = f.instance.tables[table].array();
            return elements[check(index.execL(f), 1, elements.length)];
        }
    }

    public record Set(int table, Node index, Node value) implements Stmt {
        @Override
        public int exec(Frame f) {
            long i = index.execL(f);
            Object reference = value.execA(f);
            Object[] elements = f.instance.tables[table].array();
            elements[check(i, 1, elements.length)] = reference;
            return NEXT;
        }
    }

    /** Number of elements, as i32 and as i64. */
    public record Size(int table) implements Node {
        @Override
        public int execI(Frame f) {
            return f.instance.tables[table].size();
        }

        @Override
        public long execL(Frame f) {
            return execI(f);
        }

        @Override
        public long bits(Frame f) {
            return execI(f);
        }
    }

    /** Grows a table; the previous size or −1 goes to a slot. */
    public record Grow(int table, Node value, Node delta, int slot) implements Stmt {
        @Override
        public int exec(Frame f) {
            Object reference = value.execA(f);
            Table t = f.instance.tables[table];
            long n = delta.execL(f);
            int before = t.grow(n, reference, f.meter);
            f.slots[slot] = before;
            if (before >= 0 && n != 0) {
                f.meter.chargeBulk(t.size());
            }
            return NEXT;
        }
    }

    public record Fill(int table, Node index, Node value, Node length) implements Stmt {
        @Override
        public int exec(Frame f) {
            long i = index.execL(f);
            Object reference = value.execA(f);
            long n = length.execL(f);
            Object[] elements = f.instance.tables[table].array();
            check(i, n, elements.length);
            f.meter.chargeBulk(n);
            Bulk.fill(elements, (int) i, (int) n, reference, f.meter);
            return NEXT;
        }
    }

    /** Copies from another table or, for {@code table.init}, from a segment. */
    public record Copy(int target, boolean segment, int source, Node to, Node from, Node length) implements Stmt {
        @Override
        public int exec(Frame f) {
            long d = to.execL(f);
            long s = from.execL(f);
            long n = length.execL(f);
            Object[] elements = segment ? f.instance.elements[source] : f.instance.tables[source].array();
            Table t = f.instance.tables[target];
            check(s, n, elements.length);
            check(d, n, t.size());
            f.meter.chargeBulk(n);
            Bulk.copy(elements, (int) s, t.array(), (int) d, (int) n, f.meter);
            return NEXT;
        }
    }

    private static int check(long at, long length, long size) {
        if (at < 0 || length < 0 || length > size || at > size - length) {
            throw new Trap(Trap.Kind.TABLE_OUT_OF_BOUNDS, Trap.UNKNOWN);
        }
        return (int) at;
    }
}
