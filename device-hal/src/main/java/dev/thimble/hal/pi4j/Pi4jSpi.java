package dev.thimble.hal.pi4j;

import com.pi4j.context.Context;
import com.pi4j.exception.Pi4JException;
import com.pi4j.io.spi.Spi;
import dev.thimble.hal.board.Errno;
import dev.thimble.hal.board.SpiDevice;

/** A SPI device over Pi4J's. */
final class Pi4jSpi implements SpiDevice {
    private final Spi spi;
    private final Context context;
    private boolean open = true;

    Pi4jSpi(Spi spi, Context context) {
        this.spi = spi;
        this.context = context;
    }

    @Override
    public int transfer(byte[] tx, int txOffset, byte[] rx, int rxOffset, int length) {
        if (!open) {
            return Errno.CLOSED;
        }
        try {
            return spi.transfer(tx, txOffset, rx, rxOffset, length) == length ? Errno.OK : Errno.IO;
        } catch (Pi4JException e) {
            return Pi4jBoard.errno(e);
        }
    }

    @Override
    public int transaction(byte[] memory, int[] ops, int count) {
        if (!open) {
            return Errno.CLOSED;
        }
        if (count < 1 || count > MAX_OPERATIONS) {
            return Errno.INVALID;
        }
        if (spi instanceof BoardSpi own) {
            return own.device().transaction(memory, ops, count);
        }
        return count == 1 && ops[0] == TRANSFER ? transfer(memory, ops[1], memory, ops[2], ops[3])
            : Errno.UNSUPPORTED;
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            context.shutdown(spi.id());
        }
    }
}
