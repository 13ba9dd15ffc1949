package dev.thimble.hal.host;

import static dev.thimble.hal.host.Parameter.BYTES;
import static dev.thimble.hal.host.Parameter.I32;

import dev.thimble.hal.board.Errno;
import dev.thimble.hal.board.SpiRequest;
import dev.thimble.hal.grant.DeviceKind;
import dev.thimble.hal.grant.GpioMode;
import dev.thimble.hal.grant.GrantedDevice;
import dev.thimble.wasm.api.HostCall;
import java.util.List;

/**
 * What TinyGo's generic {@code machine} package imports from {@code env} ({@code src/machine/machine_generic.go}), so that
 * its driver collection runs unchanged. Its numbers mean: pin n is the granted GPIO whose line ends in that
 * number ({@code GPIO17} is 17; for timers see {@link TinyGoPwm}); bus, UART or ADC pin n is the n-th granted device of the kind, from 0. Several releases
 * declare some functions differently; a module gets the one whose signature it imports.
 */
final class TinyGoImports {
    private static final String ENV = "env";
    static final List<Import> ALL = List.of(
        Import.silent(ENV, "__tinygo_gpio_configure", TinyGoImports::gpioConfigure, I32, I32),
        Import.silent(ENV, "__tinygo_gpio_set", TinyGoImports::gpioSet, I32, I32),
        Import.of(ENV, "__tinygo_gpio_get", TinyGoImports::gpioGet, I32),
        Import.silent(ENV, "__tinygo_i2c_configure", TinyGoImports::nothing, I32, I32, I32),
        Import.silent(ENV, "__tinygo_i2c_configure", TinyGoImports::nothing, I32, I32, I32, I32),
        Import.silent(ENV, "__tinygo_i2c_set_baud_rate", TinyGoImports::nothing, I32, I32),
        Import.of(ENV, "__tinygo_i2c_transfer", TinyGoImports::i2cTransfer, I32, I32, BYTES, BYTES),
        Import.silent(ENV, "__tinygo_spi_configure", TinyGoImports::nothing, I32, I32, I32, I32),
        Import.of(ENV, "__tinygo_spi_transfer", TinyGoImports::spiTransfer, I32, I32),
        Import.of(ENV, "__tinygo_spi_tx", TinyGoImports::spiTx, I32, BYTES, BYTES),
        Import.of(ENV, "__tinygo_adc_read", TinyGoImports::adcRead, I32),
        Import.silent(ENV, "__tinygo_uart_configure", TinyGoImports::nothing, I32, I32, I32),
        Import.of(ENV, "__tinygo_uart_read", TinyGoImports::uartRead, I32, BYTES),
        Import.of(ENV, "__tinygo_uart_write", TinyGoImports::uartWrite, I32, BYTES));

    /** TinyGo's PinMode 0–3: input, output, input with pull-up, input with pull-down. */
    private static final int OUTPUT = 1;
    private static final int SPI_HERTZ = 4_000_000;
    private static final int BAUD = 115_200;
    /** TinyGo's error codes of {@code i2c_transfer}. */
    private static final int NO_DEVICES = 1;
    private static final int BUS_ERROR = 255;

    private TinyGoImports() { }

    /** Clock, pins and speed are the board's and the grant's affair. */
    private static long nothing(CellHost host, HostCall call, byte[] memory) {
        return 0;
    }

    private static long gpioConfigure(CellHost host, HostCall call, byte[] memory) {
        int mode = call.i32(1);
        GrantedDevice device = host.pin(DeviceKind.GPIO, call.i32(0));
        Slot open = device == null ? null : host.already(device);
        if (open != null) {
            host.close(open);
        }
        GpioMode kind = mode == OUTPUT ? GpioMode.OUT : GpioMode.IN;
        GpioImports.open(host, device, kind.ordinal(), mode > OUTPUT ? mode - OUTPUT : 0);
        return 0;
    }

    private static long gpioSet(CellHost host, HostCall call, byte[] memory) {
        Slot slot = host.already(host.pin(DeviceKind.GPIO, call.i32(0)));
        if (slot != null) {
            GpioImports.write(slot, call.i32(1) == 0 ? 0 : 1);
        }
        return 0;
    }

