package dev.thimble.wasm.execute;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import dev.thimble.wasm.Call;
import dev.thimble.wasm.Imports;
import dev.thimble.wasm.WasmModule;
import dev.thimble.wasm.encode.Wasm;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An innermost loop allocates nothing in the end, whether or not the JVM makes machine registers of its slots. */
@Timeout(120)
class RegisterTrialTest {
    @ParameterizedTest
    @CsvSource({"-XX:+DoEscapeAnalysis, true", "-XX:-DoEscapeAnalysis, false", "-XX:TieredStopAtLevel=1, false",
        "--limit-modules=java.base, false"})
    void aLoopAllocatesNothingInTheEnd(String flag, boolean registers) throws Exception {
        Process jvm = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), flag, "-cp",
                System.getProperty("java.class.path"), Program.class.getName()).redirectErrorStream(true).start();
        String output = new String(jvm.getInputStream().readAllBytes()).strip();
        assertEquals(0, jvm.waitFor(), output);
        assertEquals("0 bytes in 1000 calls, registers: " + registers, output);
    }

    /** Calls a function with a loop until it is hot and thousand calls in a row have allocated nothing. */
    public static final class Program {

        private Program() {
        }

        public static void main(String[] args) throws IllegalAccessException {
            Wasm wasm = new Wasm();
            int run = wasm.function("i32 -> i32", "i32", "loop -; local.get 1; local.get 0; i32.mul; i32.const 7; i32.add; local.set 1;"
                    + " local.get 0; i32.const 1; i32.sub; local.tee 0; br_if 0; end; local.get 1");
            wasm.export("run", 0, run);
            WasmModule module = WasmModule.parse(wasm.toArray());
            Call call = module.instantiate(Imports.none()).function("run").newCall();
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(100);
            LongSupplier allocated = ModuleLayer.boot().findModule("jdk.management").isPresent() ? Measure.of() : () -> 0;
            long bytes = 1;
            for (int round = 0; (round < 500 || bytes != 0) && System.nanoTime() < end; round++) {
                long before = allocated.getAsLong();
                for (int i = 0; i < 1000; i++) {
                    call.i32(0, 50);
                    call.run();
                }
                bytes = allocated.getAsLong() - before;
            }
            System.out.println(bytes + " bytes in 1000 calls, registers: " + usesRegisters(module.tree(run)));
        }

        /** Whether a statement of an anchored function is a loop with registers. */
        private static boolean usesRegisters(Object anchor) throws IllegalAccessException {
            for (Field field : anchor.getClass().getDeclaredFields()) {
                field.setAccessible(true);
                if (field.getType() == Stmt.class && field.get(anchor) != null
                        && field.get(anchor).getClass().getName().contains("RegisterLoop")) {
                    return true;
                }
            }
            return false;
        }
    }

    /** A class of its own, since the JVM may lack what it needs. */
    private static final class Measure {
        static LongSupplier of() {
            return ((ThreadMXBean) ManagementFactory.getThreadMXBean())::getCurrentThreadAllocatedBytes;
        }
    }
}
