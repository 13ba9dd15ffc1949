package dev.thimble.wasm.execute;

/**
 * A list of statements that has not proved hot. It counts how often it runs, and gives way to its anchored version
 * when that is often enough: between two statements everything is in the frame, and both versions lay it out alike,
 * so the change may happen at any loop head.
 */
public final class ColdList implements Stmt {
    /** Told by lists that have become hot. */
    public interface Promoter {
        /** The anchored version of list number {@code list}, or null to stay with this one. */
        Stmt promote(int list);
    }

    /** How often a list runs before it is hot. */
    static final int HOT = 500;

    private final ListKind kind;
    private final Stmt[] statements;
    private final int[] offsets;
    private final Promoter promoter;
    private final int list;
    private int count;
    private Stmt hot;

    /**
     * @param offsets  of each statement in the binary
     * @param promoter null for a list that never gives way
     */
    public ColdList(ListKind kind, Stmt[] statements, int[] offsets, int list, Promoter promoter) {
        this.kind = kind;
        this.statements = statements;
        this.offsets = offsets;
        this.promoter = promoter;
        this.list = list;
    }

    /** Whether the list has run at all. */
    public boolean hasRun() {
        return count != 0;
    }

    @Override
    public int exec(Frame f) {
        if (hot == null && ++count > HOT) {
            promote();
        }
        if (hot != null) {
            return hot.exec(f);
        }
        for (;;) {
            int r = run(f);
            if (kind != ListKind.LOOP) {
                return kind == ListKind.SEQUENCE || r < 0 ? r : r - 1;
            }
            if (r != 0) {
                return r > 0 ? r - 1 : r;
            }
            f.meter.charge(1);
            if (++count > HOT) {
                promote();
                if (hot != null) {
                    return hot.exec(f);
                }
            }
        }
    }

    private void promote() {
        if (promoter == null) {
            count = 1;
        } else {
            hot = promoter.promote(list);
            // Whatever the answer, ask seldom: it takes a translation.
            count = Integer.MIN_VALUE;
        }
    }

    private int run(Frame f) {
        int i = 0;
        try {
            for (Stmt[] s = statements; i < s.length; i++) {
                int r = s[i].exec(f);
                if (r != NEXT) {
                    return r;
                }
            }
            return NEXT;
        } catch (RuntimeException e) {
            throw f.fault(e, offsets[i], 0);
        }
    }
}
