package dev.thimble.wasm.execute;

/**
 * An innermost loop of nine to thirty-two statements in which nothing else takes fuel; a template like {@link Anchor}. It is
 * in one piece, because HotSpot compiles what is called in every round before the loop itself, and what has then become
 * large it does not inline into the loop any more.
 */
final class LongLoop implements Stmt {
    /** Statements that it holds. */
    static final int SIZE = 32;

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
    private static final Stmt S16;
    private static final Stmt S17;
    private static final Stmt S18;
    private static final Stmt S19;
    private static final Stmt S20;
    private static final Stmt S21;
    private static final Stmt S22;
    private static final Stmt S23;
    private static final Stmt S24;
    private static final Stmt S25;
    private static final Stmt S26;
    private static final Stmt S27;
    private static final Stmt S28;
    private static final Stmt S29;
    private static final Stmt S30;
    private static final Stmt S31;
    private static final FunctionLists LISTS;
    private static final int LIST;
    /** Fuel for another round. */
    private static final int COST;

    static {
        Anchors.Content content = (Anchors.Content) Anchors.handedOver;
        LISTS = content.lists();
        LIST = content.list();
        COST = content.cost();
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
        S16 = content.statement(16);
        S17 = content.statement(17);
        S18 = content.statement(18);
        S19 = content.statement(19);
        S20 = content.statement(20);
        S21 = content.statement(21);
        S22 = content.statement(22);
        S23 = content.statement(23);
        S24 = content.statement(24);
        S25 = content.statement(25);
        S26 = content.statement(26);
        S27 = content.statement(27);
        S28 = content.statement(28);
        S29 = content.statement(29);
        S30 = content.statement(30);
        S31 = content.statement(31);
        Anchors.made = new LongLoop();
    }

    @Override
    public int exec(Frame f) {
        int r;
        int at = 0;
        int fuel = 0;
        try {
            for (;;) {
                fuel = f.meter.claim();
                do {
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
                        if ((r = S8.exec(f)) != NEXT || S9 == null) {
                            break list;
                        }
                        at = 9;
                        if ((r = S9.exec(f)) != NEXT || S10 == null) {
                            break list;
                        }
                        at = 10;
                        if ((r = S10.exec(f)) != NEXT || S11 == null) {
                            break list;
                        }
                        at = 11;
                        if ((r = S11.exec(f)) != NEXT || S12 == null) {
                            break list;
                        }
                        at = 12;
                        if ((r = S12.exec(f)) != NEXT || S13 == null) {
                            break list;
                        }
                        at = 13;
                        if ((r = S13.exec(f)) != NEXT || S14 == null) {
                            break list;
                        }
                        at = 14;
                        if ((r = S14.exec(f)) != NEXT || S15 == null) {
                            break list;
                        }
                        at = 15;
                        if ((r = S15.exec(f)) != NEXT || S16 == null) {
                            break list;
                        }
                        at = 16;
                        if ((r = S16.exec(f)) != NEXT || S17 == null) {
                            break list;
                        }
                        at = 17;
                        if ((r = S17.exec(f)) != NEXT || S18 == null) {
                            break list;
                        }
                        at = 18;
                        if ((r = S18.exec(f)) != NEXT || S19 == null) {
                            break list;
                        }
                        at = 19;
                        if ((r = S19.exec(f)) != NEXT || S20 == null) {
                            break list;
                        }
                        at = 20;
                        if ((r = S20.exec(f)) != NEXT || S21 == null) {
                            break list;
                        }
                        at = 21;
                        if ((r = S21.exec(f)) != NEXT || S22 == null) {
                            break list;
                        }
                        at = 22;
                        if ((r = S22.exec(f)) != NEXT || S23 == null) {
                            break list;
                        }
                        at = 23;
                        if ((r = S23.exec(f)) != NEXT || S24 == null) {
                            break list;
                        }
                        at = 24;
                        if ((r = S24.exec(f)) != NEXT || S25 == null) {
                            break list;
                        }
                        at = 25;
                        if ((r = S25.exec(f)) != NEXT || S26 == null) {
                            break list;
                        }
                        at = 26;
                        if ((r = S26.exec(f)) != NEXT || S27 == null) {
                            break list;
                        }
                        at = 27;
                        if ((r = S27.exec(f)) != NEXT || S28 == null) {
                            break list;
                        }
                        at = 28;
                        if ((r = S28.exec(f)) != NEXT || S29 == null) {
                            break list;
                        }
                        at = 29;
                        if ((r = S29.exec(f)) != NEXT || S30 == null) {
                            break list;
                        }
                        at = 30;
                        if ((r = S30.exec(f)) != NEXT || S31 == null) {
                            break list;
                        }
                        at = 31;
                        r = S31.exec(f);
                    }
                    at = -1;
                    if (r != 0) {
                        f.meter.giveBack(fuel);
                        return r > 0 ? r - 1 : r;
                    }
                } while ((fuel -= COST) >= 0);
                f.meter.renew(fuel);
            }
        } catch (RuntimeException e) {
            throw f.fault(e, LISTS, LIST, at, fuel);
        }
    }
}
