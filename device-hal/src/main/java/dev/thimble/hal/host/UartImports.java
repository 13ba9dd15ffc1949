package dev.thimble.hal.host;

import static dev.thimble.hal.host.Parameter.BYTES;
import static dev.thimble.hal.host.Parameter.I32;

import dev.thimble.hal.board.Errno;
import dev.thimble.hal.board.UartRequest;
import dev.thimble.hal.board.UartRequest.Parity;
import dev.thimble.hal.grant.DeviceKind;
import dev.thimble.hal.grant.GrantedDevice;
import dev.thimble.wasm.api.HostCall;
import java.util.List;

/**
 * {@code thimble:uart/1}. The format of {@code open}: bits 0–3 data bits 5–8 (0 for 8), bits 4–5 parity (0 none, 1 even,
 * 2 odd), bits 6–7 stop bits 1–2 (0 for 1); so 0 is 8N1.
 */
final class UartImports {
    private static final String MODULE = "thimble:uart/1";
    static final List<Import> ALL = List.of(
        Import.of(MODULE, "open", UartImports::open, BYTES, I32, I32),
        Import.of(MODULE, "write", UartImports::write, I32, BYTES),
        Import.of(MODULE, "read", UartImports::read, I32, BYTES),
        Import.of(MODULE, "available", UartImports::available, I32),
        Import.of(MODULE, "watch", UartImports::watch, I32, I32));

    private static final Parity[] PARITIES = Parity.values();
    private static final Slot.Watch WATCH = new Slot.Watch(0, 0);

    private UartImports() { }

    private static long open(CellHost host, HostCall call, byte[] memory) {
        GrantedDevice device = host.device(DeviceKind.UART, memory, call.i32(0), call.i32(1));
        return open(host, device, call.i32(2), call.i32(3));
    }

    static int open(CellHost host, GrantedDevice device, int baud, int format) {
        int dataBits = (format & 15) == 0 ? 8 : format & 15;
        int parity = format >> 4 & 3;
        int stopBits = Math.max(1, format >> 6 & 3);
        if (baud <= 0 || dataBits < 5 || dataBits > 8 || parity >= PARITIES.length || stopBits > 2
            || (format & ~0xFF) != 0) {
            return Errno.INVALID;
        }
        return device == null ? Errno.DENIED
            : host.open(device, new UartRequest(device.device(), baud, dataBits, PARITIES[parity], stopBits));
    }

    private static long write(CellHost host, HostCall call, byte[] memory) {
        Slot slot = host.opened(DeviceKind.UART, call.i32(0));
        return slot == null ? Errno.CLOSED : slot.uart.write(memory, call.i32(1), call.i32(2));
    }

    private static long read(CellHost host, HostCall call, byte[] memory) {
        Slot slot = host.opened(DeviceKind.UART, call.i32(0));
        return slot == null ? Errno.CLOSED : slot.uart.read(memory, call.i32(1), call.i32(2));
    }

    private static long available(CellHost host, HostCall call, byte[] memory) {
        Slot slot = host.opened(DeviceKind.UART, call.i32(0));
        return slot == null ? Errno.CLOSED : slot.uart.available();
    }

    private static long watch(CellHost host, HostCall call, byte[] memory) {
        Slot slot = host.opened(DeviceKind.UART, call.i32(0));
        return slot == null ? Errno.CLOSED : slot.rewatch(call.i32(1) != 0 ? WATCH : null, host);
    }
}
