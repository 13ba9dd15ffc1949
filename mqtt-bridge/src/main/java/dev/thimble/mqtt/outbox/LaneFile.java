package dev.thimble.mqtt.outbox;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A lane's file, mapped. Its whole size is written when it is created, so that a full disk shows then and not as a
 * fault in the middle of a publish.
 *
 * <p>Layout: a page with a magic number and the segment size, then the segments.
 */
final class LaneFile implements Storage {

    private static final long MAGIC = 0x5448494D_4F423031L; // "THIMOB01"
    private static final int PREFIX = 4096;

    private final Arena arena;
    private final MemorySegment mapped;
    private final ByteBuffer bytes;

    private LaneFile(Arena arena, MemorySegment mapped) {
        this.arena = arena;
        this.mapped = mapped;
        this.bytes = mapped.asByteBuffer();
    }

    /** What a lane's file says of its shape. */
    record Shape(int segmentSize, int segments) {
        int bytes() {
            return segmentSize * segments;
        }
    }

    /**
     * Reads a file's shape.
     *
     * @return null if it is not a lane's file, or an incomplete one
     */
    static Shape shape(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer prefix = ByteBuffer.allocate(12);
            while (prefix.hasRemaining() && channel.read(prefix) >= 0) {
                // read on
            }
            prefix.flip();
            if (prefix.remaining() < 12 || prefix.getLong() != MAGIC) {
                return null;
            }
            int segmentSize = prefix.getInt();
            long segments = segmentSize <= 0 ? 0 : (channel.size() - PREFIX) / segmentSize;
            boolean whole = segments > 0 && segments * segmentSize + PREFIX == channel.size()
                    && segments * segmentSize <= Integer.MAX_VALUE;
            return whole ? new Shape(segmentSize, (int) segments) : null;
        }
    }

    /** Creates an empty lane file under its final name, which appears only when the file is complete. */
    static void create(Path file, Shape shape) throws IOException {
        Path partial = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer block = ByteBuffer.allocate(64 << 10);
            block.putLong(MAGIC).putInt(shape.segmentSize()).limit(PREFIX).position(0);
            long rest = (long) PREFIX + shape.bytes();
            while (rest > 0) {
                rest -= channel.write(block);
                if (!block.hasRemaining()) {
                    block.clear();
                    block.putLong(0, 0).putInt(8, 0).limit((int) Math.min(block.capacity(), Math.max(rest, 1)));
                }
            }
            channel.force(true);
        }
        Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    static LaneFile map(Path file, Shape shape) throws IOException {
        Arena arena = Arena.ofShared();
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return new LaneFile(arena,
                    channel.map(FileChannel.MapMode.READ_WRITE, PREFIX, shape.bytes(), arena));
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    @Override
    public ByteBuffer bytes() {
        return bytes;
    }

    @Override
    public void force(int offset, int length) {
        mapped.asSlice(offset, length).force();
    }

    @Override
    public void close() {
        arena.close();
    }
}
