package dev.thimble.wasm.structure;

import dev.thimble.wasm.api.AbstractHeapType;
import dev.thimble.wasm.api.ArrayType;
import dev.thimble.wasm.api.CompositeType;
import dev.thimble.wasm.api.DefinedType;
import dev.thimble.wasm.api.FieldType;
import dev.thimble.wasm.api.FunctionType;
import dev.thimble.wasm.api.HeapType;
import dev.thimble.wasm.api.NumberType;
import dev.thimble.wasm.api.PackedType;
import dev.thimble.wasm.api.RefType;
import dev.thimble.wasm.api.StorageType;
import dev.thimble.wasm.api.StructType;
import dev.thimble.wasm.api.ValueType;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Every recursion group in use in this process, once (spec 3.0, "Defined Types", type equivalence): groups are equal
 * when they have the same shape, references within the group compared by position and all others by identity of the
 * already canonical type. So the cost is linear in the group's size, without recursion. Groups are held weakly and go
 * with the last module that uses them. Thread-safe.
 */
public final class TypeRegistry {
    private static final NumberType[] NUMBERS = NumberType.values();

    /** What a group is looked up by: its shape as a flat list of Integers and canonical types. */
    private record Key(Object[] shape, int hash) {
        @Override
        public boolean equals(Object other) {
            if (!(other instanceof Entry entry) || hash != entry.hash) {
                return false;
            }
            DefinedType[] group = entry.get();
            return group != null && Arrays.equals(shape, group[0].groupShape());
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    /**
     * What a group is kept under. The shape refers to other groups, so the types themselves hold it and not the registry:
     * else a chain of groups would be forgotten only one link per collection.
     */
    private static final class Entry extends WeakReference<DefinedType[]> {
        final int hash;

        Entry(DefinedType[] group, int hash, ReferenceQueue<DefinedType[]> queue) {
            super(group, queue);
            this.hash = hash;
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }
    }

    private static final Map<Object, Entry> GROUPS = new HashMap<>();
    private static final ReferenceQueue<DefinedType[]> DROPPED = new ReferenceQueue<>();
    private static long serial;

    private TypeRegistry() {
    }

    /**
     * The canonical types of a group.
     *
     * @param types   the module's types so far, indexed as in the binary
     * @param first   index of the group's first type; every index below it is canonical
     * @param members the group, all indices below {@code first + members.length}
     */
    static synchronized DefinedType[] canonical(DefinedType[] types, int first, List<SubType> members) {
        for (Object dropped; (dropped = DROPPED.poll()) != null; ) {
            GROUPS.remove(dropped);
        }
        Key key = key(types, first, members);
        Entry entry = GROUPS.get(key);
        DefinedType[] group = entry == null ? null : entry.get();
        if (group == null) {
            group = define(types, first, members, key.shape);
            entry = new Entry(group, key.hash, DROPPED);
            GROUPS.put(entry, entry);
        }
        return group;
    }

    /** The canonical type of an ordinary function: final, without supertype and alone in its group. */
    public static DefinedType function(FunctionType type) {
        List<DefinedType> concrete = new ArrayList<>();
        int[] codes = new int[type.parameters().size() + type.results().size()];
        int at = 0;
        for (ValueType value : type.parameters()) {
            codes[at++] = code(value, concrete);
        }
        for (ValueType value : type.results()) {
            codes[at++] = code(value, concrete);
        }
        SubType member = new SubType(true, -1, CompositeKind.FUNCTION, type.parameters().size(), codes);
        return canonical(concrete.toArray(DefinedType[]::new), concrete.size(), List.of(member))[0];
    }

    private static int code(ValueType type, List<DefinedType> concrete) {
        if (!(type instanceof RefType reference)) {
            return TypeCode.I32 + ((NumberType) type).ordinal();
        }
        if (reference.heap() instanceof AbstractHeapType heap) {
            return TypeCode.reference(reference.nullable(), heap);
        }
        concrete.add((DefinedType) reference.heap());
        return TypeCode.reference(reference.nullable(), concrete.size() - 1);
    }

    /** How many groups are held, for tests. */
    static synchronized int size() {
        return GROUPS.size();
    }

    private static Key key(DefinedType[] types, int first, List<SubType> members) {
        List<Object> shape = new ArrayList<>();
        for (SubType member : members) {
            shape.add(member.kind().ordinal() << 1 | (member.isFinal() ? 1 : 0));
            shape.add(member.supertype() < 0 ? -1 : reference(types, first, member.supertype()));
            shape.add(member.parameters());
            shape.add(member.codes().length);
            for (int code : member.codes()) {
                if (TypeCode.isConcrete(code)) {
                    shape.add(code & (1 << 30 | TypeCode.MUTABLE) | 1 << 31);
                    shape.add(reference(types, first, TypeCode.typeIndex(code)));
                } else {
                    shape.add(code);
                }
            }
        }
        Object[] parts = shape.toArray();
        return new Key(parts, Arrays.hashCode(parts));
    }

    private static Object reference(DefinedType[] types, int first, int index) {
        return index < first ? types[index] : (Object) (index - first);
    }

    private static DefinedType[] define(DefinedType[] types, int first, List<SubType> members, Object[] shape) {
        DefinedType[] group = new DefinedType[members.size()];
        for (int i = 0; i < group.length; i++) {
            SubType member = members.get(i);
            DefinedType supertype = member.supertype() < 0 ? null : at(types, first, group, member.supertype());
            group[i] = new DefinedType(name(member.kind()), !member.isFinal(), supertype);
        }
        for (int i = 0; i < group.length; i++) {
            int[] codes = members.get(i).codes();
            for (int code : members.get(i).codes()) {
                codes = TypeCode.isConcrete(code) ? null : codes;
            }
            group[i].complete(composite(types, first, group, members.get(i)), group, shape, codes);
        }
        return group;
    }

    private static String name(CompositeKind kind) {
        serial++;
        return switch (kind) {
            case FUNCTION -> "func type #" + serial;
            case STRUCT -> "struct type #" + serial;
            case ARRAY -> "array type #" + serial;
        };
    }

    private static DefinedType at(DefinedType[] types, int first, DefinedType[] group, int index) {
        return index < first ? types[index] : group[index - first];
    }

    private static CompositeType composite(DefinedType[] types, int first, DefinedType[] group, SubType member) {
        StorageType[] storages = new StorageType[member.codes().length];
        for (int i = 0; i < storages.length; i++) {
            int code = member.codes()[i];
            DefinedType concrete = TypeCode.isConcrete(code) ? at(types, first, group, TypeCode.typeIndex(code)) : null;
            storages[i] = storage(code, concrete);
        }
        switch (member.kind()) {
            case FUNCTION:
                ValueType[] values = Arrays.copyOf(storages, storages.length, ValueType[].class);
                return new FunctionType(List.of(values).subList(0, member.parameters()),
                        List.of(values).subList(member.parameters(), values.length));
            case STRUCT:
                FieldType[] fields = new FieldType[storages.length];
                for (int i = 0; i < fields.length; i++) {
                    fields[i] = new FieldType(storages[i], TypeCode.isMutable(member.codes()[i]));
                }
                return new StructType(List.of(fields));
            default:
                return new ArrayType(new FieldType(storages[0], TypeCode.isMutable(member.codes()[0])));
        }
    }

    /** The type of the public interface for a code; {@code concrete} is the canonical type that it names, if any. */
    static StorageType storage(int field, DefinedType concrete) {
        int code = TypeCode.storage(field);
        if (code == TypeCode.I8) {
            return PackedType.I8;
        }
        if (code == TypeCode.I16) {
            return PackedType.I16;
        }
        if (!TypeCode.isReference(code)) {
            return NUMBERS[code - TypeCode.I32];
        }
        AbstractHeapType heap = concrete == null ? TypeCode.heap(code) : null;
        HeapType target = concrete == null ? heap : concrete;
        boolean nullable = TypeCode.isNullable(code);
        if (nullable && heap == AbstractHeapType.FUNC) {
            return ValueType.FUNCREF;
        }
        return nullable && heap == AbstractHeapType.EXTERN ? ValueType.EXTERNREF : new RefType(nullable, target);
    }
}
