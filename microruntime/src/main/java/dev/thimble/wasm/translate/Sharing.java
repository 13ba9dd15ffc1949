package dev.thimble.wasm.translate;

import dev.thimble.wasm.execute.Node;
import dev.thimble.wasm.execute.Nodes;
import dev.thimble.wasm.opcode.Opcodes;
import java.util.HashMap;

/**
 * Makes equal nodes of one function one object: a tree has no state, so nobody can tell, and four of ten nodes are spared.
 * The commonest, small constants and the first slots, are the same in all modules.
 */
final class Sharing {
    private static final int SLOTS = 64;
    private static final int CONSTANTS = 128;
    private static final Node[][] LOCALS = new Node[4][SLOTS];
    private static final Node[] INTS = new Node[CONSTANTS];
    private static final Node[] LONGS = new Node[CONSTANTS];

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

    Node local(int type, int slot) {
        if (slot >= SLOTS) {
            Node node = Nodes.local(type, slot);
            return share(node, null, null, slot);
        }
        Node[] locals = LOCALS[type - Opcodes.I32];
        if (locals[slot] == null) {
            locals[slot] = Nodes.local(type, slot);
        }
        return locals[slot];
    }

    Node constant(int value) {
        if (value < 0 || value >= CONSTANTS) {
            return share(Nodes.constant(value), null, null, value);
        }
        if (INTS[value] == null) {
            INTS[value] = Nodes.constant(value);
        }
        return INTS[value];
    }

    Node constant(long value) {
        if (value < 0 || value >= CONSTANTS) {
            return share(Nodes.constant(value), null, null, value);
        }
        if (LONGS[(int) value] == null) {
            LONGS[(int) value] = Nodes.constant(value);
        }
        return LONGS[(int) value];
    }

    Node constant(float value) {
        return share(Nodes.constant(value), null, null, Float.floatToRawIntBits(value));
    }

    Node constant(double value) {
        return share(Nodes.constant(value), null, null, Double.doubleToRawLongBits(value));
    }
}
