package dev.thimble.simulator.demo;

import dev.thimble.agent.Json;
import dev.thimble.agent.cli.Console;
import java.util.Locale;

/** Prints the story while it happens: one line for each step, as text or as JSON. */
final class Timeline {
    private record Line(double seconds, String step, boolean seen, String text) {}

    private final Console console;
    private final long began = System.nanoTime();

    Timeline(Console console) {
        this.console = console;
    }

    /** Something that will be looked for. */
    void begin(String text) {
        if (!console.json()) {
            console.progress(console.dim(String.format(Locale.ROOT, "%7.2f s  …  %s", seconds(), text)));
        }
    }

    /** A step that was observed on the broker. */
    void seen(String step, String text) {
        line(step, true, text);
    }

    void missed(String step, String text) {
        line(step, false, text);
    }

    double seconds() {
        return Math.round((System.nanoTime() - began) / 1e7) / 100.0;
    }

    private void line(String step, boolean seen, String text) {
        if (console.json()) {
            console.print(Json.of(new Line(seconds(), step, seen, text)));
        } else {
            console.print(String.format(Locale.ROOT, "%7.2f s  %s  %-10s %s", seconds(),
                seen ? console.green("✓") : console.red("✗"), step, text));
        }
    }
}
