package dev.thimble.ota.content;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * A module as differences to another one, after C. Percival, "Naive differences of executable code"
 * (2003): regions that match approximately are stored as bytewise differences, which are mostly zero
 * where a small change of the source has moved indices and addresses, so that they deflate to little.
 *
 * <p>Form: LEB128 length of the control part; the control part, triples of {bytes to add, bytes to
 * insert, signed (zigzag) move in the base}; all differences; all insertions. It travels deflated.
 */
final class Delta {
    private static final int SEED = 8;
    private static final int CANDIDATES = 32;
    /** An exact match must beat the present alignment by this many bytes to be worth three numbers. */
    private static final int GAIN = 8;

    private Delta() {
    }

    /** No honest delta of a module of this size is longer. */
    static int maximumLength(int moduleSize) {
        return 2 * moduleSize + 64;
    }

    static byte[] apply(byte[] base, byte[] delta, int size) {
        Reader header = new Reader(delta, 0, Math.min(5, delta.length));
        int controlLength = header.number();
        int start = header.at;
        if (controlLength > delta.length - start) {
            throw new MalformedPayloadException("the delta's control part is longer than the delta");
        }
        Reader control = new Reader(delta, start, start + controlLength);
        int differences = start + controlLength;
        byte[] out = new byte[size];
        int at = 0;
        int from = 0;
        int added = 0;
        int inserted = 0;
        int insertions = differences + totalAdded(delta, start, controlLength, size);
        while (!control.atEnd()) {
            int add = control.number();
            int insert = control.number();
            int move = control.signed();
            if (add > size - at || add > base.length - from || insert > size - at - add
                    || differences + added + add > insertions || insert > delta.length - insertions - inserted) {
                throw new MalformedPayloadException("the delta reaches beyond its base, its data or the module");
            }
            for (int i = 0; i < add; i++) {
                out[at + i] = (byte) (base[from + i] + delta[differences + added + i]);
            }
            System.arraycopy(delta, insertions + inserted, out, at + add, insert);
            at += add + insert;
            added += add;
            inserted += insert;
            long next = (long) from + add + move;
            if (next < 0 || next > base.length) {
                throw new MalformedPayloadException("the delta moves to " + next + " in a base of " + base.length + " bytes");
            }
            from = (int) next;
        }
        if (insertions + inserted != delta.length) {
            throw new MalformedPayloadException("the delta has bytes that nothing uses");
        }
        return Arrays.copyOf(out, at);
    }

    private static int totalAdded(byte[] delta, int start, int length, int size) {
        Reader control = new Reader(delta, start, start + length);
        long total = 0;
        while (!control.atEnd()) {
            total += control.number();
            control.number();
            control.signed();
        }
        if (total > size || total > delta.length - start - length) {
            throw new MalformedPayloadException("the delta adds " + total + " bytes, more than it has or the module takes");
        }
        return (int) total;
    }

