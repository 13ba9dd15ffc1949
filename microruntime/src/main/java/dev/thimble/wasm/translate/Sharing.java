package dev.thimble.wasm.translate;

import dev.thimble.wasm.execute.Node;
import dev.thimble.wasm.execute.Slots;
import java.util.HashMap;

/**
 * Makes equal nodes of one function one object: a tree has no state, so nobody can tell, and four of ten nodes are spared.
 * The commonest, small constants and the first slots, are the same in all modules.
 */
final class Sharing {
    private static final Node[] LOCALS = new Node[64];
    private static final Node[] CONSTANTS = new Node[128];

    private final HashMap<Key, Object> made = new HashMap<>();

    /** What tells one node from others; operands are shared themselves, so they are compared by identity. */
    private record Key(Class<?> type, Object a, Object b, long rest) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Key k && type == k.type && a == k.a && b == k.b && rest == k.rest;
        }

        @Override
        public int hashCode() {
            return (System.identityHashCode(type) * 31 + System.identityHashCode(a)) * 31 + System.identityHashCode(b)
                    + Long.hashCode(rest * 0x9E37_79B9_7F4A_7C15L);
        }
    }

    /**
     * The node to use in place of {@code node}: itself, or its equal that was made before.
     *
     * @param a    an operand or null; also {@code b}
     * @param rest all that makes nodes of this class with these operands differ
     */
    @SuppressWarnings("unchecked")
    <T> T share(T node, Object a, Object b, long rest) {
        T before = (T) made.putIfAbsent(new Key(node.getClass(), a, b, rest), node);
        return before == null ? node : before;
    }

    int count() {
        return made.size();
    }

    Node local(int slot) {
        if (slot >= LOCALS.length) {
            return share(new Slots.Local(slot), null, null, slot);
        }
        if (LOCALS[slot] == null) {
            LOCALS[slot] = new Slots.Local(slot);
        }
        return LOCALS[slot];
    }

    /** @param value as a slot holds it */
    Node constant(long value) {
        if (value < 0 || value >= CONSTANTS.length) {
            return share(new Slots.Constant(value), null, null, value);
        }
        if (CONSTANTS[(int) value] == null) {
            CONSTANTS[(int) value] = new Slots.Constant(value);
        }
        return CONSTANTS[(int) value];
    }
}
