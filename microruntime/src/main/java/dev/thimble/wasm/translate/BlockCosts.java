package dev.thimble.wasm.translate;

import dev.thimble.wasm.opcode.Opcodes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * What the basic blocks of a body cost: an instruction a unit of fuel, what only ends or divides blocks nothing.
 *
 * <p>Blocks do not pay each for itself. Every place in the code has a balance: what has been paid beyond the instructions that have run. Along straight code
 * it falls by one with each; the entry of a function and each round of a loop pay for the way from there to the end of the function or round; and where two
 * ways part, the balance is right for the cheaper one, and the other pays the difference. So a way through a function pays for its blocks, wherever they
 * are paid, and straight code, loops and their usual exits pay in one place. Nothing is given back: what is paid so far is never more than what is paid in the end. Where
 * something is called or thrown no balance is negative, so that nobody runs code unpaid by way of exceptions; a trap or an exception forfeits what is left.
 */
final class BlockCosts {
    /** Keeps what a balance is more or less apart from what it is counted from. */
    private static final int BIAS = 1 << 30;
    private static final byte LOOP = 1;
    private static final byte BY_TABLE = 2;
    private static final byte OTHERWISE = 4;
    /** Of a loop in which something is called or thrown. */
    private static final byte CALLS = 8;

    private final CodeReader in;
    /** Offsets of the instructions of control, and the number of others before each. */
    private int[] offsets = new int[16];
    private int[] before = new int[16];
    /** Of each what {@link #at} says; and of an end, until that is known, {@link #LOOP} and perhaps {@link #CALLS}, or {@link #BY_TABLE} if its label is only reached so. */
    private int[] values = new int[16];
    private int count;
    /** What {@link #each} says. */
    private final Map<Integer, int[]> several = new HashMap<>();
    private int entry;
    private int next;

    /** @param body offset of the first instruction */
    BlockCosts(byte[] binary, int body) {
        in = new CodeReader(binary, body);
        collect();
        new Balances().find();
    }

    /** Fuel on entry. */
    int entry() {
        return entry;
    }

    /**
     * Of an {@code if} or conditional branch what it takes more if its condition holds, less than 0 if it is the other way that takes more; of a {@code loop} fuel for another round;
     * of a legacy {@code catch} fuel for the handler; of an {@code end} fuel for what follows. To be asked in the order of the code.
     */
    int at(int offset) {
        while (offsets[next] < offset) {
            next++;
        }
        return values[next];
    }

    /** For each entry of a {@code br_table}, or clause of a {@code try_table}, what it pays; null if all are 0. */
    int[] each(int offset) {
        return several.get(offset);
    }

