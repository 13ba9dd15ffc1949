package dev.thimble.wasm.execute.gc;

import dev.thimble.wasm.api.DefinedType;
import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.execute.Frame;
import dev.thimble.wasm.execute.Meter;
import dev.thimble.wasm.execute.ModuleInstance;
import dev.thimble.wasm.execute.Stmt;
import dev.thimble.wasm.opcode.Opcodes;

/**
 * An array instruction that makes an array, works on a range, or reads or writes a vector. Operands stand in a row of slots from {@code base}, where the result goes as well.
 *
 * @param op        opcode
 * @param type      of the array that is made; null where none is
 * @param immediate number of elements, or index of a segment, if the instruction has one
 */
public record ArrayStatement(int op, DefinedType type, int immediate, int base) implements Stmt {
    private static final Object[] DROPPED = {};

    @Override
    public int exec(Frame f) {
        run(f.instance, f.slots, f.references);
        return NEXT;
    }

    /** How many elements it has written. */
    private long elements(long[] s, Object[] r) {
        return switch (op) {
            case Opcodes.ARRAY_NEW -> s[base + ArrayInstance.slots(type)];
            case Opcodes.ARRAY_NEW_DEFAULT -> s[base];
            case Opcodes.ARRAY_NEW_FIXED -> immediate;
            case Opcodes.ARRAY_NEW_DATA, Opcodes.ARRAY_NEW_ELEM -> s[base + 1];
            case Opcodes.ARRAY_FILL -> s[base + 2 + ArrayInstance.slots(array(r, base).type())];
            case Opcodes.ARRAY_COPY -> s[base + 4];
            case Opcodes.ARRAY_INIT_DATA, Opcodes.ARRAY_INIT_ELEM -> s[base + 3];
            default -> 0;
        };
    }

    /** Runs it on any row of slots, as constant expressions need. */
    public void run(ModuleInstance instance, long[] s, Object[] r) {
        switch (op) {
            case Opcodes.ARRAY_NEW, Opcodes.ARRAY_NEW_DEFAULT, Opcodes.ARRAY_NEW_FIXED, Opcodes.ARRAY_NEW_DATA,
                    Opcodes.ARRAY_NEW_ELEM -> r[base] = make(instance, s, r);
            case Opcodes.ARRAY_GET -> array(r, base).vector((int) s[base + 1], s, base);
            case Opcodes.ARRAY_SET -> array(r, base).set((int) s[base + 1], s, r, base + 2);
            default -> bulk(instance, s, r);
        }
        instance.meter.chargeBulk(elements(s, r) & 0xFFFF_FFFFL);
    }

    private ArrayInstance make(ModuleInstance instance, long[] s, Object[] r) {
        switch (op) {
            case Opcodes.ARRAY_NEW -> {
                int length = (int) s[base + ArrayInstance.slots(type)];
                ArrayInstance array = new ArrayInstance(type, length);
                array.fill(0, length, s, r, base, instance.meter);
                return array;
            }
            case Opcodes.ARRAY_NEW_FIXED -> {
                ArrayInstance array = new ArrayInstance(type, immediate);
                for (int i = 0, from = base; i < immediate; i++, from += ArrayInstance.slots(type)) {
                    array.set(i, s, r, from);
                }
                return array;
            }
            case Opcodes.ARRAY_NEW_DATA -> {
                return ArrayInstance.of(type, instance.data[immediate], (int) s[base], (int) s[base + 1], instance.meter);
            }
            case Opcodes.ARRAY_NEW_ELEM -> {
                return ArrayInstance.of(type, segment(instance), (int) s[base], (int) s[base + 1], instance.meter);
            }
            default -> {
                return new ArrayInstance(type, (int) s[base]);
            }
        }
    }

    private void bulk(ModuleInstance instance, long[] s, Object[] r) {
        ArrayInstance array = array(r, base);
        int at = (int) s[base + 1];
        Meter meter = instance.meter;
        switch (op) {
            case Opcodes.ARRAY_FILL -> array.fill(at, (int) s[base + 2 + ArrayInstance.slots(array.type())], s, r, base + 2, meter);
            case Opcodes.ARRAY_COPY -> array.copy(at, array(r, base + 2), (int) s[base + 3], (int) s[base + 4], meter);
            case Opcodes.ARRAY_INIT_DATA ->
                array.init(at, instance.data[immediate], (int) s[base + 2], (int) s[base + 3], meter);
            default -> array.init(at, segment(instance), (int) s[base + 2], (int) s[base + 3], meter);
        }
    }

    private Object[] segment(ModuleInstance instance) {
        Object[] segment = instance.elements[immediate];
        return segment == null ? DROPPED : segment;
    }

    private ArrayInstance array(Object[] r, int a) {
        if (r[a] == null) {
            throw new Trap(Trap.Kind.NULL_ARRAY_REFERENCE, Trap.UNKNOWN);
        }
        return (ArrayInstance) r[a];
    }
}
