package dev.thimble.agent.cli;

import dev.thimble.agent.Json;
import java.io.PrintStream;
import org.tinylog.configuration.Configuration;
import picocli.CommandLine.Option;

/**
 * What every command shares: data on standard output, progress and problems on standard error, {@code --json},
 * {@code -q}, {@code -v}. Colour only on a terminal and never with {@code NO_COLOR}.
 */
public final class Console {
    @Option(names = "--json", description = "print one JSON object, or one per line where a command goes on")
    private boolean json;

    @Option(names = {"-q", "--quiet"}, description = "print data and errors only")
    private boolean quiet;

    @Option(names = {"-v", "--verbose"}, description = "print more progress and debug logs")
    private boolean verbose;


    public boolean json() {
        return json;
    }

    public boolean quiet() {
        return quiet;
    }

    public boolean verbose() {
        return verbose;
    }

    /** Sets the level of the logs on standard error; works only before the first log line of the process. */
    public void logs(String level) {
        if (!Configuration.isFrozen()) {
            Configuration.set("level", verbose ? "debug" : level);
        }
    }

    /** One object as JSON, or its text for people. */
    public void data(Object object, String text) {
        print(json ? Json.of(object) : text);
    }

    public void print(String line) {
        PrintStream out = System.out;
        synchronized (out) {
            out.println(line);
            out.flush();
        }
    }

    /** Progress: silent under {@code -q}. */
    public void progress(String line) {
        if (!quiet) {
            System.err.println(line);
        }
    }

    public void problem(String line) {
        System.err.println(line);
    }

    public String green(String text) {
        return coloured("32", text);
    }

    public String red(String text) {
        return coloured("31", text);
    }

    public String dim(String text) {
        return coloured("2", text);
    }

    private String coloured(String code, String text) {
        boolean terminal = System.console() != null && System.console().isTerminal() && System.getenv("NO_COLOR") == null;
        return terminal && !json ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
