package dev.thimble.wasm.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.wasm.Call;
import dev.thimble.wasm.Imports;
import dev.thimble.wasm.Instance;
import dev.thimble.wasm.InstanceOptions;
import dev.thimble.wasm.Jdks;
import dev.thimble.wasm.WasmModule;
import dev.thimble.wasm.api.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that wanders through JVMs, with a snapshot in a file between each and the next. */
class OtherJvmTest {
    private static final int ARGUMENT = 20;
    private static final int RESULT = 9150955;

    @TempDir
    Path folder;

    private Path binary;
    private Path snapshot;
    private long total;

    /** Begins a recursive sort, of which a quarter is done. */
    private void begin() throws Exception {
        binary = Path.of(WasmModule.class.getResource("modules/sort.wasm").toURI());
        snapshot = folder.resolve("snapshot");
        WasmModule module = WasmModule.parse(Files.readAllBytes(binary));
        Instance through = module.instantiate(Imports.none(), InstanceOptions.DEFAULT.withFuel(1 << 30));
        assertEquals(RESULT, through.function("sort").call(ARGUMENT)[0]);
        total = (1 << 30) - through.fuel();
        Instance instance = module.instantiate(Imports.none(), InstanceOptions.DEFAULT.withFuel(total / 4));
        Call call = instance.function("sort").newCall();
        call.i32(0, ARGUMENT);
        assertEquals(Progress.OUT_OF_FUEL, call.start());
        Files.write(snapshot, instance.snapshot());
    }

    private String goOn(Path home, long fuel, String... flags) throws Exception {
        List<String> command = Stream.of(List.of(home.resolve("bin/java").toString()), List.of(flags), List.of("-cp", "target/classes",
                "src/test/java/dev/thimble/wasm/control/Restoring.java", binary.toString(), snapshot.toString(), Long.toString(fuel),
                snapshot.toString())).flatMap(List::stream).toList();
        Process jvm = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(jvm.getInputStream().readAllBytes()).strip();
        assertEquals(0, jvm.waitFor(), output);
        return output;
    }

    /** Goes on here from the last snapshot, and no unit of fuel is lost or won. */
    private void endsAsUninterrupted(long granted) throws IOException {
        Instance instance = WasmModule.parse(Files.readAllBytes(binary)).restore(Files.readAllBytes(snapshot), Imports.none(), InstanceOptions.DEFAULT);
        instance.fuel(instance.fuel() + total - granted);
        Call call = instance.suspended();
        assertEquals(Progress.FINISHED, call.resume());
        assertEquals(RESULT, call.i32Result(0));
        assertEquals(0, instance.fuel());
    }

    @Test
    void aRunGoesOnInOtherJvms() throws Exception {
        begin();
        String second = goOn(Jdks.HOME, total / 4);
        assertTrue(second.endsWith("OUT_OF_FUEL"), second);
        endsAsUninterrupted(total / 4 * 2);
        String third = goOn(Jdks.HOME, total / 4, "-Xint");
        assertTrue(third.contains("interpreted mode") && third.endsWith("OUT_OF_FUEL"), third);
        endsAsUninterrupted(total / 4 * 3);
        String fourth = goOn(Jdks.HOME, total, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
        assertTrue(fourth.endsWith("FINISHED " + RESULT), fourth);
    }

    @Test
    void andInJava17AndBack() throws Exception {
        Path java17 = Jdks.java17();
        begin();
        String second = goOn(java17, total / 4);
        assertTrue(second.startsWith("17, ") && second.endsWith("OUT_OF_FUEL"), second);
        endsAsUninterrupted(total / 4 * 2);
        String third = goOn(java17, total);
        assertTrue(third.startsWith("17, ") && third.endsWith("FINISHED " + RESULT), third);
    }
}
