package dev.thimble.hal.host;

import static dev.thimble.hal.host.Parameter.BYTES;
import static dev.thimble.hal.host.Parameter.I32;

import dev.thimble.hal.board.Errno;
import dev.thimble.hal.board.LineRequest;
import dev.thimble.hal.board.LineRequest.Bias;
import dev.thimble.hal.board.LineRequest.Mode;
import dev.thimble.hal.grant.DeviceKind;
import dev.thimble.hal.grant.GpioMode;
import dev.thimble.hal.grant.GrantedDevice;
import dev.thimble.wasm.api.HostCall;
import java.util.List;

/** {@code thimble:gpio/1}. Levels are logical: 1 is active. */
final class GpioImports {
    private static final String MODULE = "thimble:gpio/1";
    static final List<Import> ALL = List.of(
        Import.of(MODULE, "open", GpioImports::open, BYTES, I32, I32),
        Import.of(MODULE, "close", GpioImports::close, I32),
        Import.of(MODULE, "read", GpioImports::read, I32),
        Import.of(MODULE, "write", GpioImports::write, I32, I32),
        Import.of(MODULE, "toggle", GpioImports::toggle, I32),
        Import.of(MODULE, "watch", GpioImports::watch, I32, I32, I32),
        Import.of(MODULE, "unwatch", GpioImports::unwatch, I32));

    private static final int ACTIVE_LOW = 4;
    private static final int INITIALLY_ACTIVE = 8;
    private static final Mode[] MODES = Mode.values();
    private static final GpioMode[] GRANTED = GpioMode.values();
    private static final Bias[] BIASES = Bias.values();

    private GpioImports() { }

    private static long open(CellHost host, HostCall call, byte[] memory) {
        GrantedDevice device = host.device(DeviceKind.GPIO, memory, call.i32(0), call.i32(1));
        return open(host, device, call.i32(2), call.i32(3));
    }

    static int open(CellHost host, GrantedDevice device, int mode, int flags) {
        int bias = flags & 3;
        if (mode < 0 || mode >= MODES.length || bias >= BIASES.length || (flags & ~15) != 0) {
            return Errno.INVALID;
        }
        if (device == null || !device.modes().contains(GRANTED[mode])) {
            return Errno.DENIED;
        }
        return host.open(device, new LineRequest(device.device(), MODES[mode], BIASES[bias],
            (flags & ACTIVE_LOW) != 0, (flags & INITIALLY_ACTIVE) != 0));
    }

    private static long close(CellHost host, HostCall call, byte[] memory) {
        Slot slot = host.opened(DeviceKind.GPIO, call.i32(0));
        return slot == null ? Errno.CLOSED : host.close(slot);
    }

    private static long read(CellHost host, HostCall call, byte[] memory) {
        Slot slot = host.opened(DeviceKind.GPIO, call.i32(0));
        return slot == null ? Errno.CLOSED : slot.line.read();
    }

    private static long write(CellHost host, HostCall call, byte[] memory) {
        Slot slot = host.opened(DeviceKind.GPIO, call.i32(0));
        return slot == null ? Errno.CLOSED : write(slot, call.i32(1) == 0 ? 0 : 1);
    }

    private static long toggle(CellHost host, HostCall call, byte[] memory) {
        Slot slot = host.opened(DeviceKind.GPIO, call.i32(0));
        return slot == null ? Errno.CLOSED : write(slot, slot.level ^ 1);
    }

    static int write(Slot slot, int level) {
        int result = slot.line.write(level);
        if (result == Errno.OK) {
            slot.level = level;
        }
        return result;
    }

    private static long watch(CellHost host, HostCall call, byte[] memory) {
        Slot slot = host.opened(DeviceKind.GPIO, call.i32(0));
        int edges = call.i32(1);
        if (slot == null) {
            return Errno.CLOSED;
        }
        return edges < 1 || edges > 3 ? Errno.INVALID
            : slot.rewatch(new Slot.Watch(edges, Integer.toUnsignedLong(call.i32(2))), host);
    }

    private static long unwatch(CellHost host, HostCall call, byte[] memory) {
        Slot slot = host.opened(DeviceKind.GPIO, call.i32(0));
        return slot == null ? Errno.CLOSED : slot.rewatch(null, host);
    }
}
