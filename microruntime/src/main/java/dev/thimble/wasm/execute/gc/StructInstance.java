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

    /** All numbers, as the layout places them. */
    public long[] numbers() {
        return numbers;
    }

    /** All references, as the layout places them. */
    public Object[] references() {
        return references;
    }

    /** A field that is a number, or half of a vector; packed integers are kept sign-extended. */
    long number(Storage storage, int place, boolean signed) {
        return storage.extend(numbers[place], signed);
    }

    void number(Storage storage, int place, long value) {
        numbers[place] = storage.extend(value, true);
    }

    Object reference(int place) {
        return references[place];
    }

    void reference(int place, Object value) {
        references[place] = value;
    }

    /** Writes a field of any kind from slot a. */
    void set(Storage storage, int place, long[] s, Object[] r, int a) {
        switch (storage) {
            case BITS128 -> {
                numbers[place] = s[a];
                numbers[place + 1] = s[a + 1];
            }
            case REFERENCE -> references[place] = r[a];
            default -> number(storage, place, s[a]);
        }
    }
}
