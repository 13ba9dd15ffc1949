package dev.thimble.wasm.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What 10,000 waiting instances take: see {@link Parking}. */
class ParkingTest {
    @Test
    void tenThousandInstancesWaitOnOneThreadIn256Megabytes() throws Exception {
        Process jvm = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m",
                "-cp", System.getProperty("java.class.path"), Parking.class.getName()).redirectErrorStream(true).start();
        String output = new String(jvm.getInputStream().readAllBytes());
        assertTrue(jvm.waitFor(5, TimeUnit.MINUTES));
        System.out.print(output);
        assertEquals(0, jvm.exitValue(), output);
        assertTrue(output.contains("10000 parked"), output);
    }
}
