package dev.thimble.agent.recording;

import dev.thimble.agent.cell.Cell;
import dev.thimble.agent.cell.Release;
import dev.thimble.agent.cell.StartException;
import dev.thimble.agent.cell.Tap;
import dev.thimble.hal.board.Clock;
import dev.thimble.hal.host.HostImports;
import dev.thimble.ota.content.Digest;
import dev.thimble.wasm.Instance;
import dev.thimble.wasm.Recording;
import dev.thimble.wasm.api.RecordingException;
import dev.thimble.wasm.api.SnapshotException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.tinylog.Logger;

/**
 * The one recording of a device: at most one at a time, in one file, which stays until the next one begins, also when the device is switched off. Bounded in bytes, events and
 * time. Used on the cells' thread, except {@link #piece} and {@link #isRunning}.
 */
public final class Recordings {
    /** Flash that a recording leaves free for everything else. */
    private static final long RESERVE = 8 << 20;
    private static final long NANOS_PER_MILLI = 1_000_000;

    /**
     * How the recording stands.
     *
     * @param id tells it from others; 0 when there is none
     * @param running whether it goes on, or waits for its module to start
     * @param end why it has ended; empty while it runs
     * @param bytes of the file so far
     * @param maxBytes what one may take on this device; 0 when there are no recordings
     */
    public record View(String module, long id, boolean running, String end, long events, long bytes, long maxBytes) {}

    private final Path file;
    private final long maxBytes;
    private final String device;
    private final Clock clock;
    private boolean fromStart;
    private String module = "";
    private long id;
    private long endNanos;
    private String end = "";
    private Recording current;
    private volatile boolean running;

    /**
     * @param folder of the device's data
     * @param device its identity
     */
    public Recordings(RecordingOptions options, Path folder, String device, Clock clock) {
        fromStart = options.fromStart() != null;
        file = fromStart ? options.fromStart() : folder.resolve("recording");
        maxBytes = options.maxBytes();
        this.device = device;
        this.clock = clock;
        if (!fromStart && maxBytes > 0 && Files.exists(file)) {
            remember();
        }
    }

    /** Finds what was recorded before the device was switched off. */
    private void remember() {
        try {
            RecordingFile before = RecordingFile.open(file);
            before.recording().close();
            module = before.header().module();
            id = before.header().started();
            end = "the device was started again";
        } catch (IOException | RecordingException e) {
            Logger.warn("{}: {}", file, e.getMessage());
        }
    }

    /** Has a new cell recorded from its start on, if that is asked for and it is the first. */
    public void watch(Cell cell) {
        if (fromStart) {
            fromStart = false;
            arm(cell.name(), new Wish(cell.name(), 0, 0, 0), Long.MAX_VALUE);
            cell.record(tap(Long.MAX_VALUE, maxBytes));
        }
    }

    /**
     * Begins to record a cell. When it runs it is exchanged for itself, with its state, as at an update; else it is recorded from its next start on.
     *
     * @return what became of its state, for people
     * @throws IllegalStateException when this device does not record, or already does
     * @throws StartException when it cannot be started again; then it runs on, and nothing is recorded
     */
    public String begin(Cell cell, Wish wish) {
        long bytes = Math.min(wish.bytes(), maxBytes);
        if (bytes == 0) {
            throw new IllegalStateException("this device makes no recordings; its owner allows them with record.bytes");
        }
        if (running) {
            throw new IllegalStateException("a recording of " + module + " is running; end it first");
        }
        arm(cell.name(), wish, clock.nanos() + wish.millis() * NANOS_PER_MILLI);
        try {
            checkRoom(bytes);
            String note = cell.record(tap(wish.events(), bytes));
            if (!running) {
                throw new IllegalStateException(end);
            }
            return note;
        } catch (RuntimeException e) {
            stop("the module could not be started again: " + e.getMessage());
            throw e;
        }
    }

    private void arm(String name, Wish wish, long until) {
        module = name;
        id = clock.epochMillis();
        endNanos = until;
        end = "";
        current = null;
        running = true;
        Logger.info("{} is recorded into {}, for {} ms at most", name, file, wish.millis());
    }

    private void checkRoom(long bytes) {
        try {
            Files.deleteIfExists(file);
            long free = Files.getFileStore(file.toAbsolutePath().getParent()).getUsableSpace();
            if (free - bytes < RESERVE) {
                throw new IllegalStateException("the disk has " + free + " bytes left; " + (bytes + RESERVE) + " are needed for a recording of "
                    + bytes + " bytes");
            }
        } catch (IOException e) {
            throw new IllegalStateException("the disk cannot be used: " + e.getMessage(), e);
        }
    }

    private Tap tap(long events, long bytes) {
        return (release, instance) -> {
            try {
                current = record(release, instance, events, bytes);
                end = "";
                return current;
            } catch (IOException | RecordingException | SnapshotException e) {
                current = null;
                end = "it cannot be recorded: " + e.getMessage();
                Logger.warn("{}: {}", release.version(), end);
                running = false;
                return null;
            }
        };
    }

    private Recording record(Release release, Instance instance, long events, long bytes) throws IOException {
        byte[] wasm = release.module().binary();
        byte[] head = RecordingFile.head(new RecordingFile.Header(device, module, release.version(), Digest.ofContent(wasm).toString(), HostImports.ABI, id,
            release.config(), RecordingFile.json(release.grant())), wasm);
        if (head.length >= bytes) {
            throw new RecordingException("the module alone takes " + head.length + " bytes, and " + bytes + " are allowed");
        }
        OutputStream out = RecordingFile.create(file, head);
        try {
            return instance.record(out, bytes - head.length, events);
        } catch (IOException | RuntimeException e) {
            out.close();
            throw e;
        }
    }

    /** Ends the recording, if there is one. */
    public void stop(String why) {
        if (running) {
            if (current != null) {
                current.end(why);
            } else {
                end = why;
            }
            look();
        }
    }

    /** Ends it when its time is over, and sees whether it has ended by itself. */
    public void look() {
        if (running && current != null && current.end() != null) {
            end = current.end();
            running = false;
            Logger.info("the recording of {} has ended: {}", module, end);
        } else if (running && clock.nanos() >= endNanos) {
            stop("its time is over");
        }
    }

    /** Whether {@link #look} has something to look at. From any thread. */
    public boolean isRunning() {
        return running;
    }

    public View view() {
        look();
        return new View(module, id, running, end, current == null ? 0 : current.events(), maxBytes > 0 && id != 0 ? file.toFile().length() : 0,
            maxBytes);
    }

    /** Bytes of the file from an offset on, none behind its end. From any thread. */
    public byte[] piece(long offset, int length) throws IOException {
        if (maxBytes == 0 || offset < 0 || !Files.exists(file)) {
            return new byte[0];
        }
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer buffer = ByteBuffer.allocate(length);
            int read = 0;
            while (buffer.hasRemaining() && read >= 0) {
                read = channel.read(buffer, offset + buffer.position());
            }
            return Arrays.copyOf(buffer.array(), buffer.position());
        }
    }
}
