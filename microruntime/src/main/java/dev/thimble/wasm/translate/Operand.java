package dev.thimble.wasm.translate;

import dev.thimble.wasm.execute.Node;

/**
 * A value on the abstract stack: an expression that has not been evaluated yet, and what its evaluation depends on.
 * A v128 has no expression; it always lies in two slots.
 */
final class Operand {
    /** What an expression reads or may do, besides reading slots. */
    static final int MEMORY = 1, STATE = 2, RESULT = 4, TRAP = 8;

    final int type;
    /** Where it goes when it is spilled: its place on the stack. */
    final int home;
    /** Offset in the binary of the first instruction of the expression. */
    int start;
    Node node;
    /** The slot that the expression just reads, or −1; always known of a v128. */
    int slot = -1;
    int effects;
    /** Slots read, as bits modulo 64: a shared bit costs a needless spill and nothing else. */
    long reads;
    /** Height of the expression's tree. */
    int height;
    /** How often each class of nodes, by hash, appears on a path through the tree: 16 counters of 4 bits. */
    long nesting;

    Operand(int type, int home) {
        this.type = type;
        this.home = home;
    }

    static long bit(int slot) {
        return 1L << slot;
    }

    boolean reads(int slot) {
        return (reads & bit(slot)) != 0;
    }
}
