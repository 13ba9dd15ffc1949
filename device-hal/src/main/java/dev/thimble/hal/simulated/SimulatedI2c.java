package dev.thimble.hal.simulated;

import dev.thimble.hal.board.Errno;
import dev.thimble.hal.board.I2cBus;
import dev.thimble.hal.board.SharedI2cBus;
import dev.thimble.hal.simulated.chip.I2cChip;
import dev.thimble.hal.simulated.chip.SimulatedTime;
import java.util.Arrays;

/** A simulated I2C bus: starts, address bytes, data bytes and stops, given to the chips on it. Thread-safe. */
final class SimulatedI2c extends SharedI2cBus {
    /** Linux controllers give up after about a second of clock stretching. */
    private static final long STRETCH_LIMIT_NANOS = 1_000_000_000;

    private final SimulatedTime time;
    private volatile I2cChip[] chips = {};
    private int failure;
    private int failures;
    private final int[] simple = new int[3];
    private final byte[] probed = new byte[1];

    SimulatedI2c(SimulatedTime time) {
        this.time = time;
    }

    synchronized void attach(I2cChip chip) {
        I2cChip[] more = Arrays.copyOf(chips, chips.length + 1);
        more[chips.length] = chip;
        chips = more;
    }

    synchronized void detach(I2cChip chip) {
        chips = Arrays.stream(chips).filter(c -> c != chip).toArray(I2cChip[]::new);
    }

    /** The next transactions end with this error before any chip sees them. */
    synchronized void fail(int errno, int times) {
        failure = errno;
        failures = times;
    }

    @Override
    protected synchronized int transaction(int address, byte[] memory, int[] ops, int count) {
        if (address < 0x08 || address > 0x77 || count < 1 || count > I2cBus.MAX_MESSAGES) {
            return Errno.INVALID;
        }
        for (int i = 0; i < count; i++) {
            int kind = ops[3 * i];
            if (kind != I2cBus.READ && kind != I2cBus.WRITE || ops[3 * i + 2] < 0
                || ops[3 * i + 2] > I2cBus.MAX_LENGTH) {
                return Errno.INVALID;
            }
        }
        I2cChip chip = null;
        int result = begin();
        for (int i = 0; i < count && result == Errno.OK; i++) {
            I2cChip selected = select(address, ops[3 * i] == I2cBus.READ);
            if (selected == null) {
                result = Errno.NACK_ADDRESS;
            } else {
                chip = selected;
                result = message(chip, ops[3 * i], memory, ops[3 * i + 1], ops[3 * i + 2]);
            }
        }
        if (chip != null) {
            chip.stop();
        }
        return result;
    }

    @Override
    protected synchronized int one(int address, int kind, byte[] memory, int offset, int length) {
        simple[0] = kind;
        simple[1] = offset;
        simple[2] = length;
        return transaction(address, memory, simple, 1);
    }

    @Override
    protected synchronized int writeRead(int address, byte[] from, int fromOffset, int fromLength, byte[] into, int intoOffset,
                               int intoLength) {
        if (address < 0x08 || address > 0x77 || fromLength < 0 || fromLength > I2cBus.MAX_LENGTH || intoLength < 0
            || intoLength > I2cBus.MAX_LENGTH) {
            return Errno.INVALID;
        }
        int result = begin();
        if (result != Errno.OK) {
            return result;
        }
        I2cChip chip = select(address, false);
        if (chip == null) {
            return Errno.NACK_ADDRESS;
        }
        result = message(chip, I2cBus.WRITE, from, fromOffset, fromLength);
        if (result == Errno.OK) {
            I2cChip again = select(address, true);
            result = again == null ? Errno.NACK_ADDRESS
                : message(again, I2cBus.READ, into, intoOffset, intoLength);
        }
        chip.stop();
        return result;
    }

    @Override
    protected synchronized int probe(int address) {
        int result = one(address, I2cBus.READ, probed, 0, 1);
        return result == Errno.NACK_ADDRESS ? 0 : result == Errno.OK ? 1 : result;
    }

    private int begin() {
        if (failures > 0) {
            failures--;
            return failure;
        }
        return Errno.OK;
    }

    private I2cChip select(int address, boolean read) {
        for (I2cChip chip : chips) {
            if (chip.select(address, read)) {
                return chip;
            }
        }
        return null;
    }

    private int message(I2cChip chip, int kind, byte[] memory, int offset, int length) {
        long stretch = chip.stretchNanos();
        if (stretch > 0) {
            time.sleep(Math.min(stretch, STRETCH_LIMIT_NANOS));
            if (stretch > STRETCH_LIMIT_NANOS) {
                return Errno.TIMEOUT;
            }
        }
        for (int i = offset; i < offset + length; i++) {
            if (kind == I2cBus.READ) {
                memory[i] = (byte) chip.read();
            } else if (!chip.write(memory[i] & 0xFF)) {
                return Errno.NACK_DATA;
            }
        }
        return Errno.OK;
    }
}
