package dev.thimble.agent.port;

import dev.thimble.hal.board.Clock;
import dev.thimble.hal.host.CellPorts;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.tinylog.Level;
import org.tinylog.TaggedLogger;
import org.tinylog.Logger;

/** One module's log: its last lines in memory, for an operator who asks, and every line to the device's own log. */
public final class LogRing implements CellPorts.Log {
    /** Lines kept. */
    public static final int CAPACITY = 200;
    private static final Level[] LEVELS = {Level.ERROR, Level.WARN, Level.INFO, Level.DEBUG, Level.TRACE};

    /** One line; {@code millis} since the epoch. */
    public record Line(long millis, String level, String text) {}

    private final Clock clock;
    private final TaggedLogger logger;
    private final String module;
    private final Line[] lines = new Line[CAPACITY];
    private long total;

    public LogRing(String module, Clock clock) {
        this.module = module;
        this.clock = clock;
        logger = Logger.tag(module);
    }

    /** Allocates the line; the grant's lines per minute bound how often. */
    @Override
    public void write(int level, byte[] text, int offset, int length) {
        String line = new String(text, offset, length, StandardCharsets.UTF_8);
        add(LEVELS[Math.clamp(level, 0, LEVELS.length - 1)], line);
    }

    /** Adds a line of the host about the module. */
    public void add(Level level, String text) {
        synchronized (this) {
            lines[(int) (total++ % CAPACITY)] = new Line(clock.epochMillis(), level.name(), text);
        }
        String line = "[" + module + "] " + text;
        switch (level) {
            case ERROR -> logger.error(line);
            case WARN -> logger.warn(line);
            case INFO -> logger.info(line);
            case DEBUG -> logger.debug(line);
            default -> logger.trace(line);
        }
    }

    /** The last lines, oldest first. Thread-safe. */
    public synchronized List<Line> last(int count) {
        List<Line> last = new ArrayList<>();
        for (long i = Math.max(0, total - Math.min(count, CAPACITY)); i < total; i++) {
            last.add(lines[(int) (i % CAPACITY)]);
        }
        return last;
    }
}
