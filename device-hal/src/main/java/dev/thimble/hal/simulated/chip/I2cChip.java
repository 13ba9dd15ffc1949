package dev.thimble.hal.simulated.chip;

/**
 * The target's side of an I2C bus, byte by byte: what a chip sees between its SDA and SCL pins. The bus calls
 * {@link #select} after every start and repeated start, then writes or reads bytes, and {@link #stop} at the end.
 * Never called concurrently.
 */
public interface I2cChip {
    /**
     * A start condition followed by an address byte.
     *
     * @param read the direction bit
     * @return true to acknowledge
     */
    boolean select(int address, boolean read);

    /** A byte from the controller, 0–255. @return true to acknowledge */
    boolean write(int value);

    /** The next byte for the controller, 0–255. */
    int read();

    /** The stop condition, sent to chips that acknowledged. */
    default void stop() { }

    /** How long the chip holds SCL low after it has acknowledged its address, in nanoseconds. */
    default long stretchNanos() {
        return 0;
    }
}
