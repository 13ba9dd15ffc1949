package dev.thimble.wasm.wasi;

import dev.thimble.wasm.Imports;
import dev.thimble.wasm.api.HostCall;
import java.io.IOException;

/** {@code sock_accept} and {@code sock_shutdown}, over sockets that the embedder granted; preview 1 cannot open any. */
final class SocketCalls {
    private final DescriptorTable descriptors;

    SocketCalls(DescriptorTable descriptors) {
        this.descriptors = descriptors;
    }

    void addTo(Imports.Builder imports) {
        Calls.add(imports, "sock_accept", "iii", this::sockAccept);
        Calls.add(imports, "sock_shutdown", "ii", this::sockShutdown);
    }

    private int sockAccept(HostCall call) throws IOException {
        SocketDescriptor socket = descriptors.get(call.i32(0)).socket();
        socket.require(Rights.SOCK_ACCEPT);
        int flags = call.i32(1);
        if ((flags & ~Descriptor.NONBLOCK) != 0) {
            return Errno.INVAL;
        }
        Calls.span(call.memory(), call.i32(2), 4);
        descriptors.requireRoom();
        call.memory().putInt(call.i32(2), descriptors.add(socket.accept(flags)));
        return Errno.SUCCESS;
    }

    private int sockShutdown(HostCall call) throws IOException {
        SocketDescriptor socket = descriptors.get(call.i32(0)).socket();
        socket.require(Rights.SOCK_SHUTDOWN);
        socket.shutdown(call.i32(1));
        return Errno.SUCCESS;
    }
}
