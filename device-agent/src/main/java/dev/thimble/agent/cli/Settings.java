package dev.thimble.agent.cli;

import dev.thimble.agent.config.Config;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Where a command's configuration comes from. */
public final class Settings {
    @Option(names = "--config", paramLabel = "FILE", description = "TOML file; default: $THIMBLE_CONFIG, else none")
    private Path file;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "one setting, stronger than file and variables")
    private List<String> sets = new ArrayList<>();

    public Config load() {
        return load(List.of());
    }

    /** Loads with {@code more} added after the user's own {@code --set}s. */
    public Config load(List<String> more) {
        Path source = file;
        if (source == null && System.getenv("THIMBLE_CONFIG") != null) {
            source = Path.of(System.getenv("THIMBLE_CONFIG"));
        }
        List<String> all = new ArrayList<>(sets);
        all.addAll(more);
        return Config.load(source, all, System.getenv());
    }
}