    static byte[] between(byte[] base, byte[] target) {
        Matcher matcher = new Matcher(base, target);
        ByteArrayOutputStream control = new ByteArrayOutputStream();
        ByteArrayOutputStream differences = new ByteArrayOutputStream();
        ByteArrayOutputStream insertions = new ByteArrayOutputStream();
        int fromTarget = 0;
        int fromBase = 0;
        while (fromTarget < target.length) {
            matcher.next(fromTarget, fromBase);
            int forward = matcher.forward(fromTarget, fromBase);
            int backward = matcher.found ? matcher.backward(fromTarget) : 0;
            int overlap = fromTarget + forward - (matcher.target - backward);
            if (overlap > 0) {
                int keep = matcher.bestSplit(fromTarget + forward - overlap, fromBase + forward - overlap, backward, overlap);
                forward -= overlap - keep;
                backward -= keep;
            }
            int nextTarget = matcher.target - backward;
            int nextBase = matcher.found ? matcher.base - backward : fromBase + forward;
            for (int i = 0; i < forward; i++) {
                differences.write(target[fromTarget + i] - base[fromBase + i]);
            }
            insertions.write(target, fromTarget + forward, nextTarget - fromTarget - forward);
            number(control, forward);
            number(control, nextTarget - fromTarget - forward);
            int move = nextBase - fromBase - forward;
            number(control, move << 1 ^ move >> 31);
            fromTarget = nextTarget;
            fromBase = nextBase;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        number(out, control.size());
        out.writeBytes(control.toByteArray());
        out.writeBytes(differences.toByteArray());
        out.writeBytes(insertions.toByteArray());
        return out.toByteArray();
    }

    private static void number(ByteArrayOutputStream out, int value) {
        int rest = value;
        while ((rest & ~0x7F) != 0) {
            out.write(rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
    }

    /** Finds where in the base the target goes on. */
    private static final class Matcher {
        private final byte[] old;
        private final byte[] now;
        private final int[] heads;
        private final int[] chain;
        /** Start of the last match in both; the target's end and nothing found when there was none. */
        int target;
        int base;
        boolean found;
        private int length;

        Matcher(byte[] old, byte[] now) {
            this.old = old;
            this.now = now;
            heads = new int[1 << 17];
            chain = new int[old.length];
            Arrays.fill(heads, -1);
            for (int i = old.length - SEED; i >= 0; i--) {
                int hash = hash(old, i);
                chain[i] = heads[hash];
                heads[hash] = i;
            }
        }

        /** Looks from the end of the last match on for one that beats the present alignment. */
        void next(int fromTarget, int fromBase) {
            int offset = fromBase - fromTarget;
            int scan = found ? target + length : fromTarget;
            int counted = scan;
            int score = 0;
            found = false;
            for (; scan < now.length; scan++) {
                int candidate = longest(scan);
                for (; counted < scan + length; counted++) {
                    score += agrees(counted, offset);
                }
                if (length > 0 && length == score) {
                    scan += length - 1;
                    score = 0;
                    counted = scan + 1;
                } else if (length > score + GAIN) {
                    target = scan;
                    base = candidate;
                    found = true;
                    return;
                } else if (counted > scan) {
                    score -= agrees(scan, offset);
                } else {
                    counted = scan + 1;
                }
            }
            target = now.length;
            length = 0;
        }

        private int agrees(int at, int offset) {
            int there = at + offset;
            return there >= 0 && there < old.length && old[there] == now[at] ? 1 : 0;
        }

        private int longest(int scan) {
            length = 0;
            int best = -1;
            if (scan > now.length - SEED) {
                return best;
            }
            int candidate = heads[hash(now, scan)];
            for (int n = 0; n < CANDIDATES && candidate >= 0; n++, candidate = chain[candidate]) {
                int same = Arrays.mismatch(old, candidate, old.length, now, scan, now.length);
                int run = same < 0 ? now.length - scan : same;
                if (run >= SEED && run > length) {
                    length = run;
                    best = candidate;
                }
            }
            return best;
        }

        /** How far the present alignment is worth carrying on: at least half of the bytes agree. */
        int forward(int fromTarget, int fromBase) {
            int best = 0;
            int bestValue = 0;
            int same = 0;
            for (int i = 0; fromTarget + i < target && fromBase + i < old.length; i++) {
                same += old[fromBase + i] == now[fromTarget + i] ? 1 : 0;
                if (2 * same - (i + 1) > bestValue) {
                    bestValue = 2 * same - (i + 1);
                    best = i + 1;
                }
            }
            return best;
        }

        /** How far before its start the new alignment is already worth it. */
        int backward(int fromTarget) {
            int best = 0;
            int bestValue = 0;
            int same = 0;
            for (int i = 1; target - i >= fromTarget && base - i >= 0; i++) {
                same += old[base - i] == now[target - i] ? 1 : 0;
                if (2 * same - i > bestValue) {
                    bestValue = 2 * same - i;
                    best = i;
                }
            }
            return best;
        }

        /** Where both alignments claim bytes: how many of them the earlier one describes better. */
        int bestSplit(int overlapTarget, int overlapBase, int backward, int overlap) {
            int best = 0;
            int bestValue = 0;
            int value = 0;
            for (int i = 0; i < overlap; i++) {
                value += now[overlapTarget + i] == old[overlapBase + i] ? 1 : 0;
                value -= now[target - backward + i] == old[base - backward + i] ? 1 : 0;
                if (value > bestValue) {
                    bestValue = value;
                    best = i + 1;
                }
            }
            return best;
        }

        private static int hash(byte[] bytes, int at) {
            long x = 0;
            for (int i = 0; i < SEED; i++) {
                x = x << 8 | bytes[at + i] & 0xFF;
            }
            return (int) (x * 0x9E3779B97F4A7C15L >>> 47);
        }
    }

    private static final class Reader {
        private final byte[] bytes;
        private final int end;
        private int at;

        Reader(byte[] bytes, int at, int end) {
            this.bytes = bytes;
            this.at = at;
            this.end = end;
        }

        boolean atEnd() {
            return at == end;
        }

        int number() {
            int value = raw();
            if (value < 0) {
                throw new MalformedPayloadException("the delta has a number beyond 2^31");
            }
            return value;
        }

        int signed() {
            int value = raw();
            return value >>> 1 ^ -(value & 1);
        }

        private int raw() {
            long value = 0;
            for (int shift = 0; shift < 35; shift += 7) {
                if (at == end) {
                    throw new MalformedPayloadException("the delta ends inside a number");
                }
                byte next = bytes[at++];
                value |= (long) (next & 0x7F) << shift;
                if (next >= 0) {
                    if (value >>> 32 != 0) {
                        break;
                    }
                    return (int) value;
                }
            }
            throw new MalformedPayloadException("the delta has a number of more than 32 bits");
        }
    }
}
