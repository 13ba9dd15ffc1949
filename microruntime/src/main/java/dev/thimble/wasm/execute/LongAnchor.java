package dev.thimble.wasm.execute;

/**
 * A list of 9 to 16 statements, a template like {@link Anchor}. It is too long to be compiled into the code around it, and
 * a call is little beside so many statements; as a tree of small anchors it would be three classes.
 */
final class LongAnchor implements Stmt {
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
    private static final boolean LOOP;
    private static final boolean LABEL;
    private static final FunctionLists LISTS;
    private static final int LIST;
    /** Of a loop, fuel for another round; else the number in the list of the first statement here. */
    private static final int COST;

    static {
        Anchors.Content content = (Anchors.Content) Anchors.handedOver;
        LOOP = content.kind() == ListKind.LOOP;
        LABEL = content.kind() == ListKind.BLOCK;
        LISTS = content.lists();
        LIST = content.list();
        COST = LOOP ? content.cost() : content.first();
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
        Anchors.made = new LongAnchor();
    }

    @Override
    public int exec(Frame f) {
        int at = 0;
        try {
            for (;; f.meter.charge(COST)) {
                int r;
                at = 0;
                list: {
                    if ((r = S0.exec(f)) != NEXT) {
                        break list;
                    }
                    at = 1;
                    if ((r = S1.exec(f)) != NEXT) {
                        break list;
                    }
                    at = 2;
                    if ((r = S2.exec(f)) != NEXT) {
                        break list;
                    }
                    at = 3;
                    if ((r = S3.exec(f)) != NEXT) {
                        break list;
                    }
                    at = 4;
                    if ((r = S4.exec(f)) != NEXT) {
                        break list;
                    }
                    at = 5;
                    if ((r = S5.exec(f)) != NEXT) {
                        break list;
                    }
                    at = 6;
                    if ((r = S6.exec(f)) != NEXT) {
                        break list;
                    }
                    at = 7;
                    if ((r = S7.exec(f)) != NEXT) {
                        break list;
                    }
                    at = 8;
                    if ((r = S8.exec(f)) != NEXT) {
                        break list;
                    }
                    at = 9;
                    if (S9 == null || (r = S9.exec(f)) != NEXT) {
                        break list;
                    }
                    at = 10;
                    if (S10 == null || (r = S10.exec(f)) != NEXT) {
                        break list;
                    }
                    at = 11;
                    if (S11 == null || (r = S11.exec(f)) != NEXT) {
                        break list;
                    }
                    at = 12;
                    if (S12 == null || (r = S12.exec(f)) != NEXT) {
                        break list;
                    }
                    at = 13;
                    if (S13 == null || (r = S13.exec(f)) != NEXT) {
                        break list;
                    }
                    at = 14;
                    if (S14 == null || (r = S14.exec(f)) != NEXT) {
                        break list;
                    }
                    at = 15;
                    if (S15 != null) {
                        r = S15.exec(f);
                    }
                }
                if (!LOOP) {
                    return LABEL && r >= 0 ? r - 1 : r;
                }
                at = -1;
                if (r != 0) {
                    return r > 0 ? r - 1 : r;
                }
            }
        } catch (RuntimeException e) {
            throw f.fault(e, LISTS, LIST, LOOP ? at : COST + at, 0);
        }
    }
}
