package dev.thimble.wasm.translate;

import dev.thimble.wasm.execute.Anchors;
import dev.thimble.wasm.execute.At;
import dev.thimble.wasm.execute.ColdFunction;
import dev.thimble.wasm.execute.ColdList;
import dev.thimble.wasm.execute.ColdLists;
import dev.thimble.wasm.execute.Continuation;
import dev.thimble.wasm.execute.Control;
import dev.thimble.wasm.execute.Entry;
import dev.thimble.wasm.execute.Frame;
import dev.thimble.wasm.execute.FunctionBody;
import dev.thimble.wasm.execute.FunctionLists;
import dev.thimble.wasm.execute.InRegister;
import dev.thimble.wasm.execute.ListKind;
import dev.thimble.wasm.execute.Stmt;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * One translation of a function, and which of its lists become anchored in it: none, or those that have run often enough,
 * and those that were anchored before.
 *
 * <p>What is anchored is always made anew, so that HotSpot compiles nested lists as one: what it has compiled on its own it
 * would rather call. A list that runs less often may be called, and a class of its own would not be worth its room.
 */
final class Translation {
    /** Nothing is to be anchored. */
    private static final int COLD = -1;
    /** Everything is. */
    private static final int EVERYTHING = -2;
    /** Heap that one takes, about, with what is rounded up. */
    private static final int NODE_BYTES = 17;
    private static final int STATEMENT_BYTES = 10;
    private static final int ANCHOR_BYTES = 170;

    private static final int NOWHERE = 0;
    /** Number of the last list that may do without an anchor. */
    private static final int LAST_SHORT = Short.MAX_VALUE;
    /** Bytes of a body that is inlined where it is called. */
    private static final int SMALL = 128;
    /** Rounds of a loop, each time that it is entered, that pay for moving slots to registers and back. */
    private static final int ROUNDS = 2;

    private final ModuleTranslator module;
    private final FunctionLists lists;
    private int coldRuns;
    private final int place;
    private final boolean everything;
    private int[][] offsets = new int[4][];
    private Stmt[][] contents = new Stmt[4][];
    private ColdLists made;
    private Stmt[] anchored = new Stmt[4];
    private int anchors;
    /** Heap that each list takes when it is anchored, about, by a survey; that of those that are, together. */
    private int[] weights = new int[4];
    private int hotBytes;
    /** Those of what has been anchored. */
    private final Map<Stmt, Anchors.Size> sizes = new IdentityHashMap<>();
    /** Whether the function is worth inlining. */
    private final boolean small;
    /** Whether this one is only to find out about registers. */
    private boolean surveys;
    /** Where its loops keep slots, or null. */
    private LoopRegisters registers;

    private Translation(ModuleTranslator module, FunctionLists lists, int coldRuns, int place) {
        this.place = place;
        this.module = module;
        this.lists = lists;
        this.coldRuns = coldRuns;
        everything = coldRuns == EVERYTHING;
        small = module.module.bodyEnd(lists.code.index) - module.module.bodyStart(lists.code.index) <= SMALL;
    }

    /** One that anchors nothing new. */
    static Translation cold(ModuleTranslator module, FunctionLists lists) {
        return new Translation(module, lists, COLD, NOWHERE);
    }

    /** One that anchors everything. */
    static Translation anchored(ModuleTranslator module, FunctionLists lists) {
        return new Translation(module, lists, EVERYTHING, NOWHERE).survey();
    }

    /**
     * One that anchors what is hot.
     *
     * @param coldRuns how often a list may have run that is not
     */
    static Translation hot(ModuleTranslator module, FunctionLists lists, int coldRuns) {
        return new Translation(module, lists, coldRuns, NOWHERE).survey();
    }

    /**
     * Leaves out what is least hot until what becomes anchored takes at most {@code bytes}.
     *
     * @return whether anything new is anchored
     */
    boolean fit(long bytes) {
        for (;; coldRuns = (int) Math.min(2L * coldRuns, Integer.MAX_VALUE)) {
            long all = 0;
            boolean more = false;
            for (int i = 0; i < weights.length; i++) {
                if (anchors(i)) {
                    all += weights[i];
                    more |= lists.anchored(i) == null;
                }
            }
            if (!more || all <= bytes) {
                return more;
            }
        }
    }

