package dev.thimble.wasm.execute;

import java.util.List;

/**
 * Which patterns translation may use: nodes that stand for an operation together with its operands' shapes. Each has
 * a name, for example {@code i32.add:LC} for an addition of a constant to a local.
 */
public final class Patterns {
    public static final Patterns ALL = new Patterns(-1, true);
    public static final Patterns NONE = new Patterns(-1, false);

    private final int only;
    private final boolean all;

    private Patterns(int only, boolean all) {
        this.only = only;
        this.all = all;
    }

    /** The names of all patterns. */
    public static List<String> names() {
        return Nodes.PATTERNS;
    }

    /** One pattern alone. */
    public static Patterns only(String name) {
        int index = Nodes.PATTERNS.indexOf(name);
        if (index < 0) {
            throw new IllegalArgumentException("no pattern is called " + name);
        }
        return new Patterns(index, false);
    }

    boolean has(int index) {
        return all || index == only;
    }
}
