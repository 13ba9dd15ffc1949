package dev.thimble.wasm.testsuite;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The visible list of commands that may fail: {@code folder:line} for one, {@code folder/*} for all below a folder. It
 * may only shrink: an entry that nothing needs any more fails the test.
 */
final class ExpectedFailures {
    private final Map<String, Boolean> needed = new LinkedHashMap<>();

    static ExpectedFailures load() throws IOException {
        ExpectedFailures list = new ExpectedFailures();
        try (InputStream in = ExpectedFailures.class.getResourceAsStream("expected-failures.txt")) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    list.needed.put(line.strip(), false);
                }
            }
        }
        return list;
    }

    /** Whether a failure is listed, which is also remembered. */
    boolean covers(String folder, int line) {
        if (needed.replace(folder + ":" + line, true) != null) {
            return true;
        }
        for (String entry : needed.keySet()) {
            if (entry.endsWith("/*") && (folder + "/").startsWith(entry.substring(0, entry.length() - 1))) {
                needed.put(entry, true);
                return true;
            }
        }
        return false;
    }

    List<String> unneeded() {
        List<String> entries = new ArrayList<>();
        needed.forEach((entry, used) -> {
            if (!used) {
                entries.add(entry);
            }
        });
        return entries;
    }
}
