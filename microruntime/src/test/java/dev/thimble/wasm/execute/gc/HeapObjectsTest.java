package dev.thimble.wasm.execute.gc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.wasm.api.AbstractHeapType;
import dev.thimble.wasm.api.ArrayType;
import dev.thimble.wasm.api.CompositeType;
import dev.thimble.wasm.api.DefinedType;
import dev.thimble.wasm.api.FieldType;
import dev.thimble.wasm.api.PackedType;
import dev.thimble.wasm.api.StorageType;
import dev.thimble.wasm.api.StructType;
import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.api.ValueType;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class HeapObjectsTest {
    private static final Runnable PASS = () -> { };

    private final long[] s = new long[16];
    private final Object[] r = new Object[16];

    private static DefinedType type(DefinedType supertype, CompositeType composite) {
        var type = new DefinedType("test", true, supertype);
        type.complete(composite, new DefinedType[] {type}, new Object[0], null);
        return type;
    }

    private static StructType struct(StorageType... fields) {
        return new StructType(Arrays.stream(fields).map(f -> new FieldType(f, true)).toList());
    }

    private static DefinedType array(StorageType element) {
        return type(null, new ArrayType(new FieldType(element, true)));
    }

    private static void assertTraps(Trap.Kind kind, Runnable action) {
        assertEquals(kind, assertThrows(Trap.class, action::run).kind());
    }

    @Test
    void fieldsOfEveryKindKeepTheirValues() {
        var layout = new StructLayout(type(null, struct(PackedType.I8, ValueType.V128, ValueType.EXTERNREF,
                PackedType.I16, ValueType.F64, ValueType.EXTERNREF)));
        s[2] = 0x1FF;
        s[3] = 11;
        s[4] = 12;
        r[5] = "first";
        s[6] = 0x1_8000;
        s[7] = Double.doubleToRawLongBits(2.5);
        r[8] = "second";
        var object = layout.allocate(s, r, 2);
        assertEquals(-1, number(object, layout, 0, true));
        assertEquals(0xFF, number(object, layout, 0, false));
        assertEquals(11, object.number(Storage.BITS64, layout.place(1), false));
        assertEquals(12, object.number(Storage.BITS64, layout.place(1) + 1, false));
        assertEquals(-0x8000, number(object, layout, 3, true));
        assertEquals(0x8000, number(object, layout, 3, false));
        assertEquals(2.5, Double.longBitsToDouble(number(object, layout, 4, false)));
        assertEquals("first", object.reference(layout.place(2)));
        assertEquals("second", object.reference(layout.place(5)));
    }

    private static long number(StructInstance object, StructLayout layout, int field, boolean signed) {
        return object.number(layout.storage(field), layout.place(field), signed);
    }

    @Test
    void aFieldHasOnePlaceInAllSubtypes() {
        var parent = type(null, struct(ValueType.I32, ValueType.EXTERNREF));
        var child = type(parent, struct(ValueType.I32, ValueType.EXTERNREF, ValueType.EXTERNREF, ValueType.I64));
        var small = new StructLayout(parent);
        var large = new StructLayout(child);
        for (int field = 0; field < 2; field++) {
            assertEquals(small.place(field), large.place(field));
            assertEquals(small.storage(field), large.storage(field));
        }
        assertTrue(Casts.matches(large.allocate(), false, parent));
        assertFalse(Casts.matches(small.allocate(), false, child));
    }

    @Test
    void castsFollowTheHierarchy() {
        Object object = new StructLayout(type(null, struct())).allocate();
        Object list = new ArrayInstance(array(PackedType.I8), 1);
        assertTrue(Casts.matches(object, false, AbstractHeapType.STRUCT));
        assertTrue(Casts.matches(object, false, AbstractHeapType.EQ));
        assertFalse(Casts.matches(object, false, AbstractHeapType.ARRAY));
        assertTrue(Casts.matches(list, false, AbstractHeapType.ARRAY));
        assertFalse(Casts.matches(list, true, AbstractHeapType.I31));
        assertFalse(Casts.matches(list, true, AbstractHeapType.NONE));
        assertTrue(Casts.matches(I31.of(4), false, AbstractHeapType.I31));
        assertTrue(Casts.matches("of the host", false, AbstractHeapType.ANY));
        assertFalse(Casts.matches("of the host", false, AbstractHeapType.EQ));
        assertTrue(Casts.matches(null, true, AbstractHeapType.NONE));
        assertFalse(Casts.matches(null, false, AbstractHeapType.ANY));
    }

    @Test
    void i31KeepsThirtyOneBitsAndIsComparedByValue() {
        for (int value : new int[] {0, -1, 100, 0x3FFF_FFFF, -0x4000_0000, 70_000}) {
            assertEquals(value, I31.of(value).value());
            assertEquals(value & 0x7FFF_FFFF, I31.of(value).unsigned());
            assertTrue(Casts.same(I31.of(value), I31.of(value)));
        }
        assertEquals(-0x4000_0000, I31.of(0x4000_0000).value());
        assertFalse(Casts.same(I31.of(1), I31.of(2)));
        assertTrue(Casts.same(null, null));
        assertFalse(Casts.same(new Object(), new Object()));
    }

    @Test
    void arraysOfEveryKindKeepTheirElements() {
        StorageType[] elements = {PackedType.I8, PackedType.I16, ValueType.I32, ValueType.I64};
        int[] widths = {8, 16, 32, 64};
        for (int i = 0; i < elements.length; i++) {
            var type = array(elements[i]);
            var storage = Storage.of(((ArrayType) type.composite()).element());
            var array = new ArrayInstance(type, 5);
            s[1] = 0x8182_8384_8586_8788L;
            array.set(3, s, r, 1);
            int shift = 64 - widths[i];
            assertEquals(s[1] << shift >> shift, array.number(storage, 3, true));
            assertEquals(0, array.number(storage, 2, true));
            if (widths[i] < 32) {
                assertEquals(s[1] & (1L << widths[i]) - 1, array.number(storage, 3, false));
            }
            assertEquals(5, array.length());
            array.fill(1, 4, s, r, 1, PASS);
            assertEquals(s[1] << shift >> shift, array.number(storage, 4, true));
        }
        var vectors = new ArrayInstance(array(ValueType.V128), 3);
        s[2] = 9;
        vectors.fill(1, 2, s, r, 1, PASS);
        vectors.vector(2, s, 4);
        assertEquals(9, s[5]);
        assertEquals(3, vectors.length());
        var references = new ArrayInstance(array(ValueType.EXTERNREF), 2);
        r[0] = "x";
        references.set(1, s, r, 0);
        assertNull(references.reference(0));
        assertEquals("x", references.reference(1));
    }

    @Test
    void copiesMayOverlap() {
        var array = ArrayInstance.of(array(PackedType.I16), new byte[] {1, 0, 2, 0, 3, 0, 4, 0}, 0, 4, PASS);
        array.copy(1, array, 0, 3, PASS);
        long[] seen = new long[4];
        for (int i = 0; i < 4; i++) {
            seen[i] = array.number(Storage.I16, i, false);
        }
        assertArrayEquals(new long[] {1, 1, 2, 3}, seen);
    }

    @Test
    void segmentsAreReadLittleEndian() {
        byte[] data = new byte[40];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) (0xF0 + i);
        }
        assertEquals(0xF8F7_F6F5, ArrayInstance.of(array(ValueType.I32), data, 1, 2, PASS).number(Storage.BITS32, 1, false));
        assertEquals(0xF7F6_F5F4_F3F2_F1F0L,
                ArrayInstance.of(array(ValueType.F64), data, 0, 2, PASS).number(Storage.BITS64, 0, false));
        ArrayInstance.of(array(ValueType.V128), data, 0, 2, PASS).vector(1, s, 0);
        assertEquals(0x0706_0504_0302_0100L, s[0]);
        assertEquals(0x0F0E_0D0C_0B0A_0908L, s[1]);
        Object[] segment = {"a", "b", "c"};
        assertSame("c", ArrayInstance.of(array(ValueType.EXTERNREF), segment, 1, 2, PASS).reference(1));
    }

    @Test
    void rangesOutsideTrapBeforeAnythingIsWritten() {
        var array = new ArrayInstance(array(PackedType.I8), 4);
        s[0] = 7;
        assertTraps(Trap.Kind.ARRAY_OUT_OF_BOUNDS, () -> array.fill(2, 3, s, r, 0, PASS));
        assertEquals(0, array.number(Storage.I8, 3, false));
        assertTraps(Trap.Kind.ARRAY_OUT_OF_BOUNDS, () -> array.number(Storage.I8, -1, false));
        assertTraps(Trap.Kind.ARRAY_OUT_OF_BOUNDS, () -> array.copy(0, array, -1, 2, PASS));
        assertTraps(Trap.Kind.ARRAY_OUT_OF_BOUNDS, () -> array.copy(-1, array, 0, -1, PASS));
        assertTraps(Trap.Kind.MEMORY_OUT_OF_BOUNDS, () -> array.init(0, new byte[3], 1, 3, PASS));
        assertTraps(Trap.Kind.MEMORY_OUT_OF_BOUNDS, () -> ArrayInstance.of(array(ValueType.I64), new byte[15], 0, 2, PASS));
        assertTraps(Trap.Kind.MEMORY_OUT_OF_BOUNDS, () -> ArrayInstance.of(array(ValueType.I64), new byte[15], 0, -1, PASS));
        assertTraps(Trap.Kind.TABLE_OUT_OF_BOUNDS,
                () -> ArrayInstance.of(array(ValueType.EXTERNREF), new Object[3], 2, 2, PASS));
        array.fill(4, 0, s, r, 0, PASS);
    }

    @Test
    void arraysBeyondTheHeapTrap() {
        assertTraps(Trap.Kind.OUT_OF_MEMORY, () -> new ArrayInstance(array(ValueType.I64), -1));
        assertTraps(Trap.Kind.OUT_OF_MEMORY, () -> new ArrayInstance(array(ValueType.V128), 0x4000_0000));
    }
}
