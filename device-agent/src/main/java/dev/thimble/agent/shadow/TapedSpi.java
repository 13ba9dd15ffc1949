package dev.thimble.agent.shadow;

import dev.thimble.hal.board.Errno;
import dev.thimble.hal.board.SpiDevice;

/** A SPI device that is heard, or without a real one a shadow's. What is sent counts as output where nothing is received. */
final class TapedSpi implements SpiDevice {
    private static final int TRANSFER_OP = 1;
    private static final int TRANSACTION = 2;

    private final String name;
    private final SpiDevice real;
    private final Tape tape;

    TapedSpi(String name, SpiDevice real, Tape tape) {
        this.name = name;
        this.real = real;
        this.tape = tape;
    }

    @Override
    public int transfer(byte[] tx, int txOffset, byte[] rx, int rxOffset, int length) {
        tape.ask(name, TRANSFER_OP, length).bytes(tx, txOffset, length);
        if (real == null) {
            int result = tape.recall();
            if (result == Errno.OK) {
                tape.copy(rx, rxOffset, length);
            }
            return result;
        }
        int result = tape.learn(real.transfer(tx, txOffset, rx, rxOffset, length));
        if (result == Errno.OK) {
            tape.with(rx, rxOffset, length);
        }
        return result;
    }

    @Override
    public int transaction(byte[] memory, int[] ops, int count) {
        boolean receives = false;
        tape.ask(name, TRANSACTION, count);
        for (int i = 0; i < count; i++) {
            int kind = ops[4 * i];
            tape.number(kind).number(ops[4 * i + 3]);
            if (kind == WRITE || kind == TRANSFER) {
                tape.bytes(memory, ops[4 * i + 1], ops[4 * i + 3]);
            }
            receives |= kind == READ || kind == TRANSFER;
        }
        int result;
        if (real != null) {
            result = real.transaction(memory, ops, count);
            if (receives) {
                tape.learn(result);
            }
        } else {
            result = receives ? tape.recall() : Errno.OK;
        }
        for (int i = 0; i < count; i++) {
            int kind = ops[4 * i];
            if (!receives && kind == WRITE) {
                tape.output(real == null, name, memory, ops[4 * i + 1], ops[4 * i + 3]);
            } else if ((kind == READ || kind == TRANSFER) && result == Errno.OK) {
                if (real != null) {
                    tape.with(memory, ops[4 * i + 2], ops[4 * i + 3]);
                } else {
                    tape.copy(memory, ops[4 * i + 2], ops[4 * i + 3]);
                }
            }
        }
        return result;
    }

    @Override
    public void close() {
        if (real != null) {
            real.close();
        }
    }
}
