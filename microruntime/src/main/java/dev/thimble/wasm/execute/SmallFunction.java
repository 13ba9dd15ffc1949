package dev.thimble.wasm.execute;

/**
 * A hot function that is short: its entry and up to eight statements, a template like {@link Anchor}. HotSpot inlines it where
 * {@link CallTarget} calls it.
 */
final class SmallFunction extends FunctionBody {
    private static final Stmt A;
    private static final Stmt B;
    private static final Stmt C;
    private static final Stmt D;
    private static final Stmt E;
    private static final Stmt F;
    private static final Stmt G;
    private static final Stmt H;
    private static final Entry ENTRY;
    private static final FunctionLists LISTS;
    /** What each statement here counts. */
    private static final int EACH;

    static {
        Anchors.Content content = (Anchors.Content) Anchors.handedOver;
        ENTRY = content.entry();
        LISTS = content.lists();
        EACH = content.each();
        A = content.statement(0);
        B = content.statement(1);
        C = content.statement(2);
        D = content.statement(3);
        E = content.statement(4);
        F = content.statement(5);
        G = content.statement(6);
        H = content.statement(7);
        Anchors.made = new SmallFunction();
    }

    @Override
    int run(Frame f) {
        if (ENTRY.cost() != 0 && f.meter.take(ENTRY.cost())) {
            return ENTRY.again(f, this);
        }
        if (ENTRY.size() > Frame.MIN_SLOTS) {
            f.ensureSlots(ENTRY.size());
        }
        for (int i = ENTRY.endZero(); --i >= ENTRY.firstZero(); ) {
            f.slots[i] = 0;
        }
        if (ENTRY.references()) {
            ENTRY.prepareReferences(f);
        }
        int r;
        int at = 0;
        try {
            if ((r = A.exec(f)) == Stmt.NEXT && B != null) {
                at = 1;
                if ((r = B.exec(f)) == Stmt.NEXT && C != null) {
                    at = 2;
                    if ((r = C.exec(f)) == Stmt.NEXT && D != null) {
                        at = 3;
                        if ((r = D.exec(f)) == Stmt.NEXT && E != null) {
                            at = 4;
                            if ((r = E.exec(f)) == Stmt.NEXT && F != null) {
                                at = 5;
                                if ((r = F.exec(f)) == Stmt.NEXT && G != null) {
                                    at = 6;
                                    if ((r = G.exec(f)) == Stmt.NEXT && H != null) {
                                        at = 7;
                                        r = H.exec(f);
                                    }
                                }
                            }
                        }
                    }
                }
            }
            // A branch to the function's label ends here; what is negative passes.
            return r >= 0 ? Stmt.NEXT : r;
        } catch (RuntimeException e) {
            throw f.fault(e, LISTS, 0, EACH * at, 0);
        }
    }
}
