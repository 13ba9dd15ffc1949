package dev.thimble.agent.update;

import dev.thimble.agent.cell.Snapshot;
import java.nio.ByteBuffer;

/** A snapshot as the updater stores it: i32 schema, big-endian, then the state. */
final class SnapshotForm {
    private SnapshotForm() {}

    /** @return null for null */
    static byte[] encode(Snapshot snapshot) {
        return snapshot == null ? null
            : ByteBuffer.allocate(4 + snapshot.state().length).putInt(snapshot.schema()).put(snapshot.state()).array();
    }

    /** @return null for null, and for bytes that are no snapshot */
    static Snapshot decode(byte[] bytes) {
        if (bytes == null || bytes.length < 4) {
            return null;
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        int schema = buffer.getInt();
        byte[] state = new byte[buffer.remaining()];
        buffer.get(state);
        return new Snapshot(schema, state);
    }
}