    private static long gpioGet(CellHost host, HostCall call, byte[] memory) {
        Slot slot = host.already(host.pin(DeviceKind.GPIO, call.i32(0)));
        return slot == null ? 0 : Math.max(0, slot.line.read());
    }

    private static long i2cTransfer(CellHost host, HostCall call, byte[] memory) {
        Slot slot = host.numbered(DeviceKind.I2C, call.i32(0));
        int address = call.i32(1);
        if (slot == null || I2cImports.check(slot, address) != Errno.OK) {
            return NO_DEVICES;
        }
        int out = call.i32(3);
        int in = call.i32(5);
        int result = in == 0 ? slot.i2c.write(address, memory, call.i32(2), out)
            : out == 0 ? slot.i2c.read(address, memory, call.i32(4), in)
            : slot.i2c.writeRead(address, memory, call.i32(2), out, memory, call.i32(4), in);
        return result == Errno.OK ? 0
            : result == Errno.NACK_ADDRESS || result == Errno.NACK ? NO_DEVICES : BUS_ERROR;
    }

    private static long spiTransfer(CellHost host, HostCall call, byte[] memory) {
        Slot slot = spi(host, call.i32(0));
        if (slot == null) {
            return 0;
        }
        host.byte1[0] = (byte) call.i32(1);
        return slot.spi.transfer(host.byte1, 0, host.byte1, 0, 1) == Errno.OK ? host.byte1[0] & 0xFF : 0;
    }

    /** Sends and receives at once; the shorter side is filled with zeros, or thrown away. */
    private static long spiTx(CellHost host, HostCall call, byte[] memory) {
        Slot slot = spi(host, call.i32(0));
        int out = call.i32(2);
        int in = call.i32(4);
        if (slot == null) {
            return 1;
        }
        int both = Math.min(out, in);
        int count = 0;
        if (both > 0) {
            count = op(host, count, 2, call.i32(1), call.i32(3), both);
        }
        if (out > both) {
            count = op(host, count, 1, call.i32(1) + both, 0, out - both);
        }
        if (in > both) {
            count = op(host, count, 0, 0, call.i32(3) + both, in - both);
        }
        return count == 0 || slot.spi.transaction(memory, host.ops, count) == Errno.OK ? 0 : 1;
    }

    private static int op(CellHost host, int count, int kind, int tx, int rx, int length) {
        host.ops[4 * count] = kind;
        host.ops[4 * count + 1] = tx;
        host.ops[4 * count + 2] = rx;
        host.ops[4 * count + 3] = length;
        return count + 1;
    }

    private static Slot spi(CellHost host, int number) {
        GrantedDevice device = host.device(DeviceKind.SPI, number);
        Slot open = host.already(device);
        return open != null || device == null ? open
            : host.opened(DeviceKind.SPI, host.open(device, new SpiRequest(device.device(), SPI_HERTZ, 0)));
    }

    /** TinyGo's scale is 16 bits, whatever the converter has. */
    private static long adcRead(CellHost host, HostCall call, byte[] memory) {
        Slot slot = host.numbered(DeviceKind.ADC, call.i32(0));
        if (slot == null || slot.adc.sample() != Errno.OK) {
            return 0;
        }
        long full = slot.device.converter().fullScaleMicrovolts();
        return Math.clamp(slot.adc.microvolts() * 65_535 / full, 0, 65_535);
    }

    private static long uartRead(CellHost host, HostCall call, byte[] memory) {
        Slot slot = uart(host, call.i32(0));
        return slot == null ? 0 : Math.max(0, slot.uart.read(memory, call.i32(1), call.i32(2)));
    }

    private static long uartWrite(CellHost host, HostCall call, byte[] memory) {
        Slot slot = uart(host, call.i32(0));
        return slot == null ? 0 : Math.max(0, slot.uart.write(memory, call.i32(1), call.i32(2)));
    }

    private static Slot uart(CellHost host, int number) {
        GrantedDevice device = host.device(DeviceKind.UART, number);
        Slot open = host.already(device);
        return open != null ? open : host.opened(DeviceKind.UART, UartImports.open(host, device, BAUD, 0));
    }
}
