package dev.thimble.hal.simulated.chip;

/** A chip with 16-bit registers, most significant byte first, behind a pointer that reads and writes do not advance. */
abstract class WordChip implements I2cChip {
    private final int address;
    private final int pointerMask;
    private int pointer;
    private int received;
    private int high;
    private int sent;
    private int latched;

    WordChip(int address, int pointerMask) {
        this.address = address;
        this.pointerMask = pointerMask;
    }

    @Override
    public boolean select(int wanted, boolean read) {
        received = 0;
        sent = 0;
        return wanted == address;
    }

    @Override
    public boolean write(int value) {
        switch (received++) {
            case 0 -> pointer = value & pointerMask;
            case 1 -> high = value;
            default -> {
                store(pointer, high << 8 | value);
                received = 1;
            }
        }
        return true;
    }

    @Override
    public int read() {
        if ((sent++ & 1) == 0) {
            latched = load(pointer) & 0xFFFF;
            return latched >> 8;
        }
        return latched & 0xFF;
    }

    abstract int load(int register);

    abstract void store(int register, int value);
}
