package dev.thimble.mqtt.paho;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Follows the packet boundaries of what a broker sends and stops at a packet that is too long or has a malformed
 * length, before Paho allocates an array for it.
 */
final class PacketGuard extends FilterInputStream {

    private final int maxPacket;
    /** Bytes left in the body of the present packet. */
    private int left;
    private boolean inHeader;
    private int length;
    private int lengthBytes;

    PacketGuard(InputStream in, int maxPacket) {
        super(in);
        this.maxPacket = maxPacket;
    }

    @Override
    public int read() throws IOException {
        int value = in.read();
        if (value >= 0) {
            follow(value);
        }
        return value;
    }

    @Override
    public int read(byte[] to, int offset, int wanted) throws IOException {
        int count = in.read(to, offset, wanted);
        for (int i = 0; i < count; ) {
            if (left > 0) {
                int body = Math.min(left, count - i);
                i += body;
                left -= body;
            } else {
                follow(to[offset + i++] & 0xFF);
            }
        }
        return count;
    }

    // MQTT 5.0, section 2.1: one byte of type and flags, then a length of at most four bytes, low digits first.
    private void follow(int value) throws IOException {
        if (left > 0) {
            left--;
        } else if (!inHeader) {
            inHeader = true;
            length = 0;
            lengthBytes = 0;
        } else {
            length |= (value & 0x7F) << 7 * lengthBytes++;
            if ((value & 0x80) != 0) {
                if (lengthBytes == 4) {
                    throw new IOException("the peer does not speak MQTT: malformed packet length");
                }
                return;
            }
            inHeader = false;
            left = length;
            if (length + 1 + lengthBytes > maxPacket) {
                throw new IOException("the broker sent a packet of " + (length + 1 + lengthBytes)
                        + " bytes; the limit is " + maxPacket);
            }
        }
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
