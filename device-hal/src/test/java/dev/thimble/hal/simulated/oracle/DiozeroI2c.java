package dev.thimble.hal.simulated.oracle;

import com.diozero.api.I2CDevice.ProbeMode;
import com.diozero.api.RuntimeIOException;
import com.diozero.internal.spi.InternalI2CDeviceInterface;
import dev.thimble.hal.board.Errno;
import dev.thimble.hal.board.I2cBus;
import java.util.Arrays;

/** A Thimble I2C bus as diozero's drivers want it. */
final class DiozeroI2c implements InternalI2CDeviceInterface {
    private final I2cBus bus;
    private final int address;
    private final String key;

    DiozeroI2c(I2cBus bus, int address) {
        this.bus = bus;
        this.address = address;
        this.key = "I2C-1-" + address;
    }

    private static void check(int result) {
        if (result != Errno.OK) {
            throw new RuntimeIOException(Errno.name(result));
        }
    }

    private byte[] read(int register, int count) {
        byte[] data = new byte[count];
        check(bus.writeRead(address, new byte[] {(byte) register}, 0, 1, data, 0, count));
        return data;
    }

    private void write(int register, byte... data) {
        byte[] message = new byte[data.length + 1];
        message[0] = (byte) register;
        System.arraycopy(data, 0, message, 1, data.length);
        writeBytes(message);
    }

    @Override
    public String getKey() {
        return key;
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public boolean isChild() {
        return false;
    }

    @Override
    public void setChild(boolean child) { }

    @Override
    public int getController() {
        return 1;
    }

    @Override
    public int getAddress() {
        return address;
    }

    @Override
    public void close() { }

    @Override
    public boolean probe(ProbeMode mode) {
        return bus.probe(address) == 1;
    }

    @Override
    public int readBytes(byte[] buffer) {
        check(bus.read(address, buffer, 0, buffer.length));
        return buffer.length;
    }

    @Override
    public void writeBytes(byte... data) {
        check(bus.write(address, data, 0, data.length));
    }

    @Override
    public void readWrite(I2CMessage[] messages, byte[] buffer) {
        int[] ops = new int[3 * messages.length];
        int at = 0;
        for (int i = 0; i < messages.length; i++) {
            ops[3 * i] = messages[i].isRead() ? I2cBus.READ : I2cBus.WRITE;
            ops[3 * i + 1] = at;
            ops[3 * i + 2] = messages[i].getLength();
            at += messages[i].getLength();
        }
        check(bus.transaction(address, buffer, ops, messages.length));
    }

    @Override
    public void writeQuick(byte bit) {
        check(bus.write(address, new byte[0], 0, 0));
    }

    @Override
    public byte readByte() {
        byte[] data = new byte[1];
        readBytes(data);
        return data[0];
    }

    @Override
    public void writeByte(byte data) {
        writeBytes(data);
    }

    @Override
    public byte readByteData(int register) {
        return read(register, 1)[0];
    }

    @Override
    public void writeByteData(int register, byte data) {
        write(register, data);
    }

    /** SMBus words are little-endian on the wire. */
    @Override
    public short readWordData(int register) {
        byte[] d = read(register, 2);
        return (short) (d[0] & 0xFF | d[1] << 8);
    }

    @Override
    public void writeWordData(int register, short data) {
        write(register, (byte) data, (byte) (data >> 8));
    }

    @Override
    public int readI2CBlockData(int register, byte[] buffer) {
        byte[] data = read(register, buffer.length);
        System.arraycopy(data, 0, buffer, 0, data.length);
        return data.length;
    }

    @Override
    public void writeI2CBlockData(int register, byte... data) {
        write(register, data);
    }

    @Override
    public short processCall(int register, short data) {
        throw new UnsupportedOperationException(Arrays.toString(new int[] {register, data}));
    }

    @Override
    public byte[] readBlockData(int register) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void writeBlockData(int register, byte... data) {
        throw new UnsupportedOperationException();
    }

    @Override
    public byte[] blockProcessCall(int register, byte... data) {
        throw new UnsupportedOperationException();
    }
}
