package dev.thimble.wasm.translate;

import dev.thimble.wasm.Function;
import dev.thimble.wasm.Imports;
import dev.thimble.wasm.WasmModule;
import dev.thimble.wasm.encode.Wasm;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.nio.file.Files;
import java.nio.file.Path;

/** What {@link TranslatedCodeTest} runs in processes of their own: {@code large FUNCTIONS FILE} or {@code swaps MODULES}. */
final class ManyModules {
    private ManyModules() {
    }

    public static void main(String[] args) throws IOException {
        int count = Integer.parseInt(args[1]);
        if (args[0].equals("large")) {
            large(Files.readAllBytes(Path.of(args[2])), count);
        } else {
            swaps(count);
        }
    }

    /** A module with functions f0, f1 …, each with about a hundred instructions of its own; fK(x) is x · 3³⁰ + the sum of its constants. */
    static byte[] module(int functions) {
        Wasm wasm = new Wasm();
        for (int i = 0; i < functions; i++) {
            var code = new StringBuilder();
            for (int k = 0; k < 30; k++) {
                code.append("local.get 0; i32.const 3; i32.mul; local.set 0; local.get 1; i32.const ").append(i * 30 + k)
                        .append("; i32.add; local.set 1; ");
            }
            wasm.export("f" + i, 0, wasm.function("i32 -> i32", "i32", code + "local.get 0; local.get 1; i32.add"));
        }
        return wasm.toArray();
    }

    static int expected(int function, int x) {
        int power = 1;
        int sum = 0;
        for (int i = 0; i < 30; i++) {
            power *= 3;
            sum += function * 30 + i;
        }
        return x * power + sum;
    }

    /** Runs every function of a module twice whose translation takes more than the heap has. */
    private static void large(byte[] binary, int functions) {
        var instance = WasmModule.parse(binary).instantiate(Imports.none());
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < functions; i++) {
                if ((int) instance.function("f" + i).call(round)[0] != expected(i, round)) {
                    throw new AssertionError("f" + i + "(" + round + ")");
                }
            }
        }
        System.out.println("ran");
    }

    /** Loads one module after the other and runs each until its loop is anchored and compiled; prints what the JVM keeps. */
    private static void swaps(int modules) {
        Wasm wasm = new Wasm();
        wasm.export("run", 0, wasm.function("i32 -> i32", "i32", "loop -; local.get 1; local.get 0; i32.add; local.set 1;"
                + " local.get 0; i32.const 1; i32.sub; local.tee 0; br_if 0; end; local.get 1"));
        byte[] binary = wasm.toArray();
        // Enough for C1 to compile the loop on the stack.
        int n = 70_000;
        for (int i = 1; i <= modules; i++) {
            Function run = WasmModule.parse(binary).translated(Mode.ANCHORED).instantiate(Imports.none()).function("run");
            if ((int) run.call(n)[0] != (int) ((long) n * (n + 1) / 2)) {
                throw new AssertionError("module " + i);
            }
            if (i == modules / 5 || i == modules) {
                System.gc();
                System.gc();
                System.out.println(used("Metaspace") + " " + used("Code") + " "
                        + ManagementFactory.getClassLoadingMXBean().getUnloadedClassCount());
            }
        }
    }

    private static long used(String pools) {
        return ManagementFactory.getMemoryPoolMXBeans().stream().filter(p -> p.getName().startsWith(pools))
                .map(MemoryPoolMXBean::getUsage).mapToLong(u -> u.getUsed()).sum();
    }
}
