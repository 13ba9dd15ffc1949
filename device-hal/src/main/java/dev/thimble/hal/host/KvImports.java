package dev.thimble.hal.host;

import static dev.thimble.hal.host.Parameter.BYTES;

import dev.thimble.hal.board.Errno;
import dev.thimble.wasm.api.HostCall;
import java.util.List;

/** {@code thimble:kv/1}: a module's own keys and values, with quotas in bytes and in writes per hour. */
final class KvImports {
    private static final int MAX_KEY = 128;
    private static final String MODULE = "thimble:kv/1";
    static final List<Import> ALL = List.of(
        Import.of(MODULE, "get", KvImports::get, BYTES, BYTES),
        Import.of(MODULE, "size", KvImports::size, BYTES),
        Import.of(MODULE, "put", KvImports::put, BYTES, BYTES),
        Import.of(MODULE, "remove", KvImports::remove, BYTES),
        Import.of(MODULE, "list", KvImports::list, BYTES, BYTES));

    private KvImports() { }

    private static long get(CellHost host, HostCall call, byte[] memory) {
        return badKey(call) ? Errno.INVALID : host.ports.store()
            .get(memory, call.i32(0), call.i32(1), memory, call.i32(2), call.i32(3));
    }

    private static long size(CellHost host, HostCall call, byte[] memory) {
        return badKey(call) ? Errno.INVALID : host.ports.store().size(memory, call.i32(0), call.i32(1));
    }

    private static long put(CellHost host, HostCall call, byte[] memory) {
        if (badKey(call)) {
            return Errno.INVALID;
        }
        CellPorts.KeyValueStore store = host.ports.store();
        int before = store.size(memory, call.i32(0), call.i32(1));
        long used = store.usedBytes() - (before < 0 ? 0 : call.i32(1) + before);
        if (used + call.i32(1) + call.i32(3) > host.grant.quotas().storageBytes()
            || !host.storageRate.take(host.ports.clock().nanos())) {
            return Errno.QUOTA;
        }
        return store.put(memory, call.i32(0), call.i32(1), memory, call.i32(2), call.i32(3));
    }

    private static long remove(CellHost host, HostCall call, byte[] memory) {
        if (badKey(call)) {
            return Errno.INVALID;
        }
        return host.storageRate.take(host.ports.clock().nanos())
            ? host.ports.store().remove(memory, call.i32(0), call.i32(1)) : Errno.QUOTA;
    }

    private static long list(CellHost host, HostCall call, byte[] memory) {
        return host.ports.store().list(memory, call.i32(0), call.i32(1), memory, call.i32(2), call.i32(3));
    }

    private static boolean badKey(HostCall call) {
        return call.i32(1) < 1 || call.i32(1) > MAX_KEY;
    }
}
