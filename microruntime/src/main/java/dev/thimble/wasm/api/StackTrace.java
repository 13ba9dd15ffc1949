package dev.thimble.wasm.api;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The functions that were running when a run ended, innermost first: of a deep stack the {@value #INNERMOST} innermost
 * and the {@value #OUTERMOST} outermost. Functions of the host are not among them; tail calls leave no trace. Noted while the
 * stack unwinds; names and lines are looked up when somebody asks. Not thread-safe.
 */
public final class StackTrace {
    public static final int INNERMOST = 64;
    public static final int OUTERMOST = 8;

    /** Knows the functions of one module. */
    public interface Symbols {
        /** The functions at these offsets in the binary. */
        List<StackFrame> frames(int[] offsets);
    }

    private Symbols[] symbols = {};
    private int[] offsets = {};
    /** Chain of calls in the high half, depth in it in the low half. */
    private long[] calls = {};
    private int count;
    private List<StackFrame> frames;

    /**
     * For the engine: notes the next function outwards, unless another statement of the same call is known already. Something
     * that was caught and is thrown again further inside begins anew.
     *
     * @param chain tells one chain of calls from another
     * @param depth of the call in its chain
     */
    public void add(Symbols of, int chain, int depth, int offset) {
        long call = (long) chain << 32 | depth;
        if (count > 0) {
            long last = calls[slot(count - 1)];
            if (last == call) {
                return;
            }
            if (last >> 32 == chain && last < call) {
                count = 0;
            }
        }
        int slot = slot(count++);
        if (slot == offsets.length) {
            int room = Math.min(2 * slot + 4, INNERMOST + OUTERMOST);
            symbols = Arrays.copyOf(symbols, room);
            offsets = Arrays.copyOf(offsets, room);
            calls = Arrays.copyOf(calls, room);
        }
        symbols[slot] = of;
        offsets[slot] = offset;
        calls[slot] = call;
        frames = null;
    }

    /** Frame {@code i} of {@code count}: the outermost go round in the last slots. */
    private static int slot(int i) {
        return i < INNERMOST ? i : INNERMOST + (i - INNERMOST) % OUTERMOST;
    }

    /** How many functions were running, left out ones included. */
    public int depth() {
        return count;
    }

    /** How many are left out behind the first {@link #INNERMOST}. */
    public int omitted() {
        return Math.max(0, count - INNERMOST - OUTERMOST);
    }

    public List<StackFrame> frames() {
        if (frames == null) {
            frames = look();
        }
        return frames;
    }

    /** For the engine: the depth of frame {@code i} of {@link #frames} in this chain of calls, or −1 when it is of another. */
    public int depth(int i, int chain) {
        long call = calls[order(i)];
        return call >> 32 == chain ? (int) call : -1;
    }

    private int order(int i) {
        return i < INNERMOST ? i : slot(i + omitted());
    }

    private List<StackFrame> look() {
        var found = new StackFrame[count - omitted()];
        var open = new ArrayList<Symbols>();
        for (int i = 0; i < found.length; i++) {
            Symbols of = symbols[order(i)];
            if (open.contains(of)) {
                continue;
            }
            open.add(of);
            int[] places = new int[found.length];
            int n = 0;
            for (int j = i; j < found.length; j++) {
                if (symbols[order(j)] == of) {
                    places[n++] = j;
                }
            }
            int[] asked = new int[n];
            for (int j = 0; j < n; j++) {
                asked[j] = offsets[order(places[j])];
            }
            List<StackFrame> answers = of.frames(asked);
            for (int j = 0; j < n; j++) {
                found[places[j]] = answers.get(j);
            }
        }
        return List.of(found);
    }

    /** A line for each frame. */
    public List<String> lines() {
        var lines = new ArrayList<String>();
        for (int i = 0; i < frames().size(); i++) {
            if (i == INNERMOST && omitted() > 0) {
                lines.add("… " + omitted() + " more …");
            }
            int number = i < INNERMOST ? i : i + omitted();
            lines.add("#" + number + " " + frames().get(i));
        }
        return lines;
    }

    @Override
    public String toString() {
        return String.join("\n", lines());
    }
}
