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
    /** Each case has 2 to the power of this many arms. */
    private static final int SHIFT;

    static {
        Anchors.Cases content = (Anchors.Cases) Anchors.handedOver;
        SELECT = content.select();
        BASE = content.base();
        END = content.end();
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

    @Override
    public int exec(Frame f) {
        int k = SELECT == null ? f.arm : SELECT.exec(f);
        if (k < NEXT) {
            return k;
        }
        while (k < END) {
            if (SHIFT != 0) {
                f.arm = k;
            }
            int r;
            switch (k - BASE >> SHIFT) {
                case 0:
                    r = A.exec(f);
                    k = 1;
                    break;
                case 1:
                    r = B.exec(f);
                    k = 2;
                    break;
                case 2:
                    r = C.exec(f);
                    k = 3;
                    break;
                case 3:
                    r = D.exec(f);
                    k = 4;
                    break;
                case 4:
                    r = E.exec(f);
                    k = 5;
                    break;
                case 5:
                    r = F.exec(f);
                    k = 6;
                    break;
                case 6:
                    r = G.exec(f);
                    k = 7;
                    break;
                default:
                    r = H.exec(f);
                    k = 8;
            }
            if (r < NEXT) {
                return r;
            }
            // Each case has set k to a constant, so that compiled code knows where an arm goes on.
            k = SHIFT != 0 ? f.arm : BASE + k + (r > 0 ? r : 0);
        }
        if (SELECT == null) {
            f.arm = k;
            return NEXT;
        }
        return k - END - 1;
    }
}
