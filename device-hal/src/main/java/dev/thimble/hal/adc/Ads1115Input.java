package dev.thimble.hal.adc;

import dev.thimble.hal.board.AdcInput;
import dev.thimble.hal.board.Clock;
import dev.thimble.hal.board.Errno;
import dev.thimble.hal.board.I2cBus;

/** One single-ended input of a TI ADS1115 (SBAS444, §8.6), converted once per sample at 128 samples per second. */
public final class Ads1115Input implements AdcInput {
    private static final int CONVERSION = 0;
    private static final int CONFIG = 1;
    private static final int READY = 0x8000;
    private static final int SINGLE_SHOT = 0x0100;
    private static final int RATE_128 = 4 << 5;
    private static final int COMPARATOR_OFF = 3;
    private static final long CONVERSION_NANOS = 7_900_000;
    private static final int TRIES = 8;

    private final I2cBus bus;
    private final int address;
    private final Clock clock;
    private final int config;
    private final long rangeMicrovolts;
    private final byte[] buffer = new byte[3];
    private int raw;

    /**
     * @param channel 0–3
     * @param fullScaleMicrovolts the smallest of the chip's ranges that holds it is taken
     */
    public Ads1115Input(I2cBus bus, int address, int channel, long fullScaleMicrovolts, Clock clock) {
        this.bus = bus;
        this.address = address;
        this.clock = clock;
        long[] ranges = {6_144_000, 4_096_000, 2_048_000, 1_024_000, 512_000, 256_000};
        int gain = 0;
        while (gain < ranges.length - 1 && ranges[gain + 1] >= fullScaleMicrovolts) {
            gain++;
        }
        rangeMicrovolts = ranges[gain];
        config = READY | (4 + channel) << 12 | gain << 9 | SINGLE_SHOT | RATE_128 | COMPARATOR_OFF;
    }

    @Override
    public int sample() {
        buffer[0] = CONFIG;
        buffer[1] = (byte) (config >> 8);
        buffer[2] = (byte) config;
        int result = bus.write(address, buffer, 0, 3);
        for (int i = 0; i < TRIES && result == Errno.OK; i++) {
            clock.sleep(i == 0 ? CONVERSION_NANOS : CONVERSION_NANOS / 8);
            result = read(CONFIG);
            if (result == Errno.OK && (buffer[1] & 0x80) != 0) {
                result = read(CONVERSION);
                raw = (buffer[1] & 0xFF) << 8 | buffer[2] & 0xFF;
                return result;
            }
        }
        return result == Errno.OK ? Errno.TIMEOUT : result;
    }

    private int read(int register) {
        buffer[0] = (byte) register;
        return bus.writeRead(address, buffer, 0, 1, buffer, 1, 2);
    }

    @Override
    public int raw() {
        return raw;
    }

    @Override
    public long microvolts() {
        return (short) raw * rangeMicrovolts / 32768;
    }

    @Override
    public void close() {
        bus.close();
    }
}
