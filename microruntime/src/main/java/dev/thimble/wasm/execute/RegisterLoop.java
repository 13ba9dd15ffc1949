package dev.thimble.wasm.execute;

/**
 * An innermost loop that keeps slots in {@link Registers}; a template like {@link Anchor}. Between two slices of fuel, and
 * when something is thrown, everything is in the frame.
 */
final class RegisterLoop implements Stmt {
    /** Statements that it may have. */
    static final int SIZE = 32;
    private static final int AGAIN = Integer.MIN_VALUE;

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
    /** The statements after these, or null. */
    private static final Anchors.More MORE;
    private static final FunctionLists LISTS;
    private static final int LIST;
    /** Fuel for another round. */
    private static final int COST;
    /** Slots of the nine registers of each kind, a byte each, −1 for none. */
    private static final byte I0;
    private static final byte I1;
    private static final byte I2;
    private static final byte I3;
    private static final byte I4;
    private static final byte I5;
    private static final byte I6;
    private static final byte I7;
    private static final byte I8;
    private static final byte L0;
    private static final byte L1;
    private static final byte L2;
    private static final byte L3;
    private static final byte L4;
    private static final byte L5;
    private static final byte L6;
    private static final byte L7;
    private static final byte L8;
    private static final byte D0;
    private static final byte D1;
    private static final byte D2;
    private static final byte D3;
    private static final byte D4;
    private static final byte D5;
    private static final byte D6;
    private static final byte D7;
    private static final byte D8;
    /** Bit of {@link #WRITTEN}: whether the loop uses other slots. */
    private static final int SLOTS = 1 << 27;
    /** Whether some way through a round takes more fuel than {@link #COST}. */
    private static final boolean PAYS;
    /** Which of them the loop writes, as bits. */
    private static final int WRITTEN;

    /** When it was made, in milliseconds. */
    private static final int SINCE = Runs.now();
    /** How often it has been entered, or what has come out of that, see {@link RegisterTrial}. */
    private static int entries;

    static {
        Anchors.Loop content = (Anchors.Loop) Anchors.handedOver;
        LISTS = content.lists();
        LIST = content.list();
        COST = content.cost();
        WRITTEN = content.others() ? content.written() | SLOTS : content.written();
        PAYS = content.pays();
        byte[] slots = content.slots();
        I0 = slots[0];
        I1 = slots[1];
        I2 = slots[2];
        I3 = slots[3];
        I4 = slots[4];
        I5 = slots[5];
        I6 = slots[6];
        I7 = slots[7];
        I8 = slots[8];
        L0 = slots[9];
        L1 = slots[10];
        L2 = slots[11];
        L3 = slots[12];
        L4 = slots[13];
        L5 = slots[14];
        L6 = slots[15];
        L7 = slots[16];
        L8 = slots[17];
        D0 = slots[18];
        D1 = slots[19];
        D2 = slots[20];
        D3 = slots[21];
        D4 = slots[22];
        D5 = slots[23];
        D6 = slots[24];
        D7 = slots[25];
        D8 = slots[26];
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
        MORE = content.more();
        Anchors.made = new RegisterLoop();
    }

    @Override
    public int exec(Frame f) {
        for (;;) {
            int r = entries == RegisterTrial.PASSED ? slice(f) : trial(f);
            if (r != AGAIN) {
                return r;
            }
            f.meter.nextSlice();
        }
    }

    private static int trial(Frame f) {
        if (entries == RegisterTrial.FAILED) {
            Stmt instead = LISTS.anchored(LIST);
            return instead == null ? slice(f) : instead.exec(f);
        }
        if ((++entries & RegisterTrial.EVERY - 1) != 0) {
            return slice(f);
        }
        long before = RegisterTrial.allocated();
        int r = slice(f);
        entries = RegisterTrial.outcome(LISTS, LIST, entries, SINCE, before);
        return r;
    }

