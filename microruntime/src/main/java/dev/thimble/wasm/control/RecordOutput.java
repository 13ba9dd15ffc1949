package dev.thimble.wasm.control;

import dev.thimble.wasm.api.RecordingException;
import dev.thimble.wasm.api.ValueType;
import dev.thimble.wasm.execute.Frame;
import dev.thimble.wasm.execute.FunctionInstance;
import dev.thimble.wasm.execute.ModuleInstance;
import dev.thimble.wasm.execute.gc.I31;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;

/** Puts one record of a recording together. */
final class RecordOutput {
    private static final int LONGEST_NUMBER = 10;

    private final ModuleInstance instance;
    private final ByteArrayOutputStream contents = new ByteArrayOutputStream();
    private final ByteArrayOutputStream record = new ByteArrayOutputStream();
    private long lastFuel;

    RecordOutput(ModuleInstance instance) {
        this.instance = instance;
    }

    RecordOutput begin() {
        contents.reset();
        return this;
    }

    RecordOutput number(long value) {
        leb(contents, value);
        return this;
    }

    private static void leb(ByteArrayOutputStream out, long value) {
        long left = value;
        while (left < -64 || left > 63) {
            out.write((int) (left & 0x7F | 0x80));
            left >>= 7;
        }
        out.write((int) left & 0x7F);
    }

    RecordOutput bytes(byte[] from, int offset, int length) {
        number(length);
        contents.write(from, offset, length);
        return this;
    }

    RecordOutput text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return bytes(utf8, 0, utf8.length);
    }

    /** The fuel that is left, as a difference. */
    RecordOutput fuel() {
        long fuel = instance.meter.fuel();
        number(lastFuel - fuel);
        lastFuel = fuel;
        return this;
    }

    /** Values of these types in the slots of {@code f}. */
    RecordOutput values(List<ValueType> types, Frame f) {
        int slot = 0;
        for (ValueType type : types) {
            if (type.isReference()) {
                reference(f.references[slot]);
            } else {
                for (int i = 0; i < type.slots(); i++) {
                    number(f.slots[slot + i]);
                }
            }
            slot += type.slots();
        }
        return this;
    }

    /** @throws RecordingException when no other instance could have it */
    RecordOutput reference(Object reference) {
        if (reference == null) {
            return number(Format.NULL);
        } else if (reference instanceof FunctionInstance function) {
            return number(Format.FUNCTION).number(index(function));
        } else if (reference instanceof I31 scalar) {
            return number(Format.I31).number(scalar.value());
        }
        throw new RecordingException("a reference comes from outside that is neither null nor a function of the instance: "
                + reference.getClass().getSimpleName());
    }

    int index(FunctionInstance function) {
        for (int i = 0; i < instance.functions.length; i++) {
            if (instance.functions[i] == function) {
                return i;
            }
        }
        throw new RecordingException("a function comes from outside that the module neither defines nor imports: " + function.type);
    }

    /** Bytes that the record takes at most. */
    int size() {
        return 1 + LONGEST_NUMBER + contents.size() + 4;
    }

    /** @return bytes written */
    int write(int kind, OutputStream file) throws IOException {
        record.reset();
        record.write(kind);
        leb(record, contents.size());
        contents.writeTo(record);
        CRC32 checksum = new CRC32();
        checksum.update(record.toByteArray());
        for (int shift = 24; shift >= 0; shift -= 8) {
            record.write((int) (checksum.getValue() >>> shift));
        }
        record.writeTo(file);
        return record.size();
    }
}
