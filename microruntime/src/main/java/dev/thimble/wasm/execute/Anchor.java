package dev.thimble.wasm.execute;

/**
 * A list of up to eight statements whose compiled code has the statements as constants.
 *
 * <p>This is a template, never used itself: {@link Anchors} defines the same class file again and again as hidden
 * classes, each with its own statements in {@code static final} fields. HotSpot folds whole trees of records under
 * them into straight code. The loop is here, and not around the list, so that on-stack replacement compiles a version
 * with constants too; and since every anchor's method is its own, so are its profile and its place in inlining.
 */
final class Anchor implements Stmt {
    private static final Stmt A;
    private static final Stmt B;
    private static final Stmt C;
    private static final Stmt D;
    private static final Stmt E;
    private static final Stmt F;
    private static final Stmt G;
    private static final Stmt H;
    private static final boolean LOOP;
    private static final boolean LABEL;
    /** A loop in which nothing else takes fuel, so that it may keep count in a register. */
    private static final boolean COUNTS;
    /** Of a loop, fuel for another round, or 0; else the number in the list of the first statement here. */
    private static final int COST;
    private static final FunctionLists LISTS;
    private static final int LIST;

    static {
        Anchors.Content content = (Anchors.Content) Anchors.handedOver;
        LOOP = content.kind() == ListKind.LOOP;
        LABEL = content.kind() == ListKind.BLOCK;
        COST = LOOP ? content.cost() : content.first();
        COUNTS = LOOP && content.counts() && COST != 0;
        LISTS = content.lists();
        LIST = content.list();
        A = content.statement(0);
        B = content.statement(1);
        C = content.statement(2);
        D = content.statement(3);
        E = content.statement(4);
        F = content.statement(5);
        G = content.statement(6);
        H = content.statement(7);
        Anchors.made = new Anchor();
    }

    @Override
    public int exec(Frame f) {
        int r;
        int at = 0;
        int fuel = 0;
        try {
            // Two loops, so that the inner one contains no call and the compiler may hoist what does not change.
            for (;;) {
                if (COUNTS) {
                    fuel = f.meter.claim();
                }
                do {
                    at = 0;
                    if ((r = A.exec(f)) == NEXT && B != null) {
                        at = 1;
                        if ((r = B.exec(f)) == NEXT && C != null) {
                            at = 2;
                            if ((r = C.exec(f)) == NEXT && D != null) {
                                at = 3;
                                if ((r = D.exec(f)) == NEXT && E != null) {
                                    at = 4;
                                    if ((r = E.exec(f)) == NEXT && F != null) {
                                        at = 5;
                                        if ((r = F.exec(f)) == NEXT && G != null) {
                                            at = 6;
                                            if ((r = G.exec(f)) == NEXT && H != null) {
                                                at = 7;
                                                r = H.exec(f);
                                            }
                                        }
                                    }
                                }
                            }
                        }
                    }
                    if (!LOOP) {
                        // A block's own label ends here; a function's too, and it has no other around it.
                        return LABEL && r >= 0 ? r - 1 : r;
                    }
                    at = -1;
                    if (r != 0) {
                        f.meter.giveBack(fuel);
                        return r > 0 ? r - 1 : r;
                    }
                } while (COUNTS ? (fuel -= COST) >= 0 : COST == 0 || !f.meter.take(COST));
                f.meter.renew(fuel);
            }
        } catch (RuntimeException e) {
            throw fault(f, e, at, fuel);
        }
    }

    private static RuntimeException fault(Frame f, RuntimeException e, int at, int fuel) {
        return f.fault(e, LISTS, LIST, LOOP ? at : COST + at, fuel);
    }
}
