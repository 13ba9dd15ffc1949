package dev.thimble.hal.simulated.chip;

/** Texas Instruments INA219: current and power over a shunt (SBOS448, §8.5–8.6). */
public final class Ina219 extends WordChip {
    private static final int CONFIG = 0;
    private static final int SHUNT = 1;
    private static final int BUS = 2;
    private static final int POWER = 3;
    private static final int CURRENT = 4;
    private static final int CALIBRATION = 5;
    private static final int POWER_ON = 0x399F;
    /** §8.6.2.1, table 5: conversion time by ADC setting 0–3 (9 to 12 bits) and 8–15 (averages). */
    private static final long[] MICROS = {84, 148, 276, 532, 84, 148, 276, 532, 532, 1060, 2130, 4260, 8510, 17_020,
        34_050, 68_100};

    private final SimulatedTime time;
    private final int[] registers = new int[6];
    private volatile Signal shunt = Signal.constant(0);
    private volatile Signal bus = Signal.constant(0);
    private long started;
    private long seen = -1;
    private boolean ready;

    /** @param address 0x40–0x4F */
    public Ina219(int address, SimulatedTime time) {
        super(address, 7);
        this.time = time;
        registers[CONFIG] = POWER_ON;
        started = time.nanos();
    }

    /** Volts over the shunt resistor. */
    public void shunt(Signal volts) {
        shunt = volts;
    }

    /** Volts of the bus, 0 to 32. */
    public void bus(Signal volts) {
        bus = volts;
    }

    private int mode() {
        return registers[CONFIG] & 7;
    }

    private long conversionNanos() {
        long micros = (mode() & 1) != 0 ? MICROS[registers[CONFIG] >> 3 & 15] : 0;
        return 1000 * (micros + ((mode() & 2) != 0 ? MICROS[registers[CONFIG] >> 7 & 15] : 0));
    }

    private void catchUp() {
        long conversion = conversionNanos();
        if (conversion == 0) {
            return;
        }
        long done = (time.nanos() - started) / conversion;
        if (mode() < 4) {
            done = Math.min(done, 1);
        }
        if (done <= Math.max(seen, 0)) {
            return;
        }
        seen = done;
        ready = true;
        long at = started + done * conversion;
        if ((mode() & 1) != 0) {
            int range = 4000 << (registers[CONFIG] >> 11 & 3);
            registers[SHUNT] = Math.clamp(Math.round(shunt.at(at) * 100_000), -range, range);
        }
        if ((mode() & 2) != 0) {
            int most = (registers[CONFIG] & 0x2000) != 0 ? 8000 : 4000;
            registers[BUS] = Math.clamp(Math.round(bus.at(at) * 250), 0, most);
        }
        registers[CURRENT] = registers[SHUNT] * registers[CALIBRATION] / 4096;
        registers[POWER] = Math.abs(registers[CURRENT]) * registers[BUS] / 5000;
    }

    @Override
    int load(int register) {
        catchUp();
        return switch (register) {
            case BUS -> registers[BUS] << 3 | (ready ? 2 : 0)
                | (registers[CURRENT] != (short) registers[CURRENT] || registers[POWER] > 0xFFFF ? 1 : 0);
            case POWER -> {
                ready = false;
                yield registers[POWER];
            }
            case 6, 7 -> 0;
            default -> registers[register];
        };
    }

    @Override
    void store(int register, int value) {
        catchUp();
        if (register == CALIBRATION) {
            // Bit 0 is always 0.
            registers[CALIBRATION] = value & 0xFFFE;
        } else if (register == CONFIG) {
            boolean reset = (value & 0x8000) != 0;
            registers[CONFIG] = reset ? POWER_ON : value & 0x3FFF;
            registers[CALIBRATION] = reset ? 0 : registers[CALIBRATION];
            started = time.nanos();
            seen = -1;
            ready = false;
        }
    }
}
