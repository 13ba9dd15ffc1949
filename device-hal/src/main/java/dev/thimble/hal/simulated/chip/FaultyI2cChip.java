package dev.thimble.hal.simulated.chip;

/** Stands between a bus and a chip and misbehaves as told: bad contacts, noise, a hung chip. */
public final class FaultyI2cChip implements I2cChip {
    private final I2cChip chip;
    private boolean unplugged;
    private int refusedAddresses;
    private int refuseDataAfter = -1;
    private int stuck = -1;
    private int flipMask;
    private int flipEvery;
    private long stretch;
    private int written;
    private int reads;

    public FaultyI2cChip(I2cChip chip) {
        this.chip = chip;
    }

    /** Off the bus, or back on it, with its registers as they were. */
    public void unplugged(boolean off) {
        unplugged = off;
    }

    /** Does not acknowledge its address the next so many times. */
    public void refuseAddress(int times) {
        refusedAddresses = times;
    }

    /** Refuses the byte after so many in each message; −1 ends it. */
    public void refuseDataAfter(int bytes) {
        refuseDataAfter = bytes;
    }

    /** Every read gives this byte; −1 ends it. */
    public void stuckAt(int value) {
        stuck = value;
    }

    /** Inverts bits in every n-th byte read, counted over all reads; 0 ends it. */
    public void flip(int mask, int every) {
        flipMask = mask;
        flipEvery = every;
    }

    /** Holds the clock for so long after its address. */
    public void stretch(long nanos) {
        stretch = nanos;
    }

    @Override
    public boolean select(int address, boolean read) {
        if (unplugged || !chip.select(address, read)) {
            return false;
        }
        if (refusedAddresses > 0) {
            refusedAddresses--;
            return false;
        }
        written = 0;
        return true;
    }

    @Override
    public boolean write(int value) {
        if (refuseDataAfter >= 0 && written++ >= refuseDataAfter) {
            return false;
        }
        return chip.write(value);
    }

    @Override
    public int read() {
        int value = chip.read();
        if (flipEvery > 0 && ++reads % flipEvery == 0) {
            value ^= flipMask;
        }
        return stuck >= 0 ? stuck : value;
    }

    @Override
    public void stop() {
        chip.stop();
    }

    @Override
    public long stretchNanos() {
        return stretch + chip.stretchNanos();
    }
}
