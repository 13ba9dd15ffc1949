package dev.thimble.wasm.translate;

import dev.thimble.wasm.execute.Frame;
import dev.thimble.wasm.execute.Node;
import dev.thimble.wasm.structure.TypeCode;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the instruction that a statement has failed in. Nodes do not know where they come from, so the function is translated
 * once more, and what may trap in the statement's expressions is noted: loads, reads of objects and tables, casts. They change
 * nothing: evaluated again in their order, the first that fails is the one.
 */
final class Accesses {
    private final int statement;
    /** Whatever is read before this was evaluated by the last statement or block before it, or by an earlier one. */
    private int before;
    private final List<Node> reads = new ArrayList<>();
    /** The offset of each of them, and the type of its result. */
    private final List<int[]> places = new ArrayList<>();

    /** @param statement offset in the binary of the statement that has failed */
    Accesses(int statement) {
        this.statement = statement;
    }

    /** A statement or block at {@code at} is written while {@code waiting} are not evaluated yet. */
    void statement(int at, List<Operand> waiting) {
        if (at < statement) {
            before = Math.max(before, at);
            for (Operand o : waiting) {
                if ((o.effects & Operand.TRAP) != 0) {
                    before = o.start;
                    break;
                }
            }
        }
    }

    void read(int at, int type, Node node) {
        if (at < statement) {
            reads.add(node);
            places.add(new int[] {at, type});
        }
    }

    /** The offset of the instruction, or of the statement when it failed by itself. */
    int find(Frame f) {
        for (int i = 0; i < reads.size(); i++) {
            int[] place = places.get(i);
            if (place[0] >= before) {
                try {
                    if (TypeCode.isReference(place[1])) {
                        reads.get(i).execA(f);
                    } else {
                        reads.get(i).bits(f);
                    }
                } catch (RuntimeException e) {
                    return place[0];
                }
            }
        }
        return statement;
    }
}
