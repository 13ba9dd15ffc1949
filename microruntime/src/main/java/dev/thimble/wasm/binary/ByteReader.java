package dev.thimble.wasm.binary;

import dev.thimble.wasm.api.MalformedModuleException;

/**
 * A cursor over part of a module's binary (spec 3.0, "Values"). Reading past the end, an over-long LEB128 and bad UTF-8
 * throw {@link MalformedModuleException} with the offset and the section. Allocates nothing but names. Not thread-safe.
 */
public final class ByteReader {
    private byte[] bytes;
    private String section;
    private int position;
    private int end;

    /** A reader that must be {@link #reset} first. */
    public ByteReader() {
    }

    /** A reader of {@code bytes} from {@code start} to before {@code end}; {@code section} is for messages. */
    public ByteReader(byte[] bytes, int start, int end, String section) {
        reset(bytes, start, end, section);
    }

    /** Turns to another part, without allocation. */
    public void reset(byte[] from, int start, int limit, String name) {
        bytes = from;
        position = start;
        end = limit;
        section = name;
    }

    /** Offset in the binary of the next byte. */
    public int position() {
        return position;
    }

    public void position(int offset) {
        position = offset;
    }

    public int end() {
        return end;
    }

    public int remaining() {
        return end - position;
    }

    public boolean atEnd() {
        return position >= end;
    }

    public MalformedModuleException malformed(String message) {
        return malformed(message, position);
    }

    public MalformedModuleException malformed(String message, int offset) {
        return new MalformedModuleException(message, section, offset);
    }

    /** The next byte, 0 to 255. */
    public int u8() {
        if (position >= end) {
            throw malformed("unexpected end");
        }
        return bytes[position++] & 0xFF;
    }

    /** The next byte without taking it, or -1 at the end. */
    public int peek() {
        return position < end ? bytes[position] & 0xFF : -1;
    }

    /** Takes {@code count} bytes unread. */
    public void skip(int count) {
        if (count < 0 || count > end - position) {
            throw malformed("unexpected end");
        }
        position += count;
    }

    /** Unsigned 32-bit LEB128, as the bits of an int. */
    public int u32() {
        if (position < end && bytes[position] >= 0) {
            return bytes[position++];
        }
        return (int) Leb128.unsigned(this, 32);
    }

    /** A u32 that is an index or a count: non-negative, and 2³¹ or more reads as {@code Integer.MAX_VALUE}. */
    public int index() {
        int value = u32();
        return value < 0 ? Integer.MAX_VALUE : value;
    }

    /** Unsigned 64-bit LEB128. */
    public long u64() {
        return Leb128.unsigned(this, 64);
    }

    /** Signed 32-bit LEB128. */
    public int s32() {
        return (int) Leb128.signed(this, 32);
    }

    /** Signed 33-bit LEB128, as in block types and heap types. */
    public long s33() {
        return Leb128.signed(this, 33);
    }

    /** Signed 64-bit LEB128. */
    public long s64() {
        return Leb128.signed(this, 64);
    }

    /** Four bytes, little-endian. */
    public int i32Bits() {
        skip(4);
        return Byte.toUnsignedInt(bytes[position - 4]) | Byte.toUnsignedInt(bytes[position - 3]) << 8
                | Byte.toUnsignedInt(bytes[position - 2]) << 16 | bytes[position - 1] << 24;
    }

    /** Eight bytes, little-endian. */
    public long i64Bits() {
        long low = Integer.toUnsignedLong(i32Bits());
        return low | (long) i32Bits() << 32;
    }

    /**
     * The length of a vector whose elements take at least {@code leastBytes} each: a count that cannot fit in the bytes
     * left is refused before anyone allocates for it.
     */
    public int count(int leastBytes, String of) {
        int at = position;
        int count = index();
        if ((long) count * leastBytes > end - position) {
            throw malformed("unexpected end: " + Integer.toUnsignedString(count) + " " + of + " cannot fit in the "
                    + (end - position) + " bytes left", at);
        }
        return count;
    }

    /** A name: its length and that many bytes of strict UTF-8 (spec 3.0, "Names"). */
    public String name() {
        int length = index();
        if (length > end - position) {
            throw malformed("unexpected end in a name");
        }
        String text = Utf8.decode(bytes, position, length);
        if (text == null) {
            throw malformed("malformed UTF-8 encoding");
        }
        position += length;
        return text;
    }

    /** An opcode; a prefixed one as {@code prefix << 16 | sub-opcode}. */
    public int opcode() {
        int code = u8();
        if (code < 0xFB || code == 0xFF) {
            return code;
        }
        int at = position;
        int sub = u32();
        if (sub >>> 16 != 0) {
            throw malformed("illegal opcode 0x" + Integer.toHexString(code) + " " + Integer.toUnsignedString(sub), at);
        }
        return code << 16 | sub;
    }
}
