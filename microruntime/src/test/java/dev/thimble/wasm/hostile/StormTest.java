package dev.thimble.wasm.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A module cannot exhaust its host's heap or stack, not even a host with little of both and no limits set. */
class StormTest {
    @Test
    void everyStormEndsInARefusalOrATrapAndTheHostGoesOn() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx48m", "-Xss512k",
                "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"), Storm.class.getName(),
                "memory", "table", "gibibyte", "array", "objects", "recursion", "frames", "exceptions", "code").redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        assertEquals(List.of("memory: true", "table: true", "gibibyte: not linked", "array: trap OUT_OF_MEMORY", "objects: trap OUT_OF_MEMORY",
                "recursion: trap CALL_STACK_EXHAUSTED", "frames: trap OUT_OF_MEMORY", "exceptions: trap OUT_OF_MEMORY",
                "code: trap OUT_OF_MEMORY", "after: 42"), output.lines().toList());
    }
}
