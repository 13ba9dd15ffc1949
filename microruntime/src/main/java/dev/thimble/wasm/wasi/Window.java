package dev.thimble.wasm.wasi;

import dev.thimble.wasm.api.Memory;
import java.nio.ByteBuffer;

/** Shows a range of guest memory to a channel without copying; makes a new buffer only after memory has grown. */
final class Window {
    private ByteBuffer buffer = ByteBuffer.allocate(0);

    ByteBuffer over(Memory memory, int at, int length) {
        if (buffer.array() != memory.array()) {
            buffer = ByteBuffer.wrap(memory.array());
        }
        return buffer.limit(at + length).position(at);
    }
}
