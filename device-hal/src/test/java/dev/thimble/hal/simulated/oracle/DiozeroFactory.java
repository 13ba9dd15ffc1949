package dev.thimble.hal.simulated.oracle;

import com.diozero.api.DeviceMode;
import com.diozero.api.GpioEventTrigger;
import com.diozero.api.GpioPullUpDown;
import com.diozero.api.I2CConstants.AddressSize;
import com.diozero.api.PinInfo;
import com.diozero.api.SerialConstants.DataBits;
import com.diozero.api.SerialConstants.Parity;
import com.diozero.api.SerialConstants.StopBits;
import com.diozero.api.SpiClockMode;
import com.diozero.internal.spi.AnalogInputDeviceInterface;
import com.diozero.internal.spi.AnalogOutputDeviceInterface;
import com.diozero.internal.spi.BaseNativeDeviceFactory;
import com.diozero.internal.spi.GpioDigitalInputDeviceInterface;
import com.diozero.internal.spi.GpioDigitalInputOutputDeviceInterface;
import com.diozero.internal.spi.GpioDigitalOutputDeviceInterface;
import com.diozero.internal.spi.InternalI2CDeviceInterface;
import com.diozero.internal.spi.InternalPwmOutputDeviceInterface;
import com.diozero.internal.spi.InternalSerialDeviceInterface;
import com.diozero.internal.spi.InternalServoDeviceInterface;
import com.diozero.internal.spi.InternalSpiDeviceInterface;
import dev.thimble.hal.board.Board;
import dev.thimble.hal.board.Errno;
import dev.thimble.hal.board.SpiDevice;
import dev.thimble.hal.board.SpiRequest;

/** diozero's entry to a Thimble board: its I2C and SPI, found by the service loader. */
public final class DiozeroFactory extends BaseNativeDeviceFactory {
    /** The board of the running test. */
    static Board board;

    @Override
    public String getName() {
        return "thimble";
    }

    @Override
    public void start() { }

    @Override
    public void shutdown() { }

    @Override
    public InternalI2CDeviceInterface createI2CDevice(String key, int controller, int address, AddressSize size) {
        return new DiozeroI2c(board.openI2c("i2c" + controller), address);
    }

    @Override
    public InternalSpiDeviceInterface createSpiDevice(String key, int controller, int chipSelect, int frequency,
                                                      SpiClockMode mode, boolean lsbFirst) {
        SpiDevice spi = board.openSpi(new SpiRequest("spi" + controller + "." + chipSelect, frequency, mode.getMode()));
        return new Spi(key, controller, chipSelect, spi);
    }

    private record Spi(String getKey, int getController, int getChipSelect, SpiDevice spi)
        implements InternalSpiDeviceInterface {
        @Override
        public void write(byte... data) {
            writeAndRead(data);
        }

        @Override
        public void write(byte[] data, int offset, int length) {
            if (spi.transfer(data, offset, new byte[length], 0, length) != Errno.OK) {
                throw new IllegalStateException("SPI");
            }
        }

        @Override
        public byte[] writeAndRead(byte... data) {
            byte[] in = new byte[data.length];
            if (spi.transfer(data, 0, in, 0, data.length) != Errno.OK) {
                throw new IllegalStateException("SPI");
            }
            return in;
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
        public void close() {
            spi.close();
        }
    }

    private static UnsupportedOperationException no() {
        return new UnsupportedOperationException("only I2C and SPI are offered to diozero");
    }

    @Override
    public int getGpioValue(int gpio) {
        throw no();
    }

    @Override
    public DeviceMode getGpioMode(int gpio) {
        throw no();
    }

    @Override
    public GpioDigitalInputDeviceInterface createDigitalInputDevice(String key, PinInfo pin, GpioPullUpDown pull,
                                                                    GpioEventTrigger trigger) {
        throw no();
    }

    @Override
    public GpioDigitalOutputDeviceInterface createDigitalOutputDevice(String key, PinInfo pin, boolean initial) {
        throw no();
    }

    @Override
    public GpioDigitalInputOutputDeviceInterface createDigitalInputOutputDevice(String key, PinInfo pin,
                                                                                DeviceMode mode) {
        throw no();
    }

    @Override
    public int getBoardPwmFrequency() {
        throw no();
    }

    @Override
    public void setBoardPwmFrequency(int frequency) {
        throw no();
    }

    @Override
    public InternalPwmOutputDeviceInterface createPwmOutputDevice(String key, PinInfo pin, int frequency, float initial) {
        throw no();
    }

    @Override
    public int getBoardServoFrequency() {
        throw no();
    }

    @Override
    public void setBoardServoFrequency(int frequency) {
        throw no();
    }

    @Override
    public InternalServoDeviceInterface createServoDevice(String key, PinInfo pin, int frequency, int min, int max,
                                                          int initial) {
        throw no();
    }

    @Override
    public AnalogInputDeviceInterface createAnalogInputDevice(String key, PinInfo pin) {
        throw no();
    }

    @Override
    public AnalogOutputDeviceInterface createAnalogOutputDevice(String key, PinInfo pin, float initial) {
        throw no();
    }

    @Override
    public InternalSerialDeviceInterface createSerialDevice(String key, String file, int baud, DataBits dataBits,
                                                            StopBits stopBits, Parity parity, boolean readBlocking,
                                                            int minChars, int timeout) {
        throw no();
    }
}
