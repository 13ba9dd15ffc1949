package dev.thimble.mqtt;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * Where messages wait until they are sent. A message of quality of service 1 goes to the first lane whose filter
 * matches its topic; with a directory, that lane is a preallocated file that survives the death of the process.
 * Messages of quality of service 0 wait in a memory lane of their own, named {@code volatile}, which drops the oldest.
 *
 * @param directory     where the lanes' files are, created if absent; null keeps everything in memory
 * @param lanes         tried in order; a topic that no lane matches uses a last lane {@code other} of 256 KiB
 * @param volatileBytes size of the memory lane for quality of service 0
 * @param maxMessage    the largest message, in bytes of topic, payload and properties together; a lane has at least
 *                      four segments that hold one
 * @param syncInterval  how long an unsent message may stay in the operating system's cache before the file is forced
 *                      to the disk; it bounds what a power cut (not a kill) can lose
 */
public record OutboxOptions(Path directory, List<Lane> lanes, int volatileBytes, int maxMessage,
                            Duration syncInterval) {

    /** Everything in memory. */
    public static final OutboxOptions IN_MEMORY =
            new OutboxOptions(null, List.of(), 256 << 10, 16 << 10, Duration.ofSeconds(1));

    public OutboxOptions {
        lanes = List.copyOf(lanes);
        Objects.requireNonNull(syncInterval, "syncInterval");
        if (maxMessage < 256 || maxMessage > 16 << 20) {
            throw new IllegalArgumentException("outbox messages of " + maxMessage + " bytes; give 256 to 16 MiB");
        }
        if (volatileBytes < 1024 || volatileBytes > 1 << 30) {
            throw new IllegalArgumentException("volatile lane of " + volatileBytes + " bytes; give 1 KiB to 1 GiB");
        }
    }

    /** On disk, with one lane of the given size for every topic which drops the oldest when full. */
    public static OutboxOptions onDisk(Path directory, int bytes) {
        return new OutboxOptions(directory, List.of(new Lane("durable", "#", bytes, WhenFull.DROP_OLDEST)),
                IN_MEMORY.volatileBytes, IN_MEMORY.maxMessage, IN_MEMORY.syncInterval);
    }

    public OutboxOptions withLanes(Lane... lanes) {
        return new OutboxOptions(directory, List.of(lanes), volatileBytes, maxMessage, syncInterval);
    }

    public OutboxOptions withMaxMessage(int bytes) {
        return new OutboxOptions(directory, lanes, volatileBytes, bytes, syncInterval);
    }

    public OutboxOptions withVolatileBytes(int bytes) {
        return new OutboxOptions(directory, lanes, bytes, maxMessage, syncInterval);
    }

    /**
     * One bounded queue.
     *
     * @param name     names the file: letters, digits, {@code -} and {@code _}
     * @param filter   which topics use this lane
     * @param bytes    its size
     * @param whenFull what to give up when it is full
     */
    public record Lane(String name, String filter, int bytes, WhenFull whenFull) {
        public Lane {
            if (!name.matches("[A-Za-z0-9_-]{1,32}")) {
                throw new IllegalArgumentException(
                        "outbox lane name '" + name + "'; give 1 to 32 letters, digits, '-' or '_'");
            }
            TopicFilter.parse(filter);
            Objects.requireNonNull(whenFull, "whenFull");
            if (bytes < 1024 || bytes > 1 << 30) {
                throw new IllegalArgumentException(
                        "outbox lane " + name + " of " + bytes + " bytes; give 1 KiB to 1 GiB");
            }
        }
    }

    /** What a full lane gives up. */
    public enum WhenFull {
        /** The oldest messages, a segment (a part of the lane) at a time. For readings. */
        DROP_OLDEST,
        /** The message to publish, with {@link PublishResult#FULL}. For events of which none may be missing. */
        REFUSE_NEWEST
    }
}
