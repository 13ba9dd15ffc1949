package dev.thimble.wasm.encode;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes the values of the binary format. */
public final class Bytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    public static Bytes of(int... bytes) {
        return new Bytes().raw(bytes);
    }

    public Bytes raw(int... bytes) {
        for (int b : bytes) {
            out.write(b);
        }
        return this;
    }

    public Bytes raw(Bytes other) {
        out.writeBytes(other.toArray());
        return this;
    }

    public Bytes raw(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    public Bytes u32(long value) {
        for (long rest = value; ; rest >>>= 7) {
            if (rest >>> 7 == 0) {
                return raw((int) rest);
            }
            out.write((int) rest & 0x7F | 0x80);
        }
    }

    public Bytes signed(long value) {
        for (long rest = value; ; rest >>= 7) {
            if (rest >= -64 && rest < 64) {
                return raw((int) rest & 0x7F);
            }
            out.write((int) rest & 0x7F | 0x80);
        }
    }

    /** The lowest {@code count} bytes, little-endian. */
    public Bytes little(long value, int count) {
        for (int i = 0; i < count; i++) {
            out.write((int) (value >>> 8 * i));
        }
        return this;
    }

    /** A length and so many bytes. */
    public Bytes sized(Bytes contents) {
        return u32(contents.size()).raw(contents);
    }

    public Bytes name(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return u32(utf8.length).raw(utf8);
    }

    public int size() {
        return out.size();
    }

    public byte[] toArray() {
        return out.toByteArray();
    }
}
