package dev.thimble.hal.simulated;

import dev.thimble.hal.board.Errno;
import dev.thimble.hal.board.SpiDevice;
import dev.thimble.hal.simulated.chip.SimulatedTime;
import dev.thimble.hal.simulated.chip.SpiChip;
import java.util.function.Supplier;

/** One chip select of a simulated SPI bus. Without a chip MISO floats high, and reads give 0xFF. */
final class SimulatedSpi implements SpiDevice {
    private final Supplier<SpiChip> at;
    private final SimulatedTime time;
    private final Runnable released;
    private boolean open = true;

    SimulatedSpi(Supplier<SpiChip> at, SimulatedTime time, Runnable released) {
        this.at = at;
        this.time = time;
        this.released = released;
    }

    @Override
    public synchronized int transfer(byte[] tx, int txOffset, byte[] rx, int rxOffset, int length) {
        if (!open) {
            return Errno.CLOSED;
        }
        if (length < 0 || length > MAX_LENGTH) {
            return Errno.INVALID;
        }
        SpiChip chip = begin();
        for (int i = 0; i < length; i++) {
            rx[rxOffset + i] = (byte) exchange(chip, tx[txOffset + i]);
        }
        end(chip);
        return Errno.OK;
    }

    @Override
    public synchronized int transaction(byte[] memory, int[] ops, int count) {
        if (!open) {
            return Errno.CLOSED;
        }
        if (count < 1 || count > MAX_OPERATIONS) {
            return Errno.INVALID;
        }
        for (int i = 0; i < count; i++) {
            int length = ops[4 * i + 3];
            if (ops[4 * i] < READ || ops[4 * i] > DELAY || length < 0 || ops[4 * i] != DELAY && length > MAX_LENGTH) {
                return Errno.INVALID;
            }
        }
        SpiChip chip = begin();
        for (int i = 0; i < count; i++) {
            int kind = ops[4 * i];
            int length = ops[4 * i + 3];
            if (kind == DELAY) {
                time.sleep(length);
                continue;
            }
            for (int b = 0; b < length; b++) {
                int in = exchange(chip, kind == READ ? 0 : memory[ops[4 * i + 1] + b]);
                if (kind != WRITE) {
                    memory[ops[4 * i + 2] + b] = (byte) in;
                }
            }
        }
        end(chip);
        return Errno.OK;
    }

    private SpiChip begin() {
        SpiChip chip = at.get();
        if (chip != null) {
            chip.select();
        }
        return chip;
    }

    private static int exchange(SpiChip chip, int out) {
        return chip == null ? 0xFF : chip.exchange(out & 0xFF);
    }

    private static void end(SpiChip chip) {
        if (chip != null) {
            chip.deselect();
        }
    }

    @Override
    public synchronized void close() {
        if (open) {
            open = false;
            released.run();
        }
    }
}
