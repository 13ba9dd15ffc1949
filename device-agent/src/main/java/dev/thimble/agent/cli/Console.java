package dev.thimble.agent.cli;

import dev.thimble.agent.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.tinylog.configuration.Configuration;
import picocli.CommandLine.Option;

/**
 * What every command shares: data on standard output, progress and problems on standard error, {@code --json},
 * {@code -q}, {@code -v}. Colour and bars only on a terminal, and no colour with {@code NO_COLOR}. Much of what is printed
 * comes from devices, brokers and modules: no control character in it reaches the terminal, except line feeds and tabs.
 */
public final class Console {
    private static final String CONTROL = "[\\p{Cntrl}\\x{80}-\\x{9f}&&[^\n\t]]";
    private static final Pattern FOREIGN = Pattern.compile(CONTROL);
    /** The same where {@link #coloured} colours: there its own sequences stay. */
    private static final Pattern NOT_OURS = Pattern.compile("(?!\u001b\\[(?:0|2|31|32)m)" + CONTROL);

    @Option(names = "--json", description = "print one JSON object, or one per line where a command goes on")
    private boolean json;

    @Option(names = {"-q", "--quiet"}, description = "print data and errors only")
    private boolean quiet;

    @Option(names = {"-v", "--verbose"}, description = "print more progress and debug logs")
    private boolean verbose;

    private int barWidth;

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

    public synchronized void print(String line) {
        clearBar();
        PrintStream out = System.out;
        out.println(shown(line));
        out.flush();
    }

    /** Progress: silent under {@code -q}. */
    public synchronized void progress(String line) {
        if (!quiet) {
            clearBar();
            System.err.println(shown(line));
        }
    }

    public synchronized void problem(String line) {
        clearBar();
        System.err.println(shown(line));
    }

    /** Whether a line that is drawn again and again would be seen as such. */
    public boolean hasBar() {
        return terminal() && !json && !quiet && !"dumb".equals(System.getenv("TERM"));
    }

    /** Draws a line over the last one. Only where {@link #hasBar}. */
    public synchronized void bar(String line) {
        System.err.print("\r\u001b[K" + shown(line));
        System.err.flush();
        barWidth = line.length();
    }

    /** Takes the bar away, so that something else can stand in its place. */
    public synchronized void clearBar() {
        if (barWidth > 0) {
            barWidth = 0;
            System.err.print("\r\u001b[K");
            System.err.flush();
        }
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
        return colours() ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }

    private boolean colours() {
        return terminal() && System.getenv("NO_COLOR") == null && !json;
    }

    private String shown(String line) {
        return colours() ? NOT_OURS.matcher(line).replaceAll("\ufffd") : printable(line);
    }

    /** The text without what would command a terminal. */
    static String printable(String text) {
        return FOREIGN.matcher(text).replaceAll("\ufffd");
    }

    private static boolean terminal() {
        return System.console() != null && System.console().isTerminal() && isShown(2);
    }

    /** Whether standard output is a terminal, or nobody can tell. */
    static boolean isOutputShown() {
        return isShown(1);
    }

    /** Java knows only of standard input and output together whether they are a terminal; Linux tells about each. */
    private static boolean isShown(int descriptor) {
        Path stream = Path.of("/proc/self/fd/" + descriptor);
        try {
            return !Files.exists(stream) || stream.toRealPath().startsWith("/dev");
        } catch (IOException e) {
            return false;
        }
    }
}
