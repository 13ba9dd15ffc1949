package dev.thimble.wasm.execute;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.util.Arrays;

/**
 * Makes anchors: hidden classes defined from {@link Anchor}'s class file. No code is generated, and an anchor is
 * unloaded with the tree that holds it.
 */
public final class Anchors {
    /** Statements that one anchor holds. */
    public static final int SIZE = 8;
    /** Statements that a long one holds, or a list that has none. */
    public static final int LONG_SIZE = 16;
    /** Arms that a switch holds. */
    public static final int SWITCH_SIZE = 16;
    /** Statements that a short function holds. */
    private static final int SMALL_SIZE = 6;
    /** Statements that a loop with registers holds. */
    public static final int REGISTER_SIZE = RegisterLoop.SIZE;

    /** HotSpot inlines one method only twice into a chain of calls, and short lists have two. */
    private static final int MOST_LEVELS = 4;
    /** C2 inlines 8,000 bytes of code, and a statement has about a hundred. */
    private static final int MOST_STATEMENTS = 64;

    private static final byte[] LIST = template("Anchor.class");
    private static final byte[] LONG_LIST = template("LongAnchor.class");
    private static final byte[] FUNCTION = template("FunctionAnchor.class");
    private static final byte[] SMALL = template("SmallFunction.class");
    private static final byte[] REGISTERS = template("RegisterLoop.class");
    private static final byte[] SWITCH = template("SwitchAnchor.class");

    /** For the initialiser of the class that is being defined. */
    static Object handedOver;
    static Object made;

    private Anchors() {
    }

    private static Stmt at(Stmt[] statements, int i) {
        return i < statements.length ? statements[i] : null;
    }

    /** What an anchor's class takes over; {@code entry} is null unless it is a function. */
    record Content(Entry entry, ListKind kind, Stmt[] statements, FunctionLists lists, int list, int first, boolean counts, int cost) {
        Stmt statement(int i) {
            return at(statements, i);
        }
    }

    /** How deep and how large the records are that lists consist of: levels of short lists, and statements in them. */
    public record Size(int levels, int statements) {
        private static final Size NONE = new Size(0, 0);
        private static final Size TOO_LARGE = new Size(MOST_LEVELS + 1, 0);

        /** That of no statements, where short lists may be made or not. */
        public static Size none(boolean allowed) {
            return allowed ? NONE : TOO_LARGE;
        }

        /** That of one after the other. */
        public Size and(Size other) {
            return new Size(Math.max(levels, other.levels), statements + other.statements);
        }

        /** That of a list of {@code count} statements of this size, without an anchor of its own. */
        public Size around(int count) {
            return new Size(levels + ShortList.levels(count), statements + count);
        }

        /** That of a list of {@code count} statements of this size under an anchor of its own: of none, if that is too long to be inlined. */
        public Size under(int count, boolean leaf) {
            return !leaf && count > SIZE && levels <= MOST_LEVELS && (count <= LONG_SIZE || around(count).fits()) ? NONE : new Size(levels, 0);
        }

        /** Whether HotSpot takes all of it into the code around it. */
        public boolean fits() {
            return levels <= MOST_LEVELS && statements <= MOST_STATEMENTS;
        }
    }

    /** Whether short lists are worth making, see {@link ShortList#INLINED}. */
    public static boolean shortListsAreInlined() {
        return ShortList.INLINED;
    }

    /** List number {@code list} without an anchor of its own, which is no loop, has at most {@link #LONG_SIZE} statements, and {@code size}. */
    public static Stmt shortList(ListKind kind, Stmt[] statements, FunctionLists lists, int list, Size size) {
        return ShortList.of(kind, statements, lists, list, size.levels);
    }

    /**
     * List number {@code list} of {@code lists} under an anchor; longer lists become trees.
     *
     * @param leaf   whether a loop contains no call, no other loop and nothing in bulk
     * @param counts whether besides nothing in a round takes fuel
     * @param cost   fuel for another round of a loop
     * @param inside size of the statements
     */
    public static Stmt of(ListKind kind, Stmt[] statements, FunctionLists lists, int list, boolean leaf, boolean counts, int cost, Size inside) {
        return (Stmt) define(null, kind, statements, lists, list, leaf, counts, cost, inside);
    }

    /** A hot function, whose list number 0 has these statements; {@code small} if it may be inlined. */
    public static FunctionBody function(Entry entry, Stmt[] statements, FunctionLists lists, boolean small, Size inside) {
        if (small && statements.length <= SMALL_SIZE) {
            return (FunctionBody) small(entry, statements, lists);
        }
        return (FunctionBody) define(entry, ListKind.BLOCK, statements, lists, 0, false, false, 0, inside);
    }

