package dev.thimble.hal.host;

import static dev.thimble.hal.host.Parameter.BYTES;
import static dev.thimble.hal.host.Parameter.I2C_OPS;
import static dev.thimble.hal.host.Parameter.I32;

import dev.thimble.hal.board.Errno;
import dev.thimble.hal.board.I2cBus;
import dev.thimble.hal.grant.DeviceKind;
import dev.thimble.wasm.api.HostCall;
import java.util.List;

/** {@code thimble:i2c/1}. Every call names a chip's address, and the grant says which addresses. */
final class I2cImports {
    private static final String MODULE = "thimble:i2c/1";
    static final List<Import> ALL = List.of(
        Import.of(MODULE, "open", I2cImports::open, BYTES),
        Import.of(MODULE, "write", I2cImports::write, I32, I32, BYTES),
        Import.of(MODULE, "read", I2cImports::read, I32, I32, BYTES),
        Import.of(MODULE, "write_read", I2cImports::writeRead, I32, I32, BYTES, BYTES),
        Import.of(MODULE, "transaction", I2cImports::transaction, I32, I32, I2C_OPS),
        Import.of(MODULE, "probe", I2cImports::probe, I32, I32));

    private I2cImports() { }

    private static long open(CellHost host, HostCall call, byte[] memory) {
        return host.open(host.device(DeviceKind.I2C, memory, call.i32(0), call.i32(1)), null);
    }

    private static long write(CellHost host, HostCall call, byte[] memory) {
        Slot slot = host.opened(DeviceKind.I2C, call.i32(0));
        int address = call.i32(1);
        int refusal = check(slot, address);
        return refusal != Errno.OK ? refusal : slot.i2c.write(address, memory, call.i32(2), call.i32(3));
    }

    private static long read(CellHost host, HostCall call, byte[] memory) {
        Slot slot = host.opened(DeviceKind.I2C, call.i32(0));
        int address = call.i32(1);
        int refusal = check(slot, address);
        return refusal != Errno.OK ? refusal : slot.i2c.read(address, memory, call.i32(2), call.i32(3));
    }

    private static long writeRead(CellHost host, HostCall call, byte[] memory) {
        Slot slot = host.opened(DeviceKind.I2C, call.i32(0));
        int address = call.i32(1);
        int refusal = check(slot, address);
        return refusal != Errno.OK ? refusal
            : slot.i2c.writeRead(address, memory, call.i32(2), call.i32(3), memory, call.i32(4), call.i32(5));
    }

    private static long transaction(CellHost host, HostCall call, byte[] memory) {
        Slot slot = host.opened(DeviceKind.I2C, call.i32(0));
        int address = call.i32(1);
        int refusal = check(slot, address);
        int count = call.i32(3);
        if (refusal != Errno.OK) {
            return refusal;
        }
        if (count < 1 || count > I2cBus.MAX_MESSAGES) {
            return Errno.INVALID;
        }
        for (int i = 0; i < count; i++) {
            int at = call.i32(2) + 12 * i;
            for (int word = 0; word < 3; word++) {
                host.ops[3 * i + word] = Bytes.getInt(memory, at + 4 * word);
            }
            Span.check(call.memory(), host.ops[3 * i + 1], host.ops[3 * i + 2], 1);
        }
        return slot.i2c.transaction(address, memory, host.ops, count);
    }

    private static long probe(CellHost host, HostCall call, byte[] memory) {
        Slot slot = host.opened(DeviceKind.I2C, call.i32(0));
        int address = call.i32(1);
        int refusal = check(slot, address);
        return refusal != Errno.OK ? refusal : slot.i2c.probe(address);
    }

    static int check(Slot slot, int address) {
        if (slot == null) {
            return Errno.CLOSED;
        }
        if (address < 0x08 || address > 0x77) {
            return Errno.INVALID;
        }
        return slot.device.addresses().contains(address) ? Errno.OK : Errno.DENIED;
    }
}
