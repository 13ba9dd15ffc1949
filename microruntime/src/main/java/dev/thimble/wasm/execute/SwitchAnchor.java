package dev.thimble.wasm.execute;

/**
 * Up to 16 arms of a {@code br_table}, or as many groups of arms, as constants; a template like {@link Anchor}.
 * {@link Control.Cases} says what it means. More arms form a tree, and even these are two switches: C1 compiles a large one to a
 * chain of comparisons, and a method of this size is still inlined.
 */
final class SwitchAnchor implements Stmt {
    /** Arms that one of the two switches has. */
    private static final int HALF = 8;

    private static final Stmt SELECT;
    private static final Stmt A;
    private static final Stmt B;
    private static final Stmt C;
    private static final Stmt D;
    private static final Stmt E;
    private static final Stmt F;
    private static final Stmt G;
    private static final Stmt H;
    private static final Stmt I;
    private static final Stmt J;
    private static final Stmt K;
    private static final Stmt L;
    private static final Stmt M;
    private static final Stmt N;
    private static final Stmt O;
    private static final Stmt P;
    /** Number of the first arm, and the number after the last. */
    private static final int BASE;
    private static final int END;
    /** Each case has 2 to the power of this many arms. */
    private static final byte SHIFT;

    static {
        Anchors.Cases content = (Anchors.Cases) Anchors.handedOver;
        SELECT = content.select();
        BASE = content.base();
        END = content.end();
        SHIFT = (byte) content.shift();
        A = content.arm(0);
        B = content.arm(1);
        C = content.arm(2);
        D = content.arm(3);
        E = content.arm(4);
        F = content.arm(5);
        G = content.arm(6);
        H = content.arm(7);
        I = content.arm(8);
        J = content.arm(9);
        K = content.arm(10);
        L = content.arm(11);
        M = content.arm(12);
        N = content.arm(13);
        O = content.arm(14);
        P = content.arm(15);
        Anchors.made = new SwitchAnchor();
    }

    /** Each part of a tree gives the number of the arm to go on with, which {@link Frame#arm} hands to the next part. */
    @Override
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
                return k - END - 1;
            }
        }
        for (;;) {
            if (SHIFT != 0) {
                f.arm = k;
            }
            int i = k - BASE >> SHIFT;
            k = i < HALF ? first(f, i) : second(f, i - HALF);
            if (k < NEXT) {
                return k;
            }
            if (k >= END) {
                return SELECT == null ? k : k - END - 1;
            }
        }
    }

    /** Runs arms from number {@code k} of this half on, each of which goes on with the next; returns the number of the one to go on with. */
    @SuppressWarnings("fallthrough")
    private static int first(Frame f, int k) {
        int r;
        switch (k) {
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
                k = Math.min(END - BASE, HALF);
        }
        return r < NEXT || SHIFT != 0 ? r : BASE + k + (r > 0 ? r : 0);
    }

    @SuppressWarnings("fallthrough")
    private static int second(Frame f, int k) {
        int r;
        switch (k) {
            case 0:
                if ((r = I.exec(f)) != NEXT) {
                    k = 1;
                    break;
                }
            case 1:
                if ((r = J.exec(f)) != NEXT) {
                    k = 2;
                    break;
                }
            case 2:
                if ((r = K.exec(f)) != NEXT) {
                    k = 3;
                    break;
                }
            case 3:
                if ((r = L.exec(f)) != NEXT) {
                    k = 4;
                    break;
                }
            case 4:
                if ((r = M.exec(f)) != NEXT) {
                    k = 5;
                    break;
                }
            case 5:
                if ((r = N.exec(f)) != NEXT) {
                    k = 6;
                    break;
                }
            case 6:
                if ((r = O.exec(f)) != NEXT) {
                    k = 7;
                    break;
                }
            default:
                r = P.exec(f);
                k = END - BASE - HALF;
        }
        return r < NEXT || SHIFT != 0 ? r : BASE + HALF + k + (r > 0 ? r : 0);
    }
}