    private static Object define(Entry entry, ListKind kind, Stmt[] statements, FunctionLists lists, int list, boolean leaf,
                                 boolean counts, int cost, Size inside) {
        // Where every iteration counts, only what is compiled into the loop's own code.
        int size = leaf ? SIZE : LONG_SIZE;
        Stmt[] level = statements;
        if (level.length > size && inside.around(statements.length).fits()) {
            level = ShortList.pack(statements, size, lists, list, inside.levels);
        }
        while (level.length > size) {
            // No chunk has only one statement: each is a list of its own, which notes where something fails.
            var chunks = new Stmt[(level.length + size - 1) / size];
            for (int i = 0, next = 0; i < chunks.length; i++) {
                int start = next;
                next = (int) ((long) level.length * (i + 1) / chunks.length);
                chunks[i] = (Stmt) define(new Content(null, ListKind.SEQUENCE, Arrays.copyOfRange(level, start, next), lists, list, start, false, 0));
            }
            level = chunks;
        }
        return define(new Content(entry, kind, level, lists, list, 0, counts, cost));
    }

    /** What only calls a function that may be inlined, and is not itself the function. */
    static Stmt target(FunctionCode code) {
        return (Stmt) small(null, new Stmt[0], code.lists());
    }

    private static Object small(Entry entry, Stmt[] statements, FunctionLists lists) {
        return define(SMALL, new Content(entry, ListKind.BLOCK, statements, lists, 0, 0, false, 0));
    }

    /** What the class of a loop with registers takes over. */
    record Loop(Stmt[] statements, FunctionLists lists, int list, int cost, byte[] slots, int written,
                boolean others, boolean pays) {
        Stmt statement(int i) {
            return at(statements, i);
        }

        /** Those that have no field of the class, or null. */
        More more() {
            return statements.length <= More.FIRST ? null : new More(statement(12), statement(13), statement(14), statement(15), statement(16), statement(17),
                    statement(18), statement(19), statement(20), statement(21), statement(22), statement(23),
                    statement(24), statement(25), statement(26), statement(27), statement(28), statement(29),
                    statement(30), statement(31));
        }
    }

    /** The later statements of a long loop with registers: most are short, and every class has room for all of its fields. */
    record More(Stmt s12, Stmt s13, Stmt s14, Stmt s15, Stmt s16, Stmt s17, Stmt s18, Stmt s19,
                Stmt s20, Stmt s21, Stmt s22, Stmt s23, Stmt s24, Stmt s25, Stmt s26, Stmt s27,
                Stmt s28, Stmt s29, Stmt s30, Stmt s31) {
        private static final int FIRST = 12;
    }

    /**
     * An innermost loop of at most {@link RegisterLoop#SIZE} statements that keeps slots in registers.
     *
     * @param cost    fuel for another round
     * @param slots   the slot of each register, or −1: those for i32 and f32, for i64, for f64
     * @param written which registers the loop writes, as bits
     * @param others  whether it uses more slots
     * @param pays    whether statements of it take fuel
     */
    public static Stmt loop(Stmt[] statements, FunctionLists lists, int list, int cost, byte[] slots, int written,
                            boolean others, boolean pays) {
        return (Stmt) define(REGISTERS, new Loop(statements, lists, list, cost, slots, written, others, pays));
    }

    private static Object define(Content content) {
        return define(content.entry() != null ? FUNCTION : content.statements().length > SIZE ? LONG_LIST : LIST, content);
    }

    /** What the class of a switch takes over. */
    record Cases(Stmt select, Stmt[] arms, int base, int end, int shift) {
        Stmt arm(int i) {
            return i < arms.length ? arms[i] : Control.NOP;
        }
    }

    /** What {@link Control.Cases} does, under anchors. */
    public static Stmt cases(Stmt select, Stmt[] arms) {
        return cases(select, arms, 0, arms.length);
    }

    private static Stmt cases(Stmt select, Stmt[] arms, int from, int to) {
        int shift = 0;
        while (to - from > SWITCH_SIZE << shift) {
            shift += 4;
        }
        int each = 1 << shift;
        var made = new Stmt[(to - from + each - 1) / each];
        for (int i = 0; i < made.length; i++) {
            int start = from + i * each;
            made[i] = shift == 0 ? arms[start] : cases(null, arms, start, Math.min(start + each, to));
        }
        return (Stmt) define(SWITCH, new Cases(select, made, from, to, shift));
    }

    /**
     * Defines a class, whose initialiser takes {@link #handedOver} and leaves an instance in {@link #made}. Class data
     * and a constructor by reflection would do as well, but keep nearly a kilobyte of heap alive for each class.
     */
    private static synchronized Object define(byte[] template, Object content) {
        handedOver = content;
        try {
            MethodHandles.lookup().defineHiddenClass(template, true);
            return made;
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("cannot define an anchor", e);
        } finally {
            handedOver = null;
            made = null;
        }
    }

    private static byte[] template(String name) {
        try (InputStream in = Anchors.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
