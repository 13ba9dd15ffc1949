package dev.thimble.wasm.execute;

import java.util.BitSet;

/**
 * The lists of statements of one function, by number. What a list became when it was hot is kept; the rest, {@link ColdLists},
 * only as long as there is room for it.
 *
 * <p>Between two statements everything is in the frame, and all translations of a function number its lists and lay
 * out its frame alike: so a list gives way to its anchored version at any loop head, and code that is dropped while it
 * runs goes on in its successor.
 *
 * <p>As a statement it is the list that is the function itself, while that has not proved hot.
 */
public final class FunctionLists implements Stmt {
    /** After so many runs of a list, and again after as many, it is asked whether it is hot. */
    public static final int ASK = 256;
    /** Milliseconds for which runs are counted. */
    public static final int WINDOW = 1000;
    /** Number of the list that is the function itself. */
    public static final int FUNCTION = 0;
    private static final Stmt[] NONE = {};

    public final FunctionCode code;
    private Stmt[] anchored = NONE;
    /** Those that are not to be forgotten for now, or null. */
    private Runs runs;
    private int anchors;
    private int bytes;
    /** The loops that keep no slots in registers although they could, or null. */
    private BitSet inFrame;

    public FunctionLists(FunctionCode code) {
        this.code = code;
    }

    private ColdLists cold() {
        return code.translator.cold(code);
    }

    /**
     * Keeps what can be had again, as long as there is room.
     *
     * @param counts whether to find out what is hot
     */
    public ColdLists keep(Stmt[][] statements, int[][] offsets, boolean counts) {
        Runs r = counts && runs == null ? new Runs(statements.length) : runs;
        var c = new ColdLists(statements, offsets, r);
        code.translator.keep(code, c);
        runs = code.translator.forgetsOften ? r : null;
        return c;
    }

    /** Lets go of what the lists hold and what they have become; they are translated again when they run. */
    void drop() {
        code.translator.keep(code, null);
        runs = null;
        anchored = NONE;
        anchors = 0;
        bytes = 0;
    }

    /** Heap that what is anchored takes, in bytes, about. */
    public int bytes() {
        return bytes;
    }

    public int anchors() {
        return anchors;
    }

    /** How often a list has run, while {@link Translator#promote} asks. */
    public int runs(int list) {
        Runs r = runs;
        return r == null ? 0 : r.of(list);
    }

    /** What a list became when it was hot, or null. */
    public Stmt anchored(int list) {
        Stmt[] all = anchored;
        return list < all.length ? all[list] : null;
    }

    /** Whether a loop may keep slots in registers; to be asked while it is translated. */
    public boolean mayUseRegisters(int list) {
        return inFrame == null || !inFrame.get(list);
    }

    /** Notes that a loop is not to keep them there; to be called while it is translated. */
    public void leaveInFrame(int list) {
        inFrame = inFrame == null ? new BitSet() : inFrame;
        inFrame.set(list);
    }

    /** Puts a loop that keeps them there in vain back into the frame. */
    void withoutRegisters(int list) {
        synchronized (code) {
            leaveInFrame(list);
            code.translator.withoutRegisters(this);
        }
    }

    /** Takes what lists have become, and begins to count again. */
    public void anchor(Stmt[] lists, int count, int heap) {
        anchored = lists;
        anchors = count;
        bytes = heap;
        runs = null;
    }

    @Override
    public int exec(Frame f) {
        return exec(f, FUNCTION, ListKind.BLOCK, 0);
    }

    int exec(Frame f, int list, ListKind kind, int cost) {
        Stmt hot = hot(list);
        if (hot != null) {
            return hot.exec(f);
        }
        ColdLists c = filled(list);
        Runs r = c.runs;
        if (r != null && r.add(list) && (hot = promote(r, list)) != null) {
            return hot.exec(f);
        }
        Stmt[] statements = c.statements[list];
        if (statements == null) {
            // Another thread has anchored it just now.
            return exec(f, list, kind, cost);
        }
        for (;;) {
            int result = run(f, statements, list);
            if (kind != ListKind.LOOP) {
                return kind == ListKind.SEQUENCE || result < 0 ? result : result - 1;
            }
            if (result != 0) {
                return result > 0 ? result - 1 : result;
            }
            f.meter.charge(cost);
            if (r != null && r.add(list) && (hot = promote(r, list)) != null) {
                return hot.exec(f);
            }
        }
    }

    private int run(Frame f, Stmt[] statements, int list) {
        int i = 0;
        try {
            for (; i < statements.length; i++) {
                int r = statements[i].exec(f);
                if (r != Stmt.NEXT) {
                    return r;
                }
            }
            return Stmt.NEXT;
        } catch (RuntimeException e) {
            throw f.fault(e, this, list, i, 0);
        }
    }

    /** What the function itself holds, for people to read. */
    public Stmt[] statements() {
        return show(FUNCTION);
    }

    Stmt[] show(int list) {
        return anchored(list) != null ? new Stmt[] {anchored(list)} : filled(list).statements[list];
    }

    private ColdLists filled(int list) {
        ColdLists c = cold();
        return c == null || c.statements[list] == null ? code.translator.fill(this) : c;
    }

    private Stmt promote(Runs counted, int list) {
        int elapsed = counted.elapsed();
        runs = counted;
        code.translator.promote(this, list, elapsed);
        if (elapsed > WINDOW) {
            counted.restart();
        }
        if (elapsed > WINDOW || !code.translator.forgetsOften) {
            runs = null;
        }
        return hot(list);
    }

    /** What to go on with instead of a list; a function that has been entered goes on as it is. */
    private Stmt hot(int list) {
        return list == FUNCTION ? null : anchored(list);
    }

    /** The offset in the binary of a statement of a list. */
    int offset(int list, int statement) {
        ColdLists c = cold();
        return (c == null ? code.translator.fill(this) : c).offsets[list][statement];
    }
}
