package dev.thimble.wasm.execute;

/**
 * A hot function that is short: its entry and up to six statements, a template like {@link Anchor}. As a statement it calls the function
 * as it is then. HotSpot counts for each call in the byte code which classes it finds there; here it is always one, and can be inlined.
 */
final class SmallFunction extends FunctionBody implements Stmt {
    private static final Stmt A;
    private static final Stmt B;
    private static final Stmt C;
    private static final Stmt D;
    private static final Stmt E;
    private static final Stmt F;
    private static final Entry ENTRY;
    private static final FunctionCode CODE;

    static {
        Anchors.Content content = (Anchors.Content) Anchors.handedOver;
        ENTRY = content.entry();
        CODE = content.lists().code;
        A = content.statement(0);
        B = content.statement(1);
        C = content.statement(2);
        D = content.statement(3);
        E = content.statement(4);
        F = content.statement(5);
        Anchors.made = new SmallFunction();
    }

    @Override
    public int exec(Frame f) {
        return CODE.body.run(f);
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
        int at = 0;
        try {
            int r;
            if ((r = A.exec(f)) != NEXT) {
                return end(r);
            }
            at = 1;
            if (B == null) {
                return NEXT;
            }
            if ((r = B.exec(f)) != NEXT) {
                return end(r);
            }
            at = 2;
            if (C == null) {
                return NEXT;
            }
            if ((r = C.exec(f)) != NEXT) {
                return end(r);
            }
            at = 3;
            if (D == null) {
                return NEXT;
            }
            if ((r = D.exec(f)) != NEXT) {
                return end(r);
            }
            at = 4;
            if (E == null) {
                return NEXT;
            }
            if ((r = E.exec(f)) != NEXT) {
                return end(r);
            }
            at = 5;
            return F == null ? NEXT : end(F.exec(f));
        } catch (RuntimeException e) {
            throw f.fault(e, CODE.lists(), FunctionLists.FUNCTION, at, 0);
        }
    }

    /** A branch to the function's label ends here; what is negative passes. */
    private static int end(int r) {
        return r >= 0 ? NEXT : r;
    }
}
