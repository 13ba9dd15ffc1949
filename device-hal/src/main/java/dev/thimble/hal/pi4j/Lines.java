package dev.thimble.hal.pi4j;

import com.pi4j.context.Context;
import com.pi4j.io.IO;
import dev.thimble.hal.board.Board;
import dev.thimble.hal.board.BoardFile;
import dev.thimble.hal.board.DeviceException;
import dev.thimble.hal.board.Errno;
import java.util.Map;

/** From the numbers that Pi4J knows to the names that boards know. */
final class Lines {
    /** A property of a Pi4J configuration: the name in the board file, where a number would not do. */
    static final String NAME = "thimble.name";
    /** A property of a digital output: {@code open-drain}. */
    static final String DRIVE = "thimble.drive";
    static final String OPEN_DRAIN = "open-drain";

    private Lines() { }

    /** The line with a BCM number, which is its offset in the board file. */
    static String line(Board board, Map<String, String> properties, Integer bcm) {
        String name = properties.get(NAME);
        if (name != null) {
            return name;
        }
        for (BoardFile.Line line : board.file().lines().values()) {
            if (bcm != null && line.offset() == bcm) {
                return line.name();
            }
        }
        throw new DeviceException(Errno.NO_DEVICE, board.file().name() + " has no line with BCM number " + bcm);
    }

    /** Registers an I/O with its context; what it has opened is released when that fails. */
    static void register(Context context, IO<?, ?, ?> io, Runnable release) {
        try {
            context.registry().add(io);
        } catch (RuntimeException e) {
            release.run();
            throw e;
        }
    }
}
