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
    private static final RegisterTrial TRIAL;
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
    /** Whether the loop uses other slots. */
    private static final boolean SLOTS;
    /** Which of them the loop writes, as bits. */
    private static final int WRITTEN;

    static {
        Anchors.Loop content = (Anchors.Loop) Anchors.handedOver;
        LISTS = content.lists();
        LIST = content.list();
        TRIAL = new RegisterTrial(LISTS, LIST);
        COST = content.cost();
        WRITTEN = content.written();
        SLOTS = content.others();
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
        Anchors.made = new RegisterLoop();
    }

    @Override
    public int exec(Frame f) {
        for (;;) {
            int r = TRIAL.passed ? slice(f) : trial(f);
            if (r != AGAIN) {
                return r;
            }
            f.meter.nextSlice();
        }
    }

    private static int trial(Frame f) {
        Stmt instead = TRIAL.instead();
        if (instead != null) {
            return instead.exec(f);
        }
        if (!TRIAL.isDue()) {
            return slice(f);
        }
        long before = RegisterTrial.allocated();
        int r = slice(f);
        TRIAL.measured(before, RegisterTrial.allocated());
        return r;
    }

    /** A method of its own, so that a loop that runs for long leaves code that was replaced on stack. */
    private static int slice(Frame f) {
        Registers g = new Registers(f.memory, SLOTS ? f.slots : null);
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
                if ((r = S11.exec(g)) != NEXT || S12 == null) {
                    continue;
                }
                at = 12;
                if ((r = S12.exec(g)) != NEXT || S13 == null) {
                    continue;
                }
                at = 13;
                if ((r = S13.exec(g)) != NEXT || S14 == null) {
                    continue;
                }
                at = 14;
                if ((r = S14.exec(g)) != NEXT || S15 == null) {
                    continue;
                }
                at = 15;
                if ((r = S15.exec(g)) != NEXT || S16 == null) {
                    continue;
                }
                at = 16;
                if ((r = S16.exec(g)) != NEXT || S17 == null) {
                    continue;
                }
                at = 17;
                if ((r = S17.exec(g)) != NEXT || S18 == null) {
                    continue;
                }
                at = 18;
                if ((r = S18.exec(g)) != NEXT || S19 == null) {
                    continue;
                }
                at = 19;
                if ((r = S19.exec(g)) != NEXT || S20 == null) {
                    continue;
                }
                at = 20;
                if ((r = S20.exec(g)) != NEXT || S21 == null) {
                    continue;
                }
                at = 21;
                if ((r = S21.exec(g)) != NEXT || S22 == null) {
                    continue;
                }
                at = 22;
                if ((r = S22.exec(g)) != NEXT || S23 == null) {
                    continue;
                }
                at = 23;
                if ((r = S23.exec(g)) != NEXT || S24 == null) {
                    continue;
                }
                at = 24;
                if ((r = S24.exec(g)) != NEXT || S25 == null) {
                    continue;
                }
                at = 25;
                if ((r = S25.exec(g)) != NEXT || S26 == null) {
                    continue;
                }
                at = 26;
                if ((r = S26.exec(g)) != NEXT || S27 == null) {
                    continue;
                }
                at = 27;
                if ((r = S27.exec(g)) != NEXT || S28 == null) {
                    continue;
                }
                at = 28;
                if ((r = S28.exec(g)) != NEXT || S29 == null) {
                    continue;
                }
                at = 29;
                if ((r = S29.exec(g)) != NEXT || S30 == null) {
                    continue;
                }
                at = 30;
                if ((r = S30.exec(g)) != NEXT || S31 == null) {
                    continue;
                }
                at = 31;
                r = S31.exec(g);
            } while (r == 0 && (COST == 0 || (fuel -= COST) >= 0));
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
        if (thrown != null) {
            throw f.fault(thrown, LISTS, LIST, at, fuel);
        }
        f.meter.giveBack(fuel);
        return r == 0 ? AGAIN : r > 0 ? r - 1 : r;
    }
}
