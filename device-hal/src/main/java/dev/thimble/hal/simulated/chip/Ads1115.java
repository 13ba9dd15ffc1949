package dev.thimble.hal.simulated.chip;

import java.util.Arrays;

/** Texas Instruments ADS1115: four inputs, 16 bits (SBAS444, §8.5–8.6). Single shot or continuous; inputs in volts. */
public final class Ads1115 extends WordChip {
    private static final int CONVERSION = 0;
    private static final int CONFIG = 1;
    private static final int IDLE = 0x8000;
    private static final int SINGLE_SHOT = 0x0100;
    private static final double[] RANGES = {6.144, 4.096, 2.048, 1.024, 0.512, 0.256, 0.256, 0.256};
    private static final int[] RATES = {8, 16, 32, 64, 128, 250, 475, 860};
    private static final int GROUND = 4;
    private static final int[] POSITIVE = {0, 0, 1, 2, 0, 1, 2, 3};
    private static final int[] NEGATIVE = {1, 3, 3, 3, GROUND, GROUND, GROUND, GROUND};

    private final SimulatedTime time;
    private final Signal[] inputs = new Signal[5];
    private final int[] registers = {0, 0x8583, 0x8000, 0x7FFF};
    private long ends = -1;

    /** @param address 0x48–0x4B */
    public Ads1115(int address, SimulatedTime time) {
        super(address, 3);
        this.time = time;
        Arrays.fill(inputs, Signal.constant(0));
    }

    /** @param input 0–3 */
    public void input(int input, Signal volts) {
        inputs[input] = volts;
    }

    private long conversionNanos() {
        return 1_000_000_000L / RATES[registers[CONFIG] >> 5 & 7];
    }

    private void catchUp() {
        long now = time.nanos();
        if (ends < 0 || now < ends) {
            return;
        }
        if ((registers[CONFIG] & SINGLE_SHOT) != 0) {
            registers[CONVERSION] = convert(ends);
            ends = -1;
        } else {
            long last = ends + (now - ends) / conversionNanos() * conversionNanos();
            registers[CONVERSION] = convert(last);
            ends = last + conversionNanos();
        }
    }

    private int convert(long at) {
        int mux = registers[CONFIG] >> 12 & 7;
        double volts = inputs[POSITIVE[mux]].at(at) - inputs[NEGATIVE[mux]].at(at);
        double code = volts * 32_768 / RANGES[registers[CONFIG] >> 9 & 7];
        return Math.clamp(Math.round(code), -32_768, 32_767) & 0xFFFF;
    }

    @Override
    int load(int register) {
        catchUp();
        if (register == CONFIG) {
            boolean converting = ends >= 0 && (registers[CONFIG] & SINGLE_SHOT) != 0;
            return registers[CONFIG] & ~IDLE | (converting ? 0 : IDLE);
        }
        return registers[register];
    }

    @Override
    void store(int register, int value) {
        catchUp();
        if (register == CONVERSION) {
            return;
        }
        registers[register] = value;
        if (register == CONFIG) {
            boolean start = (value & SINGLE_SHOT) == 0 || (value & IDLE) != 0;
            ends = start ? time.nanos() + conversionNanos() : ends;
        }
    }
}
