package dev.thimble.agent.cli;

import dev.thimble.agent.config.Config;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "config", description = "Print every setting, its value and where the value came from.",
        footer = {"", "Examples:", "  thimble config", "  thimble config --config thimble.toml --set mqtt.url=tcp://10.0.0.2:1883"})
final class ConfigCommand implements Runnable {
    @Mixin private Console console;
    @Mixin private Settings settings;

    @Override
    public void run() {
        Config config = settings.load();
        List<Map<String, String>> rows = new ArrayList<>();
        StringBuilder table = new StringBuilder();
        for (Config.Value value : config.effective()) {
            Map<String, String> row = new LinkedHashMap<>();
            row.put("key", value.key().path());
            row.put("value", value.text());
            row.put("origin", value.origin());
            row.put("variable", value.key().variable());
            row.put("meaning", value.key().meaning());
            rows.add(row);
            table.append(String.format("%-22s = %-26s %s%n", value.key().path(), quoted(value.text()),
                    console.dim("# " + value.origin() + ": " + value.key().meaning())));
        }
        for (var grant : config.grants().entrySet()) {
            table.append(String.format("[grant.%s] %s%n", grant.getKey(), console.dim("# what the owner allows this module")));
        }
        console.data(rows, table.toString().stripTrailing());
    }

    private static String quoted(String text) {
        return text.matches("true|false|[0-9_]+") ? text : '"' + text + '"';
    }
}
