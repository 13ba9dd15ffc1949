package dev.thimble.wasm.random;

import dev.thimble.wasm.encode.Assembler;
import dev.thimble.wasm.encode.Bytes;
import dev.thimble.wasm.encode.Wasm;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A valid module by a seed. Its functions end after a bounded number of steps or trap, and what they compute does not
 * depend on the bits of a NaN, which the specification leaves open; so all engines must agree on it.
 *
 * <p>All functions are exported as "0", "1", …, the memory as "m" and the globals as "g0", "g1", ….
 */
public final class RandomModule {
    /** A function of the module: the types of its parameters and results, as codes of {@code Opcodes}. */
    record Signature(int[] parameters, int[] results, int type) {
    }

    private static final int LEAVES = 3;
    private static final int BUDGET = 3_000;

    final Random random;
    final boolean everything;
    final List<Signature> functions = new ArrayList<>();
    /** The steps that a call of a function may take, estimated from above. */
    final List<Long> costs = new ArrayList<>();
    final int[] globals;
    final Wasm wasm = new Wasm();
    /** Functions in the table: those before this one, which call nothing through it. */
    int leaves;
    private final byte[] binary;

    /** A module of WebAssembly 2.0 without vectors and references. */
    public RandomModule(long seed) {
        this(seed, false);
    }

    /** @param everything whether to use what later versions and proposals brought, too */
    public RandomModule(long seed, boolean everything) {
        random = new Random(seed);
        this.everything = everything;
        if (everything) {
            RandomFeatures.declare(wasm);
        }
        globals = new int[1 + random.nextInt(4)];
        int count = LEAVES + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            int[] parameters = types(random.nextInt(4));
            int[] results = types(random.nextInt(10) == 0 ? 2 : random.nextInt(8) == 0 ? 0 : 1);
            functions.add(new Signature(parameters, results, wasm.type(text(parameters) + " -> " + text(results))));
        }
        for (int i = 0; i < globals.length; i++) {
            globals[i] = 1 + random.nextInt(4);
            wasm.global(name(globals[i]), true, RandomChoice.constant(random, globals[i]));
            wasm.export("g" + i, 3, i);
        }
        wasm.memory(Bytes.of(1, 1, 3)).export("m", 2, 0);
        if (everything) {
            RandomFeatures.declareMemory(wasm);
        }
        wasm.data(16, random.ints(64, 0, 256).toArray());
        for (int i = 0; i < count; i++) {
            RandomCode code = new RandomCode(this, i, BUDGET);
            wasm.function(functions.get(i).type(), code.body());
            costs.add(code.cost());
            if (i < LEAVES) {
                leaves++;
            }
            wasm.export(String.valueOf(i), 0, i);
        }
        wasm.table("funcref", LEAVES + 1);
        wasm.element(0, random.ints(LEAVES, 0, LEAVES).toArray());
        binary = wasm.toArray();
    }

    public byte[] binary() {
        return binary;
    }

    int[] types(int count) {
        return random.ints(count, 1, 5).toArray();
    }

    static String name(int type) {
        return switch (type) {
            case 1 -> "i32";
            case 2 -> "i64";
            case 3 -> "f32";
            default -> "f64";
        };
    }

    private static String text(int[] types) {
        StringBuilder text = new StringBuilder();
        for (int type : types) {
            text.append(name(type)).append(' ');
        }
        return text.toString();
    }

    static Bytes type(int code) {
        return Assembler.type(name(code));
    }
}
