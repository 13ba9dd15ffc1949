package dev.thimble.hal.pi4j;

import com.pi4j.context.Context;
import com.pi4j.exception.Pi4JException;
import com.pi4j.io.i2c.I2C;
import com.pi4j.io.i2c.I2CBase;
import com.pi4j.io.i2c.I2CBus;
import com.pi4j.io.i2c.I2CConfig;
import com.pi4j.io.i2c.I2CProvider;
import dev.thimble.hal.board.Board;
import dev.thimble.hal.board.I2cBus;
import java.util.Arrays;
import java.util.concurrent.Callable;

/** One address on a board's I2C bus as Pi4J's I2C device. Errors are {@link ErrnoException}s; 0xFF reads as 255. */
final class BoardI2c extends I2CBase<BoardI2c.Bus> {
    private final I2cBus bus;
    private final int address;
    private final byte[] one = new byte[1];

    BoardI2c(I2CProvider provider, I2CConfig config, Board board) {
        super(provider, config, new Bus(board.openI2c(config.properties().getOrDefault(Lines.NAME,
            "i2c" + config.bus()))));
        bus = i2CBus.bus;
        address = config.device();
    }

    I2cBus boardBus() {
        return bus;
    }

    /** The board locks the bus for each transaction; this holds it for several. */
    static final class Bus implements I2CBus {
        private final I2cBus bus;

        Bus(I2cBus bus) {
            this.bus = bus;
        }

        @Override
        public <R> R execute(I2C i2c, Callable<R> action) {
            try {
                synchronized (this) {
                    return action.call();
                }
            } catch (Exception e) {
                throw new Pi4JException("I2C action on bus " + i2c.bus() + " failed", e);
            }
        }
    }

    @Override
    public int read() {
        ErrnoException.check(bus.read(address, one, 0, 1));
        return one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
        ErrnoException.check(bus.read(address, buffer, offset, length));
        return length;
    }

    @Override
    public int write(byte value) {
        one[0] = value;
        ErrnoException.check(bus.write(address, one, 0, 1));
        return 1;
    }

    @Override
    public int write(byte[] buffer, int offset, int length) {
        ErrnoException.check(bus.write(address, buffer, offset, length));
        return length;
    }

    @Override
    public void writeThenRead(byte[] out, int outOffset, int outLength, int delayNanos, byte[] in, int inOffset,
                              int inLength) {
        ErrnoException.check(bus.writeRead(address, out, outOffset, outLength, in, inOffset, inLength));
    }

    @Override
    public int readRegister(int register) {
        one[0] = (byte) register;
        writeThenRead(one, 0, 1, 0, one, 0, 1);
        return one[0] & 0xFF;
    }

    @Override
    public int readRegister(int register, byte[] buffer, int offset, int length) {
        one[0] = (byte) register;
        writeThenRead(one, 0, 1, 0, buffer, offset, length);
        return length;
    }

    @Override
    public int readRegister(byte[] register, byte[] buffer, int offset, int length) {
        writeThenRead(register, 0, register.length, 0, buffer, offset, length);
        return length;
    }

    @Override
    public int writeRegister(int register, byte value) {
        write(new byte[] {(byte) register, value}, 0, 2);
        return 1;
    }

    @Override
    public int writeRegister(int register, byte[] buffer, int offset, int length) {
        return writeRegister(new byte[] {(byte) register}, buffer, offset, length);
    }

    @Override
    public int writeRegister(byte[] register, byte[] buffer, int offset, int length) {
        byte[] message = Arrays.copyOf(register, register.length + length);
        System.arraycopy(buffer, offset, message, register.length, length);
        write(message, 0, message.length);
        return length;
    }

    void release() {
        bus.close();
    }

    @Override
    public I2C shutdownInternal(Context context) {
        super.shutdownInternal(context);
        release();
        return this;
    }
}
