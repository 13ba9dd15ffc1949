package dev.thimble.wasm.execute;

import java.lang.ref.SoftReference;
import java.util.Arrays;

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
    private static final int ASK = 256;
    /** Milliseconds for which runs are counted. */
    private static final int WINDOW = 1000;
    private static final Stmt[] NONE = {};

    public final FunctionCode code;
    private final Translator translator;
    private final boolean promoted;
    private volatile SoftReference<Stmt[][]> contents;
    private int[] runs = {};
    private Stmt[] anchored = NONE;
    private int since = now();
    private byte[] offsets;

    /** @param promoted whether lists that have become hot are anchored */
    public FunctionLists(FunctionCode code, Translator translator, boolean promoted) {
        this.code = code;
        this.translator = translator;
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

    /** Lets go of what the lists hold; they are translated again when they run. */
    public void clear() {
        contents = null;
    }

    /** Whether the lists hold something, and have not been cleared for want of memory. */
    public boolean isFilled() {
        return contents != null && contents.get() != null;
    }

    /** How often a list has run since its runs were last counted from zero. */
    public int runs(int list) {
        return list < runs.length ? runs[list] : 0;
    }

    /** What a list became when it was hot, or null. */
    public Stmt anchored(int list) {
        return list < anchored.length ? anchored[list] : null;
    }

    /** Takes what lists have become, and begins to count again. */
    public void anchor(Stmt[] lists) {
        anchored = lists;
        restart();
    }

    private void restart() {
        Arrays.fill(runs, 0);
        since = now();
    }

    int exec(Frame f, int list, ListKind kind) {
        if (anchored(list) != null || promoted && (++runs[list] & ASK - 1) == 0 && promote(list)) {
            return anchored[list].exec(f);
        }
        Stmt[] statements = contents(list);
        if (statements == null) {
            // Another thread has anchored it just now.
            return anchored[list].exec(f);
        }
        for (;;) {
            int r = run(f, statements, list);
            if (kind != ListKind.LOOP) {
                return kind == ListKind.SEQUENCE || r < 0 ? r : r - 1;
            }
            if (r != 0) {
                return r > 0 ? r - 1 : r;
            }
            f.meter.charge(1);
            if (promoted && (++runs[list] & ASK - 1) == 0 && promote(list)) {
                return anchored[list].exec(f);
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

    private Stmt[] contents(int list) {
        SoftReference<Stmt[][]> c = contents;
        Stmt[][] lists = c == null ? null : c.get();
        if (lists == null || lists[list] == null) {
            lists = translator.fill(this);
        }
        return lists[list];
    }

    private boolean promote(int list) {
        int elapsed = now() - since;
        translator.promote(this, list, elapsed);
        if (elapsed > WINDOW) {
            restart();
        }
        return anchored(list) != null;
    }

    /** The offset in the binary of a statement of a list. */
    int offset(int list, int statement) {
        return Offsets.find(offsets, list, statement);
    }
}
