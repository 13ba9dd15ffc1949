package dev.thimble.hal.simulated.chip;

/** Bosch BMP280: temperature and pressure (BST-BMP280-DS001). Answers at 0x76 or 0x77. */
public final class Bmp280 extends Bmx280 {
    private static final long[] STANDBY = {500_000, 62_500_000, 125_000_000, 250_000_000, 500_000_000, 1_000_000_000,
        2_000_000_000, 4_000_000_000L};

    public Bmp280(int address, SimulatedTime time) {
        super(address, 0x58, false, time, BoschCalibration.EXAMPLE);
    }

    @Override
    long standbyNanos(int code) {
        return STANDBY[code & 7];
    }
}
