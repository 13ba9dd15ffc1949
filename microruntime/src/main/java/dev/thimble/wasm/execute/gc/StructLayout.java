package dev.thimble.wasm.execute.gc;

import dev.thimble.wasm.api.DefinedType;
import dev.thimble.wasm.api.FieldType;
import dev.thimble.wasm.api.StructType;
import dev.thimble.wasm.api.Trap;
import java.util.List;

/**
 * Where a structure type's fields lie: numbers in longs (two for v128), references apart, each in the order of
 * declaration. So a field has the same place in all subtypes. Immutable.
 */
public final class StructLayout {
    private final DefinedType type;
    private final Storage[] storages;
    private final int[] places;
    private final int numbers;
    private final int references;

    public StructLayout(DefinedType type) {
        this.type = type;
        List<FieldType> fields = ((StructType) type.composite()).fields();
        storages = new Storage[fields.size()];
        places = new int[fields.size()];
        int longs = 0;
        int objects = 0;
        for (int i = 0; i < places.length; i++) {
            storages[i] = Storage.of(fields.get(i));
            if (storages[i] == Storage.REFERENCE) {
                places[i] = objects++;
            } else {
                places[i] = longs;
                longs += storages[i].slots();
            }
        }
        numbers = longs;
        references = objects;
    }

    public Storage storage(int field) {
        return storages[field];
    }

    public int place(int field) {
        return places[field];
    }

    /**
     * A structure whose fields are all zero or null.
     *
     * @throws Trap when the heap has no room for it
     */
    public StructInstance allocate() {
        try {
            return new StructInstance(type, numbers, references);
        } catch (OutOfMemoryError e) {
            throw new Trap(Trap.Kind.OUT_OF_MEMORY, Trap.UNKNOWN);
        }
    }

    /** A structure of the values in a row of slots. */
    StructInstance allocate(long[] s, Object[] r, int a) {
        StructInstance object = allocate();
        int from = a;
        for (int i = 0; i < places.length; i++) {
            object.set(storages[i], places[i], s, r, from);
            from += storages[i].slots();
        }
        return object;
    }
}
