package dev.thimble.wasm.execute.gc;

import dev.thimble.wasm.api.DefinedType;

/** A structure (spec 3.0, "Structure Instances"); {@link StructLayout} says where its fields lie. */
public final class StructInstance extends HeapObject {
    private static final long[] NO_NUMBERS = {};
    private static final Object[] NO_REFERENCES = {};

    private final long[] numbers;
    private final Object[] references;

    StructInstance(DefinedType type, int numbers, int references) {
        super(type);
        this.numbers = numbers == 0 ? NO_NUMBERS : new long[numbers];
        this.references = references == 0 ? NO_REFERENCES : new Object[references];
    }

    /** Reads a field to slot d; packed integers are kept sign-extended. */
    void get(Storage storage, int place, boolean signed, long[] s, Object[] r, int d) {
        switch (storage) {
            case I8 -> s[d] = signed ? numbers[place] : numbers[place] & 0xFF;
            case I16 -> s[d] = signed ? numbers[place] : numbers[place] & 0xFFFF;
            case BITS32, BITS64 -> s[d] = numbers[place];
            case BITS128 -> {
                s[d] = numbers[place];
                s[d + 1] = numbers[place + 1];
            }
            case REFERENCE -> r[d] = references[place];
        }
    }

    /** Writes a field from slot a. */
    void set(Storage storage, int place, long[] s, Object[] r, int a) {
        switch (storage) {
            case I8 -> numbers[place] = (byte) s[a];
            case I16 -> numbers[place] = (short) s[a];
            case BITS32, BITS64 -> numbers[place] = s[a];
            case BITS128 -> {
                numbers[place] = s[a];
                numbers[place + 1] = s[a + 1];
            }
            case REFERENCE -> references[place] = r[a];
        }
    }
}
