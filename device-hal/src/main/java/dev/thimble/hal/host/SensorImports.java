package dev.thimble.hal.host;

import static dev.thimble.hal.host.Parameter.BYTES;
import static dev.thimble.hal.host.Parameter.I32;
import static dev.thimble.hal.host.Parameter.I32_AT;
import static dev.thimble.hal.host.Parameter.I64;
import static dev.thimble.hal.host.Parameter.I64_AT;

import dev.thimble.hal.board.Errno;
import dev.thimble.hal.grant.DeviceKind;
import dev.thimble.wasm.api.HostCall;
import java.util.List;

/** {@code thimble:adc/1} and {@code thimble:onewire/1}: the host owns the chip or the bus protocol behind the alias. */
final class SensorImports {
    private static final String ADC = "thimble:adc/1";
    private static final String ONEWIRE = "thimble:onewire/1";
    static final List<Import> ALL = List.of(
        Import.of(ADC, "open", SensorImports::openAdc, BYTES),
        Import.of(ADC, "read_raw", SensorImports::readRaw, I32),
        Import.of(ADC, "read_uv", SensorImports::readMicrovolts, I32, I64_AT),
        Import.of(ONEWIRE, "list", SensorImports::list, BYTES, BYTES),
        Import.of(ONEWIRE, "read_temp_mc", SensorImports::readTemperature, BYTES, I64, I32_AT));

    private SensorImports() { }

    private static long openAdc(CellHost host, HostCall call, byte[] memory) {
        return host.open(host.device(DeviceKind.ADC, memory, call.i32(0), call.i32(1)), null);
    }

    private static long readRaw(CellHost host, HostCall call, byte[] memory) {
        Slot slot = host.opened(DeviceKind.ADC, call.i32(0));
        if (slot == null) {
            return Errno.CLOSED;
        }
        int result = slot.adc.sample();
        return result == Errno.OK ? slot.adc.raw() : result;
    }

    private static long readMicrovolts(CellHost host, HostCall call, byte[] memory) {
        Slot slot = host.opened(DeviceKind.ADC, call.i32(0));
        if (slot == null) {
            return Errno.CLOSED;
        }
        int result = slot.adc.sample();
        if (result == Errno.OK) {
            Bytes.putLong(memory, call.i32(1), slot.adc.microvolts());
        }
        return result;
    }

    /** ROM codes, 8 bytes each. 1-Wire has no handles: the bus is opened when it is first named. */
    private static long list(CellHost host, HostCall call, byte[] memory) {
        int handle = host.named(DeviceKind.ONEWIRE, memory, call.i32(0), call.i32(1));
        if (handle < 0) {
            return handle;
        }
        int count = host.opened(DeviceKind.ONEWIRE, handle).oneWire.list(host.roms);
        if (count < 0) {
            return count;
        }
        if (count > host.roms.length || 8 * count > Integer.toUnsignedLong(call.i32(3))) {
            return Errno.TOO_SMALL;
        }
        for (int i = 0; i < count; i++) {
            Bytes.putLong(memory, call.i32(2) + 8 * i, host.roms[i]);
        }
        return 8L * count;
    }

    private static long readTemperature(CellHost host, HostCall call, byte[] memory) {
        int handle = host.named(DeviceKind.ONEWIRE, memory, call.i32(0), call.i32(1));
        if (handle < 0) {
            return handle;
        }
        int result = host.opened(DeviceKind.ONEWIRE, handle).oneWire.readTemperature(call.i64(2), host.int1);
        if (result == Errno.OK) {
            Bytes.putInt(memory, call.i32(3), host.int1[0]);
        }
        return result;
    }
}
