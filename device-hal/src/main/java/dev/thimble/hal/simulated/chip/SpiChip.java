package dev.thimble.hal.simulated.chip;

/** The target's side of a SPI bus, byte by byte. Never called concurrently. */
public interface SpiChip {
    /** Chip select becomes active. */
    void select();

    /** Eight clocks: takes the byte on MOSI, 0–255. @return the byte on MISO at the same clocks */
    int exchange(int mosi);

    /** Chip select becomes inactive. */
    default void deselect() { }
}
