package dev.thimble.wasm.execute;

/**
 * A hot function that is not short: its entry and up to 16 statements, a template like {@link Anchor}. It is longer than what HotSpot inlines:
 * each function is compiled on its own, and a call of it is a call.
 */
final class FunctionAnchor extends FunctionBody {
    private static final Stmt S0;
    private static final Stmt S1;
    private static final Stmt S2;
    private static final Stmt S3;
    private static final Stmt S4;
    private static final Stmt S5;
    private static final Stmt S6;
    private static final Stmt S7;
    private static final Stmt S8;
    private static final Stmt S9;
    private static final Stmt S10;
    private static final Stmt S11;
    private static final Stmt S12;
    private static final Stmt S13;
    private static final Stmt S14;
    private static final Stmt S15;
    private static final Entry ENTRY;
    private static final FunctionLists LISTS;

    static {
        Anchors.Content content = (Anchors.Content) Anchors.handedOver;
        ENTRY = content.entry();
        LISTS = content.lists();
        S0 = content.statement(0);
        S1 = content.statement(1);
        S2 = content.statement(2);
        S3 = content.statement(3);
        S4 = content.statement(4);
        S5 = content.statement(5);
        S6 = content.statement(6);
        S7 = content.statement(7);
        S8 = content.statement(8);
        S9 = content.statement(9);
        S10 = content.statement(10);
        S11 = content.statement(11);
        S12 = content.statement(12);
        S13 = content.statement(13);
        S14 = content.statement(14);
        S15 = content.statement(15);
        Anchors.made = new FunctionAnchor();
    }

    @Override
    int run(Frame f) {
        if (ENTRY.cost() != 0 && f.meter.take(ENTRY.cost())) {
            return ENTRY.again(f, this);
        }
        if (ENTRY.size() > Frame.MIN_SLOTS) {
            f.ensureSlots(ENTRY.size());
        }
        // Downwards, so that one range check does for all.
        for (int i = ENTRY.endZero(); --i >= ENTRY.firstZero(); ) {
            f.slots[i] = 0;
        }
        if (ENTRY.references()) {
            ENTRY.prepareReferences(f);
        }
        int at = 0;
        try {
            int r;
            if ((r = S0.exec(f)) != Stmt.NEXT) {
                return end(r);
            }
            at = 1;
            if (S1 == null) {
                return Stmt.NEXT;
            }
            if ((r = S1.exec(f)) != Stmt.NEXT) {
                return end(r);
            }
            at = 2;
            if (S2 == null) {
                return Stmt.NEXT;
            }
            if ((r = S2.exec(f)) != Stmt.NEXT) {
                return end(r);
            }
            at = 3;
            if (S3 == null) {
                return Stmt.NEXT;
            }
            if ((r = S3.exec(f)) != Stmt.NEXT) {
                return end(r);
            }
            at = 4;
            if (S4 == null) {
                return Stmt.NEXT;
            }
            if ((r = S4.exec(f)) != Stmt.NEXT) {
                return end(r);
            }
            at = 5;
            if (S5 == null) {
                return Stmt.NEXT;
            }
            if ((r = S5.exec(f)) != Stmt.NEXT) {
                return end(r);
            }
            at = 6;
            if (S6 == null) {
                return Stmt.NEXT;
            }
            if ((r = S6.exec(f)) != Stmt.NEXT) {
                return end(r);
            }
            at = 7;
            if (S7 == null) {
                return Stmt.NEXT;
            }
            if ((r = S7.exec(f)) != Stmt.NEXT) {
                return end(r);
            }
            at = 8;
            if (S8 == null) {
                return Stmt.NEXT;
            }
            if ((r = S8.exec(f)) != Stmt.NEXT) {
                return end(r);
            }
            at = 9;
            if (S9 == null) {
                return Stmt.NEXT;
            }
            if ((r = S9.exec(f)) != Stmt.NEXT) {
                return end(r);
            }
            at = 10;
            if (S10 == null) {
                return Stmt.NEXT;
            }
            if ((r = S10.exec(f)) != Stmt.NEXT) {
                return end(r);
            }
            at = 11;
            if (S11 == null) {
                return Stmt.NEXT;
            }
            if ((r = S11.exec(f)) != Stmt.NEXT) {
                return end(r);
            }
            at = 12;
            if (S12 == null) {
                return Stmt.NEXT;
            }
            if ((r = S12.exec(f)) != Stmt.NEXT) {
                return end(r);
            }
            at = 13;
            if (S13 == null) {
                return Stmt.NEXT;
            }
            if ((r = S13.exec(f)) != Stmt.NEXT) {
                return end(r);
            }
            at = 14;
            if (S14 == null) {
                return Stmt.NEXT;
            }
            if ((r = S14.exec(f)) != Stmt.NEXT) {
                return end(r);
            }
            at = 15;
            return S15 == null ? Stmt.NEXT : end(S15.exec(f));
        } catch (RuntimeException e) {
            throw f.fault(e, LISTS, FunctionLists.FUNCTION, at, 0);
        }
    }

    /** A branch to the function's label ends here; what is negative passes. */
    private static int end(int r) {
        return r >= 0 ? Stmt.NEXT : r;
    }
}
