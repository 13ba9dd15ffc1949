package dev.thimble.wasm.control;

import dev.thimble.wasm.api.RecordingException;
import dev.thimble.wasm.api.ValueType;
import dev.thimble.wasm.execute.ModuleInstance;
import dev.thimble.wasm.execute.gc.I31;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;

/**
 * Reads a recording record by record. What {@link #number} and its like read lies within the present record; they throw {@link java.nio.BufferUnderflowException} or
 * {@link IndexOutOfBoundsException} when it does not hold what it should.
 */
final class RecordInput {
    private static final int LARGEST = 1 << 30;

    private final InputStream in;
    private ByteBuffer contents = ByteBuffer.allocate(0);
    private long records;
    private boolean over;
    private long lastFuel;

    RecordInput(InputStream stream) throws IOException {
        in = stream;
        byte[] head = in.readNBytes(8);
        if (head.length < 8 || ByteBuffer.wrap(head).getInt() != RecordFormat.MAGIC) {
            throw new RecordingException("this is not a recording");
        }
        int version = ByteBuffer.wrap(head).getInt(4);
        if (version != RecordFormat.VERSION) {
            throw new RecordingException("the recording has format " + version + ", this engine reads " + RecordFormat.VERSION);
        }
    }

    /** The number of the present record, from 1. */
    long record() {
        return records;
    }

    /**
     * Goes to the next record.
     *
     * @return its kind; 0 when there is none that is whole
     * @throws RecordingException when it is damaged
     */
    int next() {
        if (over) {
            return 0;
        }
        try {
            int kind = in.read();
            if (kind > 0) {
                CRC32 checksum = new CRC32();
                checksum.update(kind);
                byte[] bytes = read(length(checksum));
                checksum.update(bytes);
                if (ByteBuffer.wrap(read(4)).getInt() != (int) checksum.getValue()) {
                    refuse();
                    throw new EOFException();
                }
                records++;
                contents = ByteBuffer.wrap(bytes);
                return kind;
            }
        } catch (EOFException e) {
            // Cut off: by a power cut, or by a full disk.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        over = true;
        return 0;
    }

    /** @throws RecordingException when more follows than the zeros that a power cut may leave */
    private void refuse() throws IOException {
        int b;
        do {
            b = in.read();
        } while (b == 0);
        if (b > 0) {
            throw new RecordingException("record " + (records + 1) + " is damaged: its checksum does not match");
        }
    }

    private int length(CRC32 checksum) throws IOException {
        long value = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            int b = read(1)[0];
            checksum.update(b);
            value |= (b & 0x7FL) << shift;
            if (b >= 0) {
                if (value > LARGEST || (b & 0x40) != 0) {
                    break;
                }
                return (int) value;
            }
        }
        throw new RecordingException("record " + (records + 1) + " is damaged: it has no length");
    }

    /** Reads as many bytes as there are, a piece at a time: a length is not to be believed. */
    private byte[] read(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length != length) {
            throw new EOFException();
        }
        return bytes;
    }

    long number() {
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            byte b = contents.get();
            value |= (b & 0x7FL) << shift;
            if (b >= 0) {
                int used = shift + 7;
                return used < 64 && (b & 0x40) != 0 ? value | -1L << used : value;
            }
        }
        throw new IndexOutOfBoundsException("a number without an end");
    }

    /** A number from 0 that fits. */
    int integer() {
        long value = number();
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw new IndexOutOfBoundsException(value + " where an index is expected");
        }
        return (int) value;
    }

    byte[] bytes() {
        int length = integer();
        if (length > contents.remaining()) {
            throw new IndexOutOfBoundsException(length + " bytes announced");
        }
        byte[] bytes = new byte[length];
        contents.get(bytes);
        return bytes;
    }

    String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    long fuel() {
        lastFuel -= number();
        return lastFuel;
    }

    /** Reads values of these types into slots, and references at the same indices. */
    void values(List<ValueType> types, long[] slots, Object[] references, ModuleInstance instance) {
        int slot = 0;
        for (ValueType type : types) {
            if (type.isReference()) {
                references[slot] = reference(instance);
            } else {
                for (int i = 0; i < type.slots(); i++) {
                    slots[slot + i] = number();
                }
            }
            slot += type.slots();
        }
    }

    Object reference(ModuleInstance instance) {
        int kind = integer();
        return switch (kind) {
            case Format.NULL -> null;
            case Format.FUNCTION -> instance.functions[integer()];
            case Format.I31 -> I31.of((int) number());
            default -> throw new IndexOutOfBoundsException("a reference of kind " + kind);
        };
    }
}
