package dev.thimble.wasm.execute;

/**
 * Up to eight arms of a {@code br_table}, or eight groups of arms, as constants; a template like {@link Anchor}.
 * {@link Control.Cases} says what it means. More than eight arms form a tree: C1 compiles a large switch to a chain of
 * comparisons, and a method of this size is still inlined.
 */
final class SwitchAnchor implements Stmt {
    private static final Stmt SELECT;
    private static final Stmt A;
    private static final Stmt B;
    private static final Stmt C;
    private static final Stmt D;
    private static final Stmt E;
    private static final Stmt F;
    private static final Stmt G;
    private static final Stmt H;
    /** Number of the first arm, and the number after the last. */
    private static final int BASE;
    private static final int END;
    /** What to take from an arm's number beyond the last to get a result code: nothing in a part of a tree. */
    private static final int OUT;
    /** Each case has 2 to the power of this many arms. */
    private static final int SHIFT;

    static {
        Anchors.Cases content = (Anchors.Cases) Anchors.handedOver;
        SELECT = content.select();
        BASE = content.base();
        END = content.end();
        OUT = SELECT == null ? 0 : END + 1;
        SHIFT = content.shift();
        A = content.arm(0);
        B = content.arm(1);
        C = content.arm(2);
        D = content.arm(3);
        E = content.arm(4);
        F = content.arm(5);
        G = content.arm(6);
        H = content.arm(7);
        Anchors.made = new SwitchAnchor();
    }

    /** Each part of a tree gives the number of the arm to go on with, which {@link Frame#arm} hands to the next part. */
    @Override
    @SuppressWarnings("fallthrough")
    public int exec(Frame f) {
        int k;
        if (SELECT == null) {
            k = f.arm;
        } else {
            k = SELECT.exec(f);
            if (k < NEXT) {
                return k;
            }
            if (k >= END) {
                return k - OUT;
            }
        }
        for (;;) {
            if (SHIFT != 0) {
                f.arm = k;
            }
            int r;
            // An arm that falls through goes on with the next.
            switch (k - BASE >> SHIFT) {
                case 0:
                    if ((r = A.exec(f)) != NEXT) {
                        k = 1;
                        break;
                    }
                case 1:
                    if ((r = B.exec(f)) != NEXT) {
                        k = 2;
                        break;
                    }
                case 2:
                    if ((r = C.exec(f)) != NEXT) {
                        k = 3;
                        break;
                    }
                case 3:
                    if ((r = D.exec(f)) != NEXT) {
                        k = 4;
                        break;
                    }
                case 4:
                    if ((r = E.exec(f)) != NEXT) {
                        k = 5;
                        break;
                    }
                case 5:
                    if ((r = F.exec(f)) != NEXT) {
                        k = 6;
                        break;
                    }
                case 6:
                    if ((r = G.exec(f)) != NEXT) {
                        k = 7;
                        break;
                    }
                default:
                    r = H.exec(f);
                    k = END - BASE;
            }
            if (r < NEXT) {
                return r;
            }
            k = SHIFT != 0 ? r : BASE + k + (r > 0 ? r : 0);
            if (k >= END) {
                return k - OUT;
            }
        }
    }
}
