package dev.thimble.hal.board;

/** One chip select of a SPI bus, 8-bit words, most significant bit first. Results are OK or an {@link Errno}. */
public interface SpiDevice extends AutoCloseable {
    /** Operation kinds in the {@code ops} of {@link #transaction}. */
    int READ = 0;
    int WRITE = 1;
    int TRANSFER = 2;
    int DELAY = 3;

    /** Longest transfer (spidev's default buffer). */
    int MAX_LENGTH = 4096;

    int MAX_OPERATIONS = 32;

    /**
     * Sends {@code length} bytes while receiving as many, chip select held throughout. {@code tx} and {@code rx} may be
     * the same array with equal offsets.
     */
    int transfer(byte[] tx, int txOffset, byte[] rx, int rxOffset, int length);

    /**
     * Runs operations under one chip select.
     *
     * @param ops {@code count} times {kind, tx offset, rx offset, length in bytes; for DELAY nanoseconds}
     */
    int transaction(byte[] memory, int[] ops, int count);

    @Override
    void close();
}
