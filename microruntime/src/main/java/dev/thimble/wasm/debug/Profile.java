package dev.thimble.wasm.debug;

import dev.thimble.wasm.binary.NameSection;
import dev.thimble.wasm.execute.ModuleInstance;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Where a run uses its fuel: stacks that were sampled each time a fixed amount of fuel was used up. Since fuel is counted
 * and not time, equal runs have equal profiles. Takes room for at most {@value #MOST_NODES} different stacks; further ones
 * count for their callers. Not thread-safe.
 */
public final class Profile {
    /** Different stacks, parts of others included. */
    public static final int MOST_NODES = 1 << 16;
    /** Functions of a sampled stack, from the outermost; what is deeper counts for the last of them. */
    public static final int DEEPEST = 512;

    /**
     * A function's share.
     *
     * @param self  samples in which it was running itself
     * @param total samples in which it was on the stack
     */
    public record Share(String function, long self, long total) {
    }

    private final ModuleInstance instance;
    private final int[] stack;
    // A tree: node 0 is the root, each other one a function called from its parent's.
    private int[] functions = new int[64];
    private int[] parents = new int[64];
    private int[] firsts = new int[64];
    private int[] nexts = new int[64];
    private long[] selves = new long[64];
    private int count = 1;
    private long samples;

    public Profile(ModuleInstance instance) {
        this.instance = instance;
        // The innermost end is cut off below, so there must be room for the deepest stack.
        stack = new int[instance.meter.maxDepth() + 1];
    }

    /** Counts the stack of the instance's suspended run. */
    public void sample() {
        int depth = Math.min(instance.meter.suspension().functions(instance, stack), stack.length);
        int node = 0;
        for (int i = depth - 1; i >= Math.max(0, depth - DEEPEST); i--) {
            int child = child(node, stack[i]);
            if (child < 0) {
                break;
            }
            node = child;
        }
        selves[node]++;
        samples++;
    }

    private int child(int parent, int function) {
        for (int n = firsts[parent]; n != 0; n = nexts[n]) {
            if (functions[n] == function) {
                return n;
            }
        }
        if (count == MOST_NODES) {
            return -1;
        }
        if (count == functions.length) {
            int room = 2 * count;
            functions = Arrays.copyOf(functions, room);
            parents = Arrays.copyOf(parents, room);
            firsts = Arrays.copyOf(firsts, room);
            nexts = Arrays.copyOf(nexts, room);
            selves = Arrays.copyOf(selves, room);
        }
        functions[count] = function;
        parents[count] = parent;
        nexts[count] = firsts[parent];
        firsts[parent] = count;
        return count++;
    }

    /** Stacks counted. */
    public long samples() {
        return samples;
    }

    /** Every function that was seen, the one that ran most itself first. */
    public List<Share> shares() {
        int[] index = Arrays.copyOfRange(functions, 1, count);
        int[] seen = Arrays.stream(index).distinct().sorted().toArray();
        long[] self = new long[seen.length];
        long[] total = new long[seen.length];
        BitSet onStack = new BitSet();
        for (int n = 1; n < count; n++) {
            if (selves[n] != 0) {
                self[Arrays.binarySearch(seen, functions[n])] += selves[n];
                onStack.clear();
                for (int m = n; m != 0; m = parents[m]) {
                    int at = Arrays.binarySearch(seen, functions[m]);
                    if (!onStack.get(at)) {
                        onStack.set(at);
                        total[at] += selves[n];
                    }
                }
            }
        }
        Map<Integer, String> names = names();
        List<Share> shares = new ArrayList<>();
        for (int i = 0; i < seen.length; i++) {
            shares.add(new Share(names.get(seen[i]), self[i], total[i]));
        }
        shares.sort(Comparator.comparingLong(Share::self).thenComparingLong(Share::total).reversed().thenComparing(Share::function));
        return shares;
    }

    /**
     * Collapsed stacks, as flame graph tools read them: a line for each, functions from the outermost with semicolons
     * between them, a space and the number of samples; in alphabetical order.
     */
    public List<String> collapsed() {
        Map<Integer, String> names = names();
        List<String> lines = new ArrayList<>();
        for (int n = 1; n < count; n++) {
            if (selves[n] != 0) {
                List<String> path = new ArrayList<>();
                for (int m = n; m != 0; m = parents[m]) {
                    path.add(0, names.get(functions[m]).replace(';', ':'));
                }
                lines.add(String.join(";", path) + " " + selves[n]);
            }
        }
        lines.sort(null);
        return lines;
    }

    private Map<Integer, String> names() {
        var seen = Arrays.stream(functions, 1, count).boxed().collect(Collectors.toSet());
        Map<Integer, String> known = NameSection.functionNames(instance.module, seen);
        return seen.stream().collect(Collectors.toMap(f -> f,
                f -> f < 0 ? "(another instance)" : known.containsKey(f) ? ModuleSymbols.printable(known.get(f)) : "function " + f));
    }
}
