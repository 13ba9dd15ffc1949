package dev.thimble.hal.pi4j;

import com.pi4j.context.Context;
import com.pi4j.io.spi.Spi;
import com.pi4j.io.spi.SpiBase;
import com.pi4j.io.spi.SpiConfig;
import com.pi4j.io.spi.SpiProvider;
import dev.thimble.hal.board.Board;
import dev.thimble.hal.board.SpiDevice;
import dev.thimble.hal.board.SpiRequest;

/** One chip select of a board's SPI bus as Pi4J's SPI device. Errors are {@link ErrnoException}s. */
final class BoardSpi extends SpiBase {
    private final SpiDevice device;
    private final byte[] one = new byte[1];
    private final int[] op = new int[4];

    BoardSpi(SpiProvider provider, SpiConfig config, Board board) {
        super(provider, config);
        String name = config.properties().getOrDefault(Lines.NAME,
            "spi" + config.bus().getBus() + "." + config.channel());
        device = board.openSpi(new SpiRequest(name, config.baud(), config.mode().getMode()));
        isOpen = true;
    }

    SpiDevice device() {
        return device;
    }

    @Override
    public int transfer(byte[] out, int outOffset, byte[] in, int inOffset, int length) {
        ErrnoException.check(device.transfer(out, outOffset, in, inOffset, length));
        return length;
    }

    @Override
    public int read() {
        one[0] = 0;
        ErrnoException.check(device.transfer(one, 0, one, 0, 1));
        return one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
        return single(SpiDevice.READ, buffer, offset, length);
    }

    @Override
    public int write(byte value) {
        one[0] = value;
        return single(SpiDevice.WRITE, one, 0, 1);
    }

    @Override
    public int write(byte[] buffer, int offset, int length) {
        return single(SpiDevice.WRITE, buffer, offset, length);
    }

    private int single(int kind, byte[] buffer, int offset, int length) {
        op[0] = kind;
        op[1] = offset;
        op[2] = offset;
        op[3] = length;
        ErrnoException.check(device.transaction(buffer, op, 1));
        return length;
    }

    @Override
    public void writeThenRead(byte[] out, int outOffset, int outLength, int delayNanos, byte[] in, int inOffset,
                              int inLength) {
        byte[] both = new byte[outLength + inLength];
        System.arraycopy(out, outOffset, both, 0, outLength);
        int[] ops = {SpiDevice.WRITE, 0, 0, outLength, SpiDevice.DELAY, 0, 0, Math.max(0, delayNanos),
            SpiDevice.READ, 0, outLength, inLength};
        ErrnoException.check(device.transaction(both, ops, 3));
        System.arraycopy(both, outLength, in, inOffset, inLength);
    }

    void release() {
        isOpen = false;
        device.close();
    }

    @Override
    public Spi shutdownInternal(Context context) {
        super.shutdownInternal(context);
        release();
        return this;
    }
}
