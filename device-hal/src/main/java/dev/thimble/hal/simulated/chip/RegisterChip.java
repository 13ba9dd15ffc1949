package dev.thimble.hal.simulated.chip;

/**
 * A chip with a register pointer, as most I2C chips have: the first byte written after an address sets
 * the pointer, further bytes are stored, reads load from the pointer; a repeated start keeps it.
 */
abstract class RegisterChip implements I2cChip {
    private final int address;
    private int pointer;
    private boolean pointerComes;

    RegisterChip(int address) {
        this.address = address;
    }

    @Override
    public boolean select(int wanted, boolean read) {
        if (wanted != address) {
            return false;
        }
        pointerComes = !read;
        if (read) {
            beginRead(pointer);
        }
        return true;
    }

    @Override
    public boolean write(int value) {
        if (pointerComes) {
            pointerComes = false;
            pointer = value;
            return point(value);
        }
        boolean acknowledged = store(pointer, value);
        pointer = afterStore(pointer);
        return acknowledged;
    }

    @Override
    public int read() {
        int value = load(pointer);
        pointer = afterLoad(pointer);
        return value & 0xFF;
    }

    /** A pointer was written; false refuses it. */
    boolean point(int register) {
        return true;
    }

    /** A read begins: the moment to freeze registers that must be read together. */
    void beginRead(int register) { }

    abstract int load(int register);

    /** @return false for no acknowledge */
    abstract boolean store(int register, int value);

    int afterLoad(int register) {
        return register + 1 & 0xFF;
    }

    int afterStore(int register) {
        return register + 1 & 0xFF;
    }

    /** The next byte written is a pointer again. */
    final void expectPointer() {
        pointerComes = true;
    }

    final void pointer(int register) {
        pointer = register;
    }

    final int address() {
        return address;
    }
}