    /** Finds the instructions of control, up to the function's end. */
    private void collect() {
        // How each of the labels around is reached, and the calls before it.
        var reached = new byte[16];
        var calledBefore = new int[16];
        int calls = 0;
        boolean left = false;
        int others = 0;
        for (int depth = 0; depth >= 0; ) {
            int offset = in.position();
            int opcode = in.opcode();
            int immediates = in.position();
            int end = 0;
            boolean leaves = false;
            switch (opcode) {
                case Opcodes.BLOCK, Opcodes.LOOP, Opcodes.IF, Opcodes.TRY, Opcodes.TRY_TABLE -> {
                    if (opcode == Opcodes.TRY_TABLE) {
                        mark(offset, reached, depth, OTHERWISE);
                    }
                    if (++depth == reached.length) {
                        reached = Arrays.copyOf(reached, depth * 2);
                        calledBefore = Arrays.copyOf(calledBefore, depth * 2);
                    }
                    calledBefore[depth] = calls;
                    reached[depth] = (byte) (opcode == Opcodes.LOOP ? LOOP : opcode == Opcodes.BLOCK ? 0 : OTHERWISE);
                }
                case Opcodes.END, Opcodes.DELEGATE -> {
                    if (reached[depth] == LOOP) {
                        end = calls == calledBefore[depth] ? LOOP : LOOP | CALLS;
                    } else if (reached[depth] == BY_TABLE && left && others == 0) {
                        end = BY_TABLE;
                    }
                    depth--;
                }
                case Opcodes.BR_IF, Opcodes.BR_ON_NULL, Opcodes.BR_ON_NON_NULL, Opcodes.BR_ON_CAST, Opcodes.BR_ON_CAST_FAIL, Opcodes.BR -> {
                    mark(offset, reached, depth, OTHERWISE);
                    leaves = opcode == Opcodes.BR;
                }
                case Opcodes.BR_TABLE -> {
                    mark(offset, reached, depth, BY_TABLE);
                    leaves = true;
                }
                case Opcodes.RETURN, Opcodes.RETURN_CALL, Opcodes.RETURN_CALL_INDIRECT, Opcodes.RETURN_CALL_REF, Opcodes.UNREACHABLE -> leaves = true;
                case Opcodes.THROW, Opcodes.THROW_REF, Opcodes.RETHROW -> {
                    leaves = true;
                    calls++;
                }
                case Opcodes.ELSE, Opcodes.CATCH, Opcodes.CATCH_ALL -> { }
                default -> {
                    others++;
                    calls += opcode == Opcodes.CALL || opcode == Opcodes.CALL_INDIRECT || opcode == Opcodes.CALL_REF ? 1 : 0;
                    in.skipImmediates(opcode);
                    continue;
                }
            }
            in.position(immediates);
            in.skipImmediates(opcode);
            left = leaves;
            add(offset, others, end);
            others = 0;
        }
    }

    private void mark(int offset, byte[] reached, int depth, byte how) {
        labels(offset, label -> reached[depth - label] |= reached[depth - label] == LOOP ? 0 : how);
    }

    private void add(int offset, int others, int end) {
        if (count == offsets.length) {
            offsets = Arrays.copyOf(offsets, count * 2);
            before = Arrays.copyOf(before, count * 2);
            values = Arrays.copyOf(values, count * 2);
        }
        offsets[count] = offset;
        before[count] = others;
        values[count++] = end;
    }

    /** The labels of a {@code br_table} or {@code try_table}: each one's depth, the balance there, and the balance of who comes. */
    private record Several(int offset, int[] depths, long[] ways, long paid) {
    }

    /** Calls {@code each} with the label of the branch at {@code offset}, or of every entry or clause. */
    private void labels(int offset, IntConsumer each) {
        in.position(offset);
        int opcode = in.opcode();
        switch (opcode) {
            case Opcodes.BR_TABLE -> {
                for (int left = in.u32(); left >= 0; left--) {
                    each.accept(in.u32());
                }
            }
            case Opcodes.TRY_TABLE -> {
                in.blockType();
                for (int left = in.u32(); left > 0; left--) {
                    if (in.u8() < 2) {
                        in.u32();
                    }
                    each.accept(in.u32());
                }
            }
            default -> each.accept(label(opcode));
        }
    }

    /** The label of a branch, whose immediates come next. */
    private int label(int opcode) {
        if (opcode == Opcodes.BR_ON_CAST || opcode == Opcodes.BR_ON_CAST_FAIL) {
            in.skip(1);
        }
        return in.u32();
    }

    /**
     * Goes backwards through the code, always knowing the balance there. It is counted from the function's end, or the end of a round of a loop with calls, where it is 0;
     * in another loop from the end of a round; and on a way that ends in a trap or an exception from there. What is left at the end of a round without calls is decided
     * where the loop begins, such that its cheapest exit pays nothing. A balance is a pair, what it is counted from and how much it is more.
     */
    private final class Balances {
        private static final int NEVER = 0;
        private static final int FUNCTION = 1;
        /** Loops have numbers from here on, inner ones higher than those around them. */
        private static final int LOOPS = 2;
        private static final long NONE = -1;

