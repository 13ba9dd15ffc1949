package dev.thimble.hal.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/**
 * Runs {@code hil/run} where its tools are installed, else skips with a line that says what to install. It installs
 * nothing, and fetches Debian packages once. {@code -Dhil=off} leaves it out.
 */
@DisabledIfSystemProperty(named = "hil", matches = "off")
class HardwareInTheLoopIT {
    private static final int SKIPPED = 75;

    @Test
    void bothBackendsKeepTheContractOnRealKernelDrivers() throws IOException, InterruptedException {
        // Surefire's own property: the JVM's class path may be a jar that only lists the others.
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Process run = new ProcessBuilder(Path.of("hil", "run").toString(), "--no-install", "--class-path", classPath)
            .redirectErrorStream(true).start();
        run.getOutputStream().close();
        try {
            run.inputReader().lines().forEach(System.out::println);
        } finally {
            run.descendants().forEach(ProcessHandle::destroy);
            run.destroy();
        }
        int exit = run.waitFor();
        Assumptions.assumeTrue(exit != SKIPPED, "hil/run was skipped; its output says why");
        assertEquals(0, exit, "hil/run failed; its output says why");
    }
}
