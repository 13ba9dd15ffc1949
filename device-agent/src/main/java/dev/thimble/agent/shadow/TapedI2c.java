package dev.thimble.agent.shadow;

import dev.thimble.hal.board.Errno;
import dev.thimble.hal.board.I2cBus;

/** An I2C bus that is heard, or without a real one a shadow's. What is written without a read after it counts as output. */
final class TapedI2c implements I2cBus {
    private static final int READ_OP = 1;
    private static final int WRITE_READ = 2;
    private static final int TRANSACTION = 3;
    private static final int PROBE = 4;

    private final String name;
    private final I2cBus real;
    private final Tape tape;

    TapedI2c(String name, I2cBus real, Tape tape) {
        this.name = name;
        this.real = real;
        this.tape = tape;
    }

    @Override
    public int write(int address, byte[] from, int offset, int length) {
        int result = real != null ? real.write(address, from, offset, length) : Errno.OK;
        tape.output(real == null, name, from, offset, length);
        return result;
    }

    @Override
    public int read(int address, byte[] into, int offset, int length) {
        tape.ask(name, READ_OP, address).number(length);
        return real != null ? learned(real.read(address, into, offset, length), into, offset, length) : recalled(into, offset, length);
    }

    @Override
    public int writeRead(int address, byte[] from, int fromOffset, int fromLength, byte[] into, int intoOffset, int intoLength) {
        tape.ask(name, WRITE_READ, address).number(intoLength).bytes(from, fromOffset, fromLength);
        return real != null
            ? learned(real.writeRead(address, from, fromOffset, fromLength, into, intoOffset, intoLength), into, intoOffset, intoLength)
            : recalled(into, intoOffset, intoLength);
    }

    @Override
    public int transaction(int address, byte[] memory, int[] ops, int count) {
        boolean reads = false;
        tape.ask(name, TRANSACTION, address);
        for (int i = 0; i < count; i++) {
            tape.number(ops[3 * i]).number(ops[3 * i + 2]);
            if (ops[3 * i] == WRITE) {
                tape.bytes(memory, ops[3 * i + 1], ops[3 * i + 2]);
            } else {
                reads = true;
            }
        }
        int result;
        if (real != null) {
            result = real.transaction(address, memory, ops, count);
            if (reads) {
                tape.learn(result);
            }
        } else {
            result = reads ? tape.recall() : Errno.OK;
        }
        for (int i = 0; i < count; i++) {
            int at = ops[3 * i + 1];
            int length = ops[3 * i + 2];
            if (!reads) {
                tape.output(real == null, name, memory, at, length);
            } else if (ops[3 * i] == READ && result == Errno.OK) {
                if (real != null) {
                    tape.with(memory, at, length);
                } else {
                    tape.copy(memory, at, length);
                }
            }
        }
        return result;
    }

    @Override
    public int probe(int address) {
        tape.ask(name, PROBE, address);
        return real != null ? tape.learn(real.probe(address)) : tape.recall();
    }

    private int learned(int result, byte[] into, int offset, int length) {
        tape.learn(result);
        if (result == Errno.OK) {
            tape.with(into, offset, length);
        }
        return result;
    }

    private int recalled(byte[] into, int offset, int length) {
        int result = tape.recall();
        if (result == Errno.OK) {
            tape.copy(into, offset, length);
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
