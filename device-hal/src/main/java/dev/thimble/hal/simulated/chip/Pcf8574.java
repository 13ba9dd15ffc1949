package dev.thimble.hal.simulated.chip;

/** NXP PCF8574: 8 quasi-bidirectional pins (PCF8574 datasheet rev. 5, §8): a 1 is a weak high that the world may pull low. */
public final class Pcf8574 implements I2cChip {
    private final int address;
    private int latch = 0xFF;
    private int world = 0xFF;
    private int seen = 0xFF;

    /** @param address 0x20–0x27, or 0x38–0x3F for the PCF8574A */
    public Pcf8574(int address) {
        this.address = address;
    }

    /** Pulls a pin low from outside, or lets go. */
    public void pull(int pin, boolean low) {
        world = low ? world & ~(1 << pin) : world | 1 << pin;
    }

    /** The levels at the eight pins. */
    public int levels() {
        return latch & world;
    }

    /** Whether INT is active: the pins differ from what was read or written last. */
    public boolean interrupt() {
        return levels() != seen;
    }

    @Override
    public boolean select(int wanted, boolean read) {
        return wanted == address;
    }

    @Override
    public boolean write(int value) {
        latch = value;
        seen = levels();
        return true;
    }

    @Override
    public int read() {
        seen = levels();
        return seen;
    }
}
