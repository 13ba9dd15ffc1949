package dev.thimble.hal.host;

import static dev.thimble.hal.host.Parameter.BYTES;
import static dev.thimble.hal.host.Parameter.I32;
import static dev.thimble.hal.host.Parameter.SPI_OPS;

import dev.thimble.hal.board.Errno;
import dev.thimble.hal.board.SpiDevice;
import dev.thimble.hal.board.SpiRequest;
import dev.thimble.hal.grant.DeviceKind;
import dev.thimble.hal.grant.GrantedDevice;
import dev.thimble.wasm.api.HostCall;
import java.util.List;

/** {@code thimble:spi/1}. */
final class SpiImports {
    private static final String MODULE = "thimble:spi/1";
    static final List<Import> ALL = List.of(
        Import.of(MODULE, "open", SpiImports::open, BYTES, I32, I32),
        // transfer(h, tx, rx, n): the length stands after both pointers, so tx is checked in the body.
        Import.of(MODULE, "transfer", SpiImports::transfer, I32, I32, BYTES),
        Import.of(MODULE, "transaction", SpiImports::transaction, I32, SPI_OPS));

    private SpiImports() { }

    private static long open(CellHost host, HostCall call, byte[] memory) {
        GrantedDevice device = host.device(DeviceKind.SPI, memory, call.i32(0), call.i32(1));
        int hertz = call.i32(2);
        int mode = call.i32(3);
        if (hertz <= 0 || mode < 0 || mode > 3) {
            return Errno.INVALID;
        }
        return device == null ? Errno.DENIED : host.open(device, new SpiRequest(device.device(), hertz, mode));
    }

    private static long transfer(CellHost host, HostCall call, byte[] memory) {
        Slot slot = host.opened(DeviceKind.SPI, call.i32(0));
        Span.check(call.memory(), call.i32(1), call.i32(3), 1);
        return slot == null ? Errno.CLOSED
            : slot.spi.transfer(memory, call.i32(1), memory, call.i32(2), call.i32(3));
    }

    private static long transaction(CellHost host, HostCall call, byte[] memory) {
        Slot slot = host.opened(DeviceKind.SPI, call.i32(0));
        int count = call.i32(2);
        if (slot == null) {
            return Errno.CLOSED;
        }
        if (count < 1 || count > SpiDevice.MAX_OPERATIONS) {
            return Errno.INVALID;
        }
        for (int i = 0; i < count; i++) {
            int at = call.i32(1) + 16 * i;
            for (int word = 0; word < 4; word++) {
                host.ops[4 * i + word] = Bytes.getInt(memory, at + 4 * word);
            }
            int kind = host.ops[4 * i];
            if (kind == SpiDevice.WRITE || kind == SpiDevice.TRANSFER) {
                Span.check(call.memory(), host.ops[4 * i + 1], host.ops[4 * i + 3], 1);
            }
            if (kind == SpiDevice.READ || kind == SpiDevice.TRANSFER) {
                Span.check(call.memory(), host.ops[4 * i + 2], host.ops[4 * i + 3], 1);
            }
        }
        return slot.spi.transaction(memory, host.ops, count);
    }
}
