package dev.thimble.hal.simulated.chip;

import java.util.Arrays;

/**
 * Microchip MCP3008: eight inputs, 10 bits, over SPI (DS21295, §5–6). Works bit by bit: after the start bit come SGL/DIFF and
 * three channel bits, one clock to sample, a null bit, ten bits most significant first, then the same least significant first.
 */
public final class Mcp3008 implements SpiChip {
    private static final int SINGLE = 8;
    private final SimulatedTime time;
    private final double reference;
    private final Signal[] inputs = new Signal[8];
    /** Clocks since the start bit; −1 before it. */
    private int clock;
    private int control;
    private int result;

    /** @param reference volts at full scale */
    public Mcp3008(double reference, SimulatedTime time) {
        this.reference = reference;
        this.time = time;
        Arrays.fill(inputs, Signal.constant(0));
    }

    /** @param input 0–7 */
    public void input(int input, Signal volts) {
        inputs[input] = volts;
    }

    @Override
    public void select() {
        clock = -1;
        control = 0;
    }

    @Override
    public int exchange(int mosi) {
        int miso = 0;
        for (int bit = 7; bit >= 0; bit--) {
            miso = miso << 1 | tick(mosi >> bit & 1);
        }
        return miso;
    }

    private int tick(int in) {
        if (clock < 0) {
            clock = in - 1;
            return 1;
        }
        clock++;
        if (clock <= 4) {
            control = control << 1 | in;
            return 1;
        }
        if (clock == 5) {
            result = convert();
            return 1;
        }
        if (clock == 6) {
            return 0;
        }
        int shift = clock <= 16 ? 16 - clock : clock - 16;
        return shift < 10 ? result >> shift & 1 : 0;
    }

    private int convert() {
        long now = time.nanos();
        int channel = control & 7;
        double volts = inputs[channel].at(now);
        if ((control & SINGLE) == 0) {
            volts -= inputs[channel ^ 1].at(now);
        }
        return Math.clamp((long) Math.floor(volts * 1024 / reference), 0, 1023);
    }
}
