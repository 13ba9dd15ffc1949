package dev.thimble.hal.board;

/**
 * An I2C bus with 7-bit addresses. All calls return OK or an {@link Errno}: NACK_ADDRESS (or NACK where the
 * controller does not tell), NACK_DATA, ARBITRATION_LOST, TIMEOUT, BUS, BUSY (a kernel driver owns the address), IO,
 * CLOSED. Thread-safe: a transaction is never interleaved with another on the same bus.
 */
public interface I2cBus extends AutoCloseable {
    /** Message kinds in the {@code ops} of {@link #transaction}. */
    int READ = 0;
    int WRITE = 1;

    /** Linux takes no more messages in one transaction (I2C_RDWR_IOCTL_MAX_MSGS). */
    int MAX_MESSAGES = 42;

    /** Linux takes no longer message. */
    int MAX_LENGTH = 8192;

    /**
     * Runs messages to one chip with repeated starts between them and one stop at the end.
     *
     * @param address 0x08–0x77, else INVALID
     * @param memory the buffer that the messages read from and write to
     * @param ops {@code count} times {kind, offset into memory, length in bytes 0–{@value #MAX_LENGTH}}
     * @param count 1–{@value #MAX_MESSAGES}
     */
    int transaction(int address, byte[] memory, int[] ops, int count);

    /** Writes one message. */
    int write(int address, byte[] from, int offset, int length);

    /** Reads one message. */
    int read(int address, byte[] into, int offset, int length);

    /** Writes, then reads after a repeated start: the usual way to read a register. */
    int writeRead(int address, byte[] from, int fromOffset, int fromLength, byte[] into, int intoOffset, int intoLength);

    /** 1 when a chip acknowledges the address (tried with a one-byte read), 0 when none does. */
    int probe(int address);

    @Override
    void close();
}