        private long here = balance(FUNCTION, 0);
        /** The labels around, innermost last: the balances at the end and at {@code else}, and of a loop its number, or {@link #FUNCTION} if it calls. */
        private long[] ends = new long[16];
        private long[] elses = new long[16];
        private int[] loops = new int[16];
        private int depth = -1;
        /** For each loop the balance at a round's end, as its cheapest exit wants it. */
        private long[] rounds = new long[16];
        private int loopCount = LOOPS;
        /** Where two ways part and not both balances are counted from the same: the instruction's number, twice, and 1 if the condition does not hold; the balances of who pays and of the other. */
        private int[] parted = new int[16];
        private long[] ways = new long[16];
        private long[] paid = new long[16];
        private int partedCount;
        private final List<Several> tables = new ArrayList<>();

        void find() {
            for (int i = count - 1; i >= 0; i--) {
                in.position(offsets[i]);
                values[i] = instruction(i, in.opcode());
                here += before[i];
            }
            long[] totals = totals();
            for (int i = 0; i < partedCount; i++) {
                int units = pay(totals, ways[i], paid[i]);
                values[parted[i] >> 1] = (parted[i] & 1) == 0 ? units : -units;
            }
            for (Several table : tables) {
                pay(totals, table);
            }
            entry = total(totals, here);
        }

        private int instruction(int event, int opcode) {
            int value = 0;
            switch (opcode) {
                case Opcodes.END, Opcodes.DELEGATE -> {
                    begin(values[event]);
                    if (values[event] != BY_TABLE) {
                        return 0;
                    }
                    // An arm of a switch pays for itself: to look up what it costs is slower.
                    ends[depth] = balance(from(here), 0);
                    return units(here);
                }
                case Opcodes.ELSE -> {
                    elses[depth] = here;
                    here = ends[depth];
                    return 0;
                }
                case Opcodes.CATCH, Opcodes.CATCH_ALL -> {
                    part(event, 0, here, balance(FUNCTION, 0));
                    here = ends[depth];
                    return 0;
                }
                case Opcodes.IF -> {
                    value = choose(event, here, elses[depth] == NONE ? ends[depth] : elses[depth]);
                    depth--;
                }
                case Opcodes.LOOP -> value = loop(loops[depth--]);
                case Opcodes.BLOCK, Opcodes.TRY -> depth--;
                case Opcodes.TRY_TABLE -> {
                    depth--;
                    several(offsets[event], false);
                }
                case Opcodes.BR -> here = arrive(in.u32());
                case Opcodes.BR_IF, Opcodes.BR_ON_NULL, Opcodes.BR_ON_NON_NULL, Opcodes.BR_ON_CAST, Opcodes.BR_ON_CAST_FAIL ->
                        value = choose(event, arrive(label(opcode)), here);
                case Opcodes.BR_TABLE -> several(offsets[event], true);
                case Opcodes.RETURN, Opcodes.RETURN_CALL, Opcodes.RETURN_CALL_INDIRECT, Opcodes.RETURN_CALL_REF -> here = balance(FUNCTION, 0);
                default -> here = balance(NEVER, 0);
            }
            here++;
            return value;
        }

        private void begin(int end) {
            if (++depth == ends.length) {
                ends = Arrays.copyOf(ends, depth * 2);
                elses = Arrays.copyOf(elses, depth * 2);
                loops = Arrays.copyOf(loops, depth * 2);
            }
            ends[depth] = here;
            elses[depth] = NONE;
            loops[depth] = end == (LOOP | CALLS) ? FUNCTION : 0;
            if (end == LOOP) {
                if (loopCount == rounds.length) {
                    rounds = Arrays.copyOf(rounds, loopCount * 2);
                }
                rounds[loopCount] = balance(NEVER, 0);
                loops[depth] = loopCount++;
            }
        }

        /** The balance that a branch arrives with. */
        private long arrive(int outwards) {
            int loop = loops[depth - outwards];
            return loop == 0 ? ends[depth - outwards] : balance(loop, 0);
        }