    /** A method of its own, so that a loop that runs for long leaves code that was replaced on stack. */
    private static int slice(Frame f) {
        Registers g = new Registers(f.memory, (WRITTEN & SLOTS) != 0 ? f.slots : null, PAYS ? new Fuel() : null);
        long[] s = f.slots;
        if (I0 >= 0) {
            g.i0 = (int) s[I0];
        }
        if (I1 >= 0) {
            g.i1 = (int) s[I1];
        }
        if (I2 >= 0) {
            g.i2 = (int) s[I2];
        }
        if (I3 >= 0) {
            g.i3 = (int) s[I3];
        }
        if (I4 >= 0) {
            g.i4 = (int) s[I4];
        }
        if (I5 >= 0) {
            g.i5 = (int) s[I5];
        }
        if (I6 >= 0) {
            g.i6 = (int) s[I6];
        }
        if (I7 >= 0) {
            g.i7 = (int) s[I7];
        }
        if (I8 >= 0) {
            g.i8 = (int) s[I8];
        }
        if (L0 >= 0) {
            g.l0 = s[L0];
        }
        if (L1 >= 0) {
            g.l1 = s[L1];
        }
        if (L2 >= 0) {
            g.l2 = s[L2];
        }
        if (L3 >= 0) {
            g.l3 = s[L3];
        }
        if (L4 >= 0) {
            g.l4 = s[L4];
        }
        if (L5 >= 0) {
            g.l5 = s[L5];
        }
        if (L6 >= 0) {
            g.l6 = s[L6];
        }
        if (L7 >= 0) {
            g.l7 = s[L7];
        }
        if (L8 >= 0) {
            g.l8 = s[L8];
        }
        if (D0 >= 0) {
            g.d0 = Double.longBitsToDouble(s[D0]);
        }
        if (D1 >= 0) {
            g.d1 = Double.longBitsToDouble(s[D1]);
        }
        if (D2 >= 0) {
            g.d2 = Double.longBitsToDouble(s[D2]);
        }
        if (D3 >= 0) {
            g.d3 = Double.longBitsToDouble(s[D3]);
        }
        if (D4 >= 0) {
            g.d4 = Double.longBitsToDouble(s[D4]);
        }
        if (D5 >= 0) {
            g.d5 = Double.longBitsToDouble(s[D5]);
        }
        if (D6 >= 0) {
            g.d6 = Double.longBitsToDouble(s[D6]);
        }
        if (D7 >= 0) {
            g.d7 = Double.longBitsToDouble(s[D7]);
        }
        if (D8 >= 0) {
            g.d8 = Double.longBitsToDouble(s[D8]);
        }
        int fuel = COST == 0 ? 0 : f.meter.claim();
        int r = 0;
        int at = 0;
        RuntimeException thrown = null;
        try {
            do {
                at = 0;
                if ((r = S0.exec(g)) != NEXT || S1 == null) {
                    continue;
                }
                at = 1;
                if ((r = S1.exec(g)) != NEXT || S2 == null) {
                    continue;
                }
                at = 2;
                if ((r = S2.exec(g)) != NEXT || S3 == null) {
                    continue;
                }
                at = 3;
                if ((r = S3.exec(g)) != NEXT || S4 == null) {
                    continue;
                }
                at = 4;
                if ((r = S4.exec(g)) != NEXT || S5 == null) {
                    continue;
                }
                at = 5;
                if ((r = S5.exec(g)) != NEXT || S6 == null) {
                    continue;
                }
                at = 6;
                if ((r = S6.exec(g)) != NEXT || S7 == null) {
                    continue;
                }
                at = 7;
                if ((r = S7.exec(g)) != NEXT || S8 == null) {
                    continue;
                }
                at = 8;
                if ((r = S8.exec(g)) != NEXT || S9 == null) {
                    continue;
                }
                at = 9;
                if ((r = S9.exec(g)) != NEXT || S10 == null) {
                    continue;
                }
                at = 10;
                if ((r = S10.exec(g)) != NEXT || S11 == null) {
                    continue;
                }
                at = 11;
                if ((r = S11.exec(g)) != NEXT || MORE == null) {
                    continue;
                }
                at = 12;
                if ((r = MORE.s12().exec(g)) != NEXT || MORE.s13() == null) {
                    continue;
                }
                at = 13;
                if ((r = MORE.s13().exec(g)) != NEXT || MORE.s14() == null) {
                    continue;
                }
                at = 14;
                if ((r = MORE.s14().exec(g)) != NEXT || MORE.s15() == null) {
                    continue;
                }
                at = 15;
                if ((r = MORE.s15().exec(g)) != NEXT || MORE.s16() == null) {
                    continue;
                }
                at = 16;
                if ((r = MORE.s16().exec(g)) != NEXT || MORE.s17() == null) {
                    continue;
                }
                at = 17;
                if ((r = MORE.s17().exec(g)) != NEXT || MORE.s18() == null) {
                    continue;
                }
                at = 18;
                if ((r = MORE.s18().exec(g)) != NEXT || MORE.s19() == null) {
                    continue;
                }
                at = 19;
                if ((r = MORE.s19().exec(g)) != NEXT || MORE.s20() == null) {
                    continue;
                }
                at = 20;
                if ((r = MORE.s20().exec(g)) != NEXT || MORE.s21() == null) {
                    continue;
                }
                at = 21;
                if ((r = MORE.s21().exec(g)) != NEXT || MORE.s22() == null) {
                    continue;
                }
                at = 22;
                if ((r = MORE.s22().exec(g)) != NEXT || MORE.s23() == null) {
                    continue;
                }
                at = 23;
                if ((r = MORE.s23().exec(g)) != NEXT || MORE.s24() == null) {
                    continue;
                }
                at = 24;
                if ((r = MORE.s24().exec(g)) != NEXT || MORE.s25() == null) {
                    continue;
                }
                at = 25;
                if ((r = MORE.s25().exec(g)) != NEXT || MORE.s26() == null) {
                    continue;
                }
                at = 26;
                if ((r = MORE.s26().exec(g)) != NEXT || MORE.s27() == null) {
                    continue;
                }
                at = 27;
                if ((r = MORE.s27().exec(g)) != NEXT || MORE.s28() == null) {
                    continue;
                }
                at = 28;
                if ((r = MORE.s28().exec(g)) != NEXT || MORE.s29() == null) {
                    continue;
                }
                at = 29;
                if ((r = MORE.s29().exec(g)) != NEXT || MORE.s30() == null) {
                    continue;
                }
                at = 30;
                if ((r = MORE.s30().exec(g)) != NEXT || MORE.s31() == null) {
                    continue;
                }
                at = 31;
                r = MORE.s31().exec(g);
            } while (r == 0 && (COST == 0 || (fuel -= COST) + (PAYS ? (int) g.fuel.slice : 0) >= 0));
        } catch (RuntimeException e) {
            thrown = e;
        }
        if ((WRITTEN & 0x1) != 0) {
            s[I0] = g.i0;
        }
        if ((WRITTEN & 0x2) != 0) {
            s[I1] = g.i1;
        }
        if ((WRITTEN & 0x4) != 0) {
            s[I2] = g.i2;
        }
        if ((WRITTEN & 0x8) != 0) {
            s[I3] = g.i3;
        }
        if ((WRITTEN & 0x10) != 0) {
            s[I4] = g.i4;
        }
        if ((WRITTEN & 0x20) != 0) {
            s[I5] = g.i5;
        }
        if ((WRITTEN & 0x40) != 0) {
            s[I6] = g.i6;
        }
        if ((WRITTEN & 0x80) != 0) {
            s[I7] = g.i7;
        }
        if ((WRITTEN & 0x100) != 0) {
            s[I8] = g.i8;
        }
        if ((WRITTEN & 0x200) != 0) {
            s[L0] = g.l0;
        }
        if ((WRITTEN & 0x400) != 0) {
            s[L1] = g.l1;
        }
        if ((WRITTEN & 0x800) != 0) {
            s[L2] = g.l2;
        }
        if ((WRITTEN & 0x1000) != 0) {
            s[L3] = g.l3;
        }
        if ((WRITTEN & 0x2000) != 0) {
            s[L4] = g.l4;
        }
        if ((WRITTEN & 0x4000) != 0) {
            s[L5] = g.l5;
        }
        if ((WRITTEN & 0x8000) != 0) {
            s[L6] = g.l6;
        }
        if ((WRITTEN & 0x10000) != 0) {
            s[L7] = g.l7;
        }
        if ((WRITTEN & 0x20000) != 0) {
            s[L8] = g.l8;
        }
        if ((WRITTEN & 0x40000) != 0) {
            s[D0] = Double.doubleToRawLongBits(g.d0);
        }
        if ((WRITTEN & 0x80000) != 0) {
            s[D1] = Double.doubleToRawLongBits(g.d1);
        }
        if ((WRITTEN & 0x100000) != 0) {
            s[D2] = Double.doubleToRawLongBits(g.d2);
        }
        if ((WRITTEN & 0x200000) != 0) {
            s[D3] = Double.doubleToRawLongBits(g.d3);
        }
        if ((WRITTEN & 0x400000) != 0) {
            s[D4] = Double.doubleToRawLongBits(g.d4);
        }
        if ((WRITTEN & 0x800000) != 0) {
            s[D5] = Double.doubleToRawLongBits(g.d5);
        }
        if ((WRITTEN & 0x1000000) != 0) {
            s[D6] = Double.doubleToRawLongBits(g.d6);
        }
        if ((WRITTEN & 0x2000000) != 0) {
            s[D7] = Double.doubleToRawLongBits(g.d7);
        }
        if ((WRITTEN & 0x4000000) != 0) {
            s[D8] = Double.doubleToRawLongBits(g.d8);
        }
        if (PAYS) {
            fuel += (int) g.fuel.slice;
        }
        if (thrown != null) {
            throw f.fault(thrown, LISTS, LIST, at, fuel);
        }
        f.meter.giveBack(fuel);
        return r == 0 ? AGAIN : r > 0 ? r - 1 : r;
    }
}