    /** One of the rest of a function, which begins at {@code place}; the lists are left as they are. */
    static Translation rest(ModuleTranslator module, FunctionLists lists, int place) {
        return new Translation(module, lists, COLD, place);
    }

    /** The function's tree. */
    FunctionBody run() {
        boolean inlined = place == NOWHERE && small && anchors(FunctionLists.FUNCTION);
        if (inlined) {
            lists.code.beginSmall();
        }
        FunctionBody tree = run(registers);
        if (inlined) {
            lists.code.endSmall(tree);
        }
        return tree;
    }

    private FunctionBody run(LoopRegisters kept) {
        registers = kept;
        FunctionBody tree = new FunctionTranslator(module, lists.code.index, this, registers).translate();
        if (discarded()) {
            registers.dropThoseThatDiffer();
            var second = new Translation(module, lists, coldRuns, place);
            tree = second.run(registers);
            made = second.made;
        }
        return tree;
    }

    private boolean discarded() {
        return registers != null && registers.differ();
    }

    /** Finds out what the loops that become anchored keep in registers, and what all lists weigh. */
    private Translation survey() {
        registers = InRegister.SUPPORTED ? new LoopRegisters() : null;
        var survey = new Translation(module, lists, coldRuns, place);
        survey.surveys = true;
        new FunctionTranslator(module, lists.code.index, survey, registers).translate();
        weights = survey.weights;
        if (registers != null) {
            registers.choose();
        }
        return this;
    }

    /** Notes how much heap a list takes once it is anchored. */
    void weigh(int list, ListKind kind, OperandStack.StatementList content) {
        int own = content.nodes() * NODE_BYTES + content.statements().size() * STATEMENT_BYTES;
        if (surveys) {
            weights = list < weights.length ? weights : Arrays.copyOf(weights, list * 2);
            weights[list] = own + (kind == ListKind.LOOP || list == FunctionLists.FUNCTION ? ANCHOR_BYTES : 0);
        } else if (anchors(list)) {
            hotBytes += own;
        }
    }

    /** The offset of the memory access that a statement at {@code place} has failed in, in frame {@code f}. */
    int failed(Frame f) {
        Accesses accesses = new Accesses(place);
        new FunctionTranslator(module, lists.code.index, this, null).translate(accesses);
        return accesses.find(f);
    }

    /** Heap that all lists take when they are anchored, about. */
    int bytes() {
        int all = 0;
        for (int each : weights) {
            all += each;
        }
        return all;
    }

    /** What can be had again of the lists. */
    ColdLists made() {
        return made;
    }

    /** Tells that all lists have been made. */
    void end(int count) {
        if (surveys) {
            weights = Arrays.copyOf(weights, count);
        }
        if (place != NOWHERE || surveys || discarded()) {
            return;
        }
        if (coldRuns != COLD) {
            lists.anchor(Arrays.copyOf(anchored, count), anchors, hotBytes + anchors * ANCHOR_BYTES);
        }
        made = lists.keep(Arrays.copyOf(contents, count), Arrays.copyOf(offsets, count), module.mode == Mode.TIERED);
    }

    /**
     * Makes list number {@code list}, whose statements have these offsets in the binary.
     *
     * @param leaf   whether a loop contains no call, no other loop and nothing in bulk
     * @param counts whether besides nothing in a round takes fuel
     * @param cost   fuel for another round of a loop
     */
    Stmt make(ListKind kind, Stmt[] statements, int[] at, int list, boolean leaf, boolean counts, int cost) {
        Stmt made = list(kind, statements, at, list, leaf, counts, cost);
        return place == NOWHERE ? made : Continuation.open(kind, statements, at, cost, place, made);
    }

    /** Makes the function itself, list number {@link FunctionLists#FUNCTION}. */
    FunctionBody function(Entry entry, Stmt[] statements, int[] at) {
        if (surveys) {
            return null;
        }
        if (place != NOWHERE) {
            return new ColdFunction(entry, place == entry.offset() ? Continuation.all(statements, at)
                    : Continuation.open(ListKind.BLOCK, statements, at, 0, place, null));
        }
        note(FunctionLists.FUNCTION, statements, at);
        contents[FunctionLists.FUNCTION] = statements;
        if (anchors(FunctionLists.FUNCTION)) {
            Anchors.Size inside = size(statements);
            anchors += classes(statements, inside.around(statements.length));
            anchored[FunctionLists.FUNCTION] = lists.code;
            return Anchors.function(entry, statements, lists, small, inside);
        }
        return new ColdFunction(entry, lists);
    }

