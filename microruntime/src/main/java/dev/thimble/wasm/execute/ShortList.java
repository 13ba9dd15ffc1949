package dev.thimble.wasm.execute;

import java.util.Arrays;

/**
 * Up to four statements of a list, or further short lists with the later ones: part of a tree whose root is an anchor's
 * constant. Unlike an anchor it has no class of its own; its method, and the method's profile, are those of all others.
 *
 * @param place bit 31: whether branches to the list's label end here; 16 to 30: the list's number; the rest: that of the
 *              first statement
 */
record ShortList(Stmt a, Stmt b, Stmt c, Stmt d, FunctionLists lists, int place) implements Stmt {
    private static final int SIZE = 4;
    private static final int HALF = 16;
    private static final int TWICE = 2;
    /** Bytes of code that it may have. */
    static final int INLINED_SIZE = 110;
    /**
     * Whether both compilers inline short lists wherever they are. By their own limits they do not, and what is not inlined runs without
     * its constants, many times as slow; the launcher raises these limits.
     */
    static final boolean INLINED = ModuleLayer.boot().findModule("jdk.management").isPresent() && InliningLimits.allow(INLINED_SIZE);

    /** How many levels deep a list of so many statements nests short lists. */
    static int levels(int statements) {
        return statements <= SIZE ? 1 : 2;
    }

    /**
     * A list of at most {@link Anchors#LONG_SIZE} statements.
     *
     * @param levels how many levels deep it nests short ones
     */
    static Stmt of(ListKind kind, Stmt[] statements, FunctionLists lists, int list, int levels) {
        int place = list << HALF;
        return of(statements, 0, statements.length, lists, kind == ListKind.BLOCK ? place | Integer.MIN_VALUE : place, levels);
    }

    /** These in {@code size} statements: the first are the same, the others are in short lists, each of which is as long as it may be. */
    static Stmt[] pack(Stmt[] all, int size, FunctionLists lists, int list, int inside) {
        int each = SIZE * SIZE;
        int more = (all.length - size + each - 2) / (each - 1);
        Stmt[] packed = Arrays.copyOf(all, size);
        int next = size - more;
        for (int i = next; i < size; i++) {
            int end = Math.min(next + each, all.length);
            packed[i] = of(all, next, end, lists, list << HALF, inside + levels(end - next));
            next = end;
        }
        return packed;
    }

    private static Stmt of(Stmt[] all, int from, int to, FunctionLists lists, int place, int levels) {
        // The first statements are here, the others in as many more lists as that takes.
        int more = to - from > SIZE ? (to - from - 2) / (SIZE - 1) : 0;
        var here = new Stmt[SIZE];
        int next = from;
        for (int i = 0; i < SIZE; i++) {
            int end = Math.min(next + SIZE, to);
            if (i < SIZE - more) {
                here[i] = next < to ? all[next++] : Control.NOP;
            } else {
                here[i] = of(all, next, end, lists, place & Integer.MAX_VALUE, levels - 1);
                next = end;
            }
        }
        return levels > TWICE ? new OuterList(here[0], here[1], here[2], here[3], lists, place | from)
                : new ShortList(here[0], here[1], here[2], here[3], lists, place | from);
    }

    @Override
    public int exec(Frame f) {
        int at = 0;
        try {
            int r = a.exec(f);
            if (r == NEXT) {
                at = 1;
                r = b.exec(f);
                if (r == NEXT) {
                    at = 2;
                    r = c.exec(f);
                    if (r == NEXT) {
                        at = 3;
                        r = d.exec(f);
                    }
                }
            }
            return r >= 0 ? r - (place >>> 31) : r;
        } catch (RuntimeException e) {
            throw fault(f, e, lists, place, at);
        }
    }

    /** Where a further list failed, that has noted it before. */
    static RuntimeException fault(Frame f, RuntimeException e, FunctionLists lists, int place, int at) {
        return f.fault(e, lists, place << 1 >>> HALF + 1, (char) place + at, 0);
    }
}
