package dev.thimble.wasm.execute;

import java.lang.ref.SoftReference;
import java.util.Arrays;
import java.util.BitSet;

/**
 * The lists of statements of one function, by number. What a list holds is kept only as long as there is room for it,
 * since it can be translated again; how often it has run, and what it became when it was hot, is kept longer.
 *
 * <p>Between two statements everything is in the frame, and all translations of a function number its lists and lay
 * out its frame alike: so a list gives way to its anchored version at any loop head, and code that is dropped while it
 * runs goes on in its successor.
 */
public final class FunctionLists {
    /** After so many runs of a list, and again after as many, it is asked whether it is hot. */
    public static final int ASK = 256;
    /** Milliseconds for which runs are counted. */
    public static final int WINDOW = 1000;
    /** Number of the list that is the function itself. */
    public static final int FUNCTION = 0;
    private static final Stmt[] NONE = {};

    public final FunctionCode code;
    private final boolean promoted;
    private volatile SoftReference<Stmt[][]> contents;
    private int[] runs = {};
    private Stmt[] anchored = NONE;
    private int since = now();
    private byte[] offsets;
    private int anchors;
    private int bytes;
    /** The loops that keep no slots in registers although they could, or null. */
    private BitSet inFrame;

    /** @param promoted whether lists that have become hot are anchored */
    public FunctionLists(FunctionCode code, boolean promoted) {
        this.code = code;
        this.promoted = promoted;
    }

    private static int now() {
        return (int) (System.nanoTime() / 1_000_000);
    }

    /** Takes what the first translation has found out about all lists. */
    public void begin(int count, byte[] packedOffsets) {
        runs = new int[count];
        offsets = packedOffsets;
    }

    public boolean hasBegun() {
        return offsets != null;
    }

    /** Takes what the lists that are not anchored hold. */
    public void fill(Stmt[][] lists) {
        contents = new SoftReference<>(lists);
    }

    /** Lets go of what the lists hold and what they have become; they are translated again when they run. */
    void drop() {
        contents = null;
        anchored = NONE;
        anchors = 0;
        bytes = 0;
        restart();
    }

    /** Bytes of heap, estimated. */
    public int bytes() {
        SoftReference<?> c = contents;
        return anchors > 0 || c != null && c.get() != null ? bytes : 0;
    }

    public void bytes(int estimate) {
        bytes = estimate;
    }

    public int anchors() {
        return anchors;
    }

    /** Runs of all lists since they were last counted from zero. */
    public long allRuns() {
        long sum = 0;
        for (int n : runs) {
            sum += n;
        }
        return sum;
    }

    /** How often a list has run since its runs were last counted from zero. */
    public int runs(int list) {
        return list < runs.length ? runs[list] : 0;
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
    public void anchor(Stmt[] lists, int count) {
        anchored = lists;
        anchors = count;
        restart();
    }

    private void restart() {
        Arrays.fill(runs, 0);
        since = now();
    }

    int exec(Frame f, int list, ListKind kind, int cost) {
        Stmt hot = hot(list);
        if (hot == null && promoted && (++runs[list] & ASK - 1) == 0) {
            hot = promote(list);
        }
        Stmt[] statements = hot == null ? contents(list) : null;
        if (statements == null) {
            // None while it was cold: another thread has anchored it just now.
            return hot == null ? exec(f, list, kind, cost) : hot.exec(f);
        }
        for (;;) {
            int r = run(f, statements, list);
            if (kind != ListKind.LOOP) {
                return kind == ListKind.SEQUENCE || r < 0 ? r : r - 1;
            }
            if (r != 0) {
                return r > 0 ? r - 1 : r;
            }
            f.meter.charge(cost);
            if (promoted && (++runs[list] & ASK - 1) == 0 && (hot = promote(list)) != null) {
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

    Stmt[] show(int list) {
        return anchored(list) != null ? new Stmt[] {anchored(list)} : contents(list);
    }

    private Stmt[] contents(int list) {
        SoftReference<Stmt[][]> c = contents;
        Stmt[][] lists = c == null ? null : c.get();
        if (lists == null || lists[list] == null) {
            lists = code.translator.fill(this);
        }
        return lists[list];
    }

    private Stmt promote(int list) {
        int elapsed = now() - since;
        code.translator.promote(this, list, elapsed);
        if (elapsed > WINDOW) {
            restart();
        }
        return hot(list);
    }

    /** What to go on with instead of a list; a function that has been entered goes on as it is. */
    private Stmt hot(int list) {
        return list == FUNCTION ? null : anchored(list);
    }

    /** The offset in the binary of a statement of a list. */
    int offset(int list, int statement) {
        return Offsets.find(offsets, list, statement);
    }
}
