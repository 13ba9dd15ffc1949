package dev.thimble.hal.host;

import static dev.thimble.hal.host.Parameter.BYTES;
import static dev.thimble.hal.host.Parameter.I32;
import static dev.thimble.hal.host.Parameter.I64;

import dev.thimble.hal.board.Errno;
import dev.thimble.hal.grant.DeviceKind;
import dev.thimble.wasm.api.HostCall;
import java.util.List;

/** {@code thimble:pwm/1}. */
final class PwmImports {
    private static final String MODULE = "thimble:pwm/1";
    static final List<Import> ALL = List.of(
        Import.of(MODULE, "open", PwmImports::open, BYTES),
        Import.of(MODULE, "set", PwmImports::set, I32, I64, I64),
        Import.of(MODULE, "enable", PwmImports::enable, I32, I32));

    private PwmImports() { }

    private static long open(CellHost host, HostCall call, byte[] memory) {
        return host.open(host.device(DeviceKind.PWM, memory, call.i32(0), call.i32(1)), null);
    }

    private static long set(CellHost host, HostCall call, byte[] memory) {
        Slot slot = host.opened(DeviceKind.PWM, call.i32(0));
        return slot == null ? Errno.CLOSED : slot.pwm.set(call.i64(1), call.i64(2));
    }

    private static long enable(CellHost host, HostCall call, byte[] memory) {
        Slot slot = host.opened(DeviceKind.PWM, call.i32(0));
        return slot == null ? Errno.CLOSED : slot.pwm.enable(call.i32(1) != 0);
    }
}
