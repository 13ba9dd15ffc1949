package dev.thimble.hal.simulated.chip;

/**
 * Bosch BME280: temperature, pressure and humidity (BST-BME280-DS002). Answers at 0x76 or 0x77. A write of
 * {@code ctrl_hum} takes effect only with the next write of {@code ctrl_meas} (§5.4.3), as drivers keep forgetting.
 */
public final class Bme280 extends Bmx280 {
    private static final int CTRL_HUM = 0xF2;
    private static final long[] STANDBY = {500_000, 62_500_000, 125_000_000, 250_000_000, 500_000_000, 1_000_000_000,
        10_000_000, 20_000_000};
    private int humidityInEffect;

    public Bme280(int address, SimulatedTime time) {
        super(address, 0x60, true, time, BoschCalibration.EXAMPLE);
    }

    /** Per cent of relative humidity, 0 to 100. */
    public void humidity(Signal percent) {
        setHumidity(percent);
    }

    @Override
    int humidityOversampling() {
        return humidityInEffect;
    }

    @Override
    void latch() {
        humidityInEffect = registers[CTRL_HUM] & 7;
    }

    @Override
    void storeControl(int register, int value) {
        if (register == CTRL_HUM) {
            registers[CTRL_HUM] = value & 7;
        }
    }

    @Override
    long standbyNanos(int code) {
        return STANDBY[code & 7];
    }
}
