package dev.thimble.ota.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.ota.step.DeviceModel.Edge;
import dev.thimble.ota.step.DeviceModel.Node;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Explores every order of events: answers of disk and cells, both assignments (which the broker may
 * skip or repeat), time, and faults. One device first, every state checked; then two devices that share
 * the operator and the broker, with one fault on either of them.
 */
class ModelCheckTest {
    private final List<Node> nodes = new ArrayList<>();
    private final List<List<Edge>> edges = new ArrayList<>();
    private final Map<Object, Integer> ids = new HashMap<>();

    @Test
    void everyOrderOfEventsOnTwoDevices() {
        DeviceModel model = new DeviceModel();
        exploreDevice(model, model.initial(1));
        int reachable = nodes.size();
        assertTrue(reachable > 1_000, "the model has become trivial: " + reachable + " states");
        everyStateCanArrive();
        int pairs = exploreTwoDevices();
        long transitions = edges.stream().mapToLong(List::size).sum();
        System.out.println("model check: " + reachable + " states and " + transitions + " transitions of one device with one fault, "
                + pairs + " states of two devices");
    }

    private void exploreDevice(DeviceModel model, Node first) {
        ArrayDeque<Integer> open = new ArrayDeque<>();
        idOf(first, open);
        while (!open.isEmpty()) {
            int id = open.poll();
            Node node = nodes.get(id);
            List<Edge> out = new ArrayList<>();
            for (DeviceModel.Move move : model.moves(node)) {
                Node next = model.apply(node, move);
                model.check(node, move, next);
                out.add(new Edge(move.kind(), move.fault(), idOf(next, open)));
            }
            edges.set(id, out);
        }
    }

    private int idOf(Node node, ArrayDeque<Integer> open) {
        return ids.computeIfAbsent(node.key(), _ -> {
            nodes.add(node);
            edges.add(List.of());
            open.add(nodes.size() - 1);
            return nodes.size() - 1;
        });
    }

    /** From every state a state of rest can be reached without a further fault: nothing gets stuck. */
    private void everyStateCanArrive() {
        Set<Integer> good = new HashSet<>();
        List<List<Integer>> back = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            back.add(new ArrayList<>());
        }
        ArrayDeque<Integer> open = new ArrayDeque<>();
        for (int i = 0; i < nodes.size(); i++) {
            for (Edge edge : edges.get(i)) {
                if (!edge.fault()) {
                    back.get(edge.to()).add(i);
                }
            }
            if (nodes.get(i).hasArrived()) {
                good.add(i);
                open.add(i);
            }
        }
        assertTrue(!good.isEmpty());
        while (!open.isEmpty()) {
            for (int before : back.get(open.poll())) {
                if (good.add(before)) {
                    open.add(before);
                }
            }
        }
        for (int i = 0; i < nodes.size(); i++) {
            assertTrue(good.contains(i), () -> "stuck: " + nodes.stream().filter(n -> !good.contains(ids.get(n.key()))).findFirst());
        }
    }

    /**
     * Both devices at every moment: the operator's second assignment is out for both or for neither, and
     * the fault hits at most one, which is then called a.
     */
    private int exploreTwoDevices() {
        int[] sound = IntStream.range(0, nodes.size()).filter(i -> nodes.get(i).faults() == 1).toArray();
        int[] rank = new int[nodes.size()];
        for (int i = 0; i < sound.length; i++) {
            rank[sound[i]] = i;
        }
        Pairs pairs = new Pairs(sound.length);
        pairs.add(0, 0, false);
        int settled = 0;
        while (pairs.takeNext()) {
            int a = pairs.a;
            int b = sound[pairs.b];
            boolean second = pairs.second;
            if (second && nodes.get(a).hasArrived() && nodes.get(b).hasArrived()) {
                settled++;
                assertEquals(3, nodes.get(b).installedSequence(), "a sound device must have the second update");
                assertTrue(nodes.get(a).faults() == 0 || nodes.get(a).installedSequence() == 3);
            }
            if (!second) {
                pairs.add(a, rank[b], true);
            }
            for (Edge edge : edges.get(a)) {
                if (second || edge.kind() != DeviceModel.Kind.SECOND) {
                    pairs.add(edge.to(), rank[b], second);
                }
            }
            for (Edge edge : edges.get(b)) {
                if (!second && edge.kind() == DeviceModel.Kind.SECOND) {
                    continue;
                }
                if (!edge.fault()) {
                    pairs.add(a, rank[edge.to()], second);
                } else if (nodes.get(a).faults() == 1) {
                    pairs.add(edge.to(), rank[a], second);
                }
            }
        }
        assertTrue(settled > 0);
        return pairs.seen.cardinality();
    }

    /** A set of pairs that is also its own list of what is left to do. */
    private static final class Pairs {
        private final int width;
        private final BitSet seen = new BitSet();
        private int[] stack = new int[1 << 16];
        private int depth;
        int a;
        int b;
        boolean second;

        Pairs(int width) {
            this.width = width;
        }

        void add(int first, int other, boolean published) {
            int index = Math.multiplyExact(first * 2 + (published ? 1 : 0), width) + other;
            if (!seen.get(index)) {
                seen.set(index);
                if (depth == stack.length) {
                    stack = Arrays.copyOf(stack, 2 * depth);
                }
                stack[depth++] = index;
            }
        }

        boolean takeNext() {
            if (depth == 0) {
                return false;
            }
            int index = stack[--depth];
            b = index % width;
            second = (index / width & 1) != 0;
            a = index / width / 2;
            return true;
        }
    }
}
