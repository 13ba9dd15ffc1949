package dev.thimble.mqtt.outbox;

import java.nio.ByteBuffer;

/** The bytes of one lane: in memory or a mapped file. */
interface Storage extends AutoCloseable {

    /** All of it. The position and limit are the lane's to use. */
    ByteBuffer bytes();

    /** Forces a range to the disk. */
    void force(int offset, int length);

    @Override
    void close();

    static Storage inMemory(int bytes) {
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        return new Storage() {
            @Override
            public ByteBuffer bytes() {
                return buffer;
            }

            @Override
            public void force(int offset, int length) {
            }

            @Override
            public void close() {
            }
        };
    }
}