        /** Reaches the beginning of a loop; what another round pays. */
        private int loop(int loop) {
            if (loop == FUNCTION) {
                return Math.max(1, units(here));
            }
            if (from(here) == loop) {
                int round = units(here);
                // Never less than nothing where a loop begins: a call may come before it.
                rounds[loop] += Math.max(0, -units(rounds[loop]) - round);
                here = rounds[loop] + round;
                return round;
            }
            // Only an exception's handler leads to another round.
            rounds[loop] = here - 1;
            return 1;
        }

        /** Goes on with the way that stays in a loop, or else with the cheaper one; the difference to the other, if that is known. */
        private int choose(int event, long then, long otherwise) {
            boolean first = isBefore(then, otherwise);
            here = first ? then : otherwise;
            long other = first ? otherwise : then;
            exit(other);
            if (from(here) == from(other)) {
                int units = units(other) - units(here);
                return first ? -units : units;
            }
            part(event, first ? 1 : 0, other, here);
            return 0;
        }

        private void part(int event, int way, long balance, long other) {
            if (partedCount == parted.length) {
                parted = Arrays.copyOf(parted, partedCount * 2);
                ways = Arrays.copyOf(ways, partedCount * 2);
                paid = Arrays.copyOf(paid, partedCount * 2);
            }
            parted[partedCount] = event << 1 | way;
            ways[partedCount] = balance;
            paid[partedCount++] = other;
        }

        /** Takes note of a way that leaves the loop which {@code here} is in. */
        private void exit(long other) {
            int loop = from(here);
            if (loop >= LOOPS && from(other) < loop && from(other) != NEVER) {
                long left = balance(from(other), units(other) - units(here));
                rounds[loop] = isBefore(left, rounds[loop]) ? left : rounds[loop];
            }
        }

        private void several(int offset, boolean table) {
            var depths = new BitSet();
            labels(offset, depths::set);
            int[] each = depths.stream().toArray();
            long[] balances = Arrays.stream(each).mapToLong(this::arrive).toArray();
            long before = balance(FUNCTION, 0);
            if (table) {
                here = balances[0];
                for (long way : balances) {
                    here = isBefore(way, here) ? way : here;
                }
                for (long way : balances) {
                    exit(way);
                }
                before = here;
            }
            tables.add(new Several(offset, each, balances, before));
        }

        /** What everything that balances are counted from is itself, in units. */
        private long[] totals() {
            long[] totals = new long[loopCount];
            totals[NEVER] = balance(NEVER, 0);
            totals[FUNCTION] = balance(FUNCTION, 0);
            for (int i = LOOPS; i < loopCount; i++) {
                long outer = totals[from(rounds[i])];
                totals[i] = balance(from(outer), units(outer) + units(rounds[i]));
            }
            return totals;
        }

        private int total(long[] totals, long balance) {
            return units(totals[from(balance)]) + units(balance);
        }

        private int pay(long[] totals, long way, long before) {
            return Math.max(0, total(totals, way) - total(totals, before));
        }

        private void pay(long[] totals, Several table) {
            var pays = new HashMap<Integer, Integer>();
            boolean any = false;
            for (int i = 0; i < table.depths.length; i++) {
                int units = pay(totals, table.ways[i], table.paid);
                pays.put(table.depths[i], units);
                any |= units != 0;
            }
            if (any) {
                var all = IntStream.builder();
                labels(table.offset, depth -> all.add(pays.get(depth)));
                several.put(table.offset, all.build().toArray());
            }
        }

        private static long balance(int from, int units) {
            return ((long) from << 32) + BIAS + units;
        }

        private static int from(long balance) {
            return (int) (balance >>> 32);
        }

        private static int units(long balance) {
            return (int) balance - BIAS;
        }

        /** Whether the balance is to be right for the one rather than the other. */
        private static boolean isBefore(long one, long other) {
            return from(one) != from(other) ? from(one) > from(other) : units(one) < units(other);
        }
    }
}
