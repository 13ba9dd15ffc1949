package dev.thimble.wasm.translate;

import dev.thimble.wasm.execute.Frame;
import dev.thimble.wasm.execute.Node;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the access that a statement has failed in. Nodes do not know where they come from, so the function is translated
 * once more, and the loads of the statement's expressions are noted. They change nothing: evaluated again in their
 * order, the first that fails is the one.
 */
final class Accesses {
    private final int statement;
    /** The last statement or block before it begins here: what is loaded later belongs to it. */
    private int before;
    private final List<Node> loads = new ArrayList<>();
    private final List<Integer> offsets = new ArrayList<>();

    /** @param statement offset in the binary of the statement that has failed */
    Accesses(int statement) {
        this.statement = statement;
    }

    void statement(int at) {
        if (at < statement) {
            before = Math.max(before, at);
        }
    }

    void load(int at, Node load) {
        if (at < statement) {
            loads.add(load);
            offsets.add(at);
        }
    }

    /** The offset of the access, or of the statement when it failed by itself. */
    int find(Frame f) {
        for (int i = 0; i < loads.size(); i++) {
            if (offsets.get(i) > before) {
                try {
                    loads.get(i).bits(f);
                } catch (IndexOutOfBoundsException e) {
                    return offsets.get(i);
                }
            }
        }
        return statement;
    }
}
