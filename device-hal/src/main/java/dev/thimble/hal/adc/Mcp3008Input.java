package dev.thimble.hal.adc;

import dev.thimble.hal.board.AdcInput;
import dev.thimble.hal.board.Errno;
import dev.thimble.hal.board.SpiDevice;

/** One single-ended input of a Microchip MCP3008 (DS21295, §6.1). */
public final class Mcp3008Input implements AdcInput {
    /** Highest clock at 2.7 V. */
    public static final int HERTZ = 1_350_000;

    private final SpiDevice spi;
    private final int channel;
    private final long referenceMicrovolts;
    private final byte[] out = new byte[3];
    private final byte[] in = new byte[3];
    private int raw;

    /** @param channel 0–7 */
    public Mcp3008Input(SpiDevice spi, int channel, long referenceMicrovolts) {
        this.spi = spi;
        this.channel = channel;
        this.referenceMicrovolts = referenceMicrovolts;
    }

    @Override
    public int sample() {
        out[0] = 1;
        out[1] = (byte) (0x80 | channel << 4);
        int result = spi.transfer(out, 0, in, 0, 3);
        if (result == Errno.OK) {
            raw = (in[1] & 3) << 8 | in[2] & 0xFF;
            // The null bit before the result: without a chip the line floats high.
            return (in[1] & 4) == 0 ? Errno.OK : Errno.NO_DEVICE;
        }
        return result;
    }

    @Override
    public int raw() {
        return raw;
    }

    @Override
    public long microvolts() {
        return raw * referenceMicrovolts / 1024;
    }

    @Override
    public void close() {
        spi.close();
    }
}