    private Anchors.Size size(Stmt... statements) {
        // What is inlined into others may not use up how often these nest short lists.
        Anchors.Size all = Anchors.Size.none(!small && (everything || Anchors.shortListsAreInlined()));
        for (Stmt s : statements) {
            Stmt[] inner = s instanceof At at ? new Stmt[] {at.statement()} : Control.arms(s);
            Anchors.Size size = inner != null ? size(inner) : sizes.get(s);
            all = size == null ? all : all.and(size);
        }
        return all;
    }

    private void note(int list, Stmt[] statements, int[] at) {
        if (list >= contents.length) {
            offsets = Arrays.copyOf(offsets, list * 2);
            contents = Arrays.copyOf(contents, list * 2);
            anchored = Arrays.copyOf(anchored, list * 2);
        }
        offsets[list] = at;
    }

    /** Makes a loop that keeps slots in registers. */
    Stmt loop(Stmt[] statements, int[] at, int list, int cost, LoopRegisters.Loop registers) {
        note(list, statements, at);
        anchors++;
        return anchored[list] = registers.make(statements, lists, list, cost);
    }

    private Stmt list(ListKind kind, Stmt[] statements, int[] at, int list, boolean leaf, boolean counts, int cost) {
        if (surveys) {
            return statements[0];
        }
        note(list, statements, at);
        if (anchors(list)) {
            return anchored[list] = anchor(kind, statements, list, leaf, counts, cost);
        }
        if (lists.anchored(list) != null) {
            return lists.anchored(list);
        }
        contents[list] = statements;
        return new ColdList(lists, list, kind, cost);
    }

    private Stmt anchor(ListKind kind, Stmt[] statements, int list, boolean leaf, boolean counts, int cost) {
        Anchors.Size inside = list <= LAST_SHORT ? size(statements) : Anchors.Size.none(false);
        Anchors.Size size = inside.around(statements.length);
        Stmt made;
        if (kind != ListKind.LOOP && size.fits() && statements.length <= Anchors.LONG_SIZE) {
            made = Anchors.shortList(kind, statements, lists, list, size);
        } else {
            made = Anchors.of(kind, statements, lists, list, leaf, counts, cost, inside);
            anchors += classes(statements, size);
            size = inside.under(statements.length, leaf);
        }
        sizes.put(made, size);
        return made;
    }

    private static int classes(Stmt[] statements, Anchors.Size size) {
        return size.fits() ? 1 : 1 + statements.length / Anchors.SIZE;
    }

    /** Whether a list is to be anchored. */
    boolean anchors(int list) {
        return everything || coldRuns != COLD && (lists.anchored(list) != null || lists.runs(list) > coldRuns);
    }

    /** Whether a list, if it is an innermost loop, is to keep slots in registers. */
    boolean usesRegisters(Label loop) {
        boolean anchored = anchors(loop.list);
        if (anchored && surveys && !everything && lists.anchored(loop.list) == null && isBrief(loop)) {
            lists.leaveInFrame(loop.list);
        }
        return anchored && lists.mayUseRegisters(loop.list);
    }

    private boolean isBrief(Label loop) {
        Label outer = loop.outer;
        while (outer != null && lists.runs(outer.list) == 0) {
            outer = outer.outer;
        }
        return outer != null && lists.runs(loop.list) < ROUNDS * lists.runs(outer.list);
    }

    /** Makes a switch, which is a statement of list number {@code list}. */
    Stmt cases(Stmt select, Stmt[] arms, int list) {
        if (surveys) {
            return select;
        }
        if (place == NOWHERE && anchors(list)) {
            anchors += arms.length / Anchors.SWITCH_SIZE + 1;
            Stmt made = Anchors.cases(select, arms);
            sizes.put(made, size(arms).and(size(select)));
            return made;
        }
        return new Control.Cases(select, arms);
    }
}
