package dev.thimble.wasm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** The JDKs of this machine that tests start other JVMs of. */
public final class Jdks {
    /** The one in use. */
    public static final Path HOME = Path.of(System.getProperty("java.home"));

    private Jdks() {
    }

    /** A JDK 17 that lies beside the one in use; a test is skipped where there is none. */
    public static Path java17() throws IOException {
        try (Stream<Path> installed = Files.list(HOME.toRealPath().getParent())) {
            Path found = installed.filter(Jdks::isJdk17).findAny().orElse(null);
            Assumptions.assumeTrue(found != null, "SKIPPED: no JDK 17 beside " + HOME);
            return found;
        }
    }

    private static boolean isJdk17(Path home) {
        try {
            return Files.isExecutable(home.resolve("bin/javac")) && Files.readString(home.resolve("release")).contains("JAVA_VERSION=\"17");
        } catch (IOException e) {
            return false;
        }
    }
}
