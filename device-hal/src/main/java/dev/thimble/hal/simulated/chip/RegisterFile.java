package dev.thimble.hal.simulated.chip;

/** 256 byte registers with pointer and auto-increment, like a 24C02 memory without its write time. */
public final class RegisterFile extends RegisterChip {
    private final byte[] registers = new byte[256];

    public RegisterFile(int address) {
        super(address);
    }

    @Override
    int load(int register) {
        return registers[register];
    }

    @Override
    boolean store(int register, int value) {
        registers[register] = (byte) value;
        return true;
    }
}
