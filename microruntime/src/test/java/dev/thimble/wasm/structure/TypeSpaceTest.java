package dev.thimble.wasm.structure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.wasm.api.AbstractHeapType;
import dev.thimble.wasm.api.FunctionType;
import dev.thimble.wasm.api.InvalidModuleException;
import dev.thimble.wasm.api.StructType;
import dev.thimble.wasm.api.ValueType;
import java.util.List;
import org.junit.jupiter.api.Test;

class TypeSpaceTest {
    private static SubType function(int... parameters) {
        return new SubType(true, -1, CompositeKind.FUNCTION, parameters.length, parameters);
    }

    private static SubType struct(boolean isFinal, int supertype, int... fields) {
        return new SubType(isFinal, supertype, CompositeKind.STRUCT, 0, fields);
    }

    private static int ref(int type) {
        return TypeCode.reference(true, type);
    }

    @Test
    void equalTypesOfTwoModulesAreOne() {
        TypeSpace one = new TypeSpace();
        one.addGroup(List.of(function(TypeCode.I32)), 0);
        one.addGroup(List.of(function(ref(0))), 0);
        TypeSpace two = new TypeSpace();
        two.addGroup(List.of(struct(true, -1)), 0);
        two.addGroup(List.of(function(TypeCode.I32)), 0);
        two.addGroup(List.of(function(ref(1))), 0);
        assertSame(one.defined(1), two.defined(2));
        assertSame(one.defined(0), TypeRegistry.function(FunctionType.of(ValueType.I32)));
        assertSame(one.defined(1), TypeRegistry.function(FunctionType.of(one.valueType(ref(0)))));
    }

    @Test
    void recursionGroupsAreEqualByShape() {
        TypeSpace types = new TypeSpace();
        types.addGroup(List.of(struct(true, -1, ref(0)), struct(true, -1, ref(0))), 0);
        types.addGroup(List.of(struct(true, -1, ref(2)), struct(true, -1, ref(2))), 0);
        types.addGroup(List.of(struct(true, -1, ref(5)), struct(true, -1, ref(5))), 0);
        types.addGroup(List.of(struct(true, -1, ref(6))), 0);
        assertSame(types.defined(0), types.defined(2));
        assertSame(types.defined(1), types.defined(3));
        assertNotSame(types.defined(0), types.defined(1), "different places in one group");
        assertNotSame(types.defined(0), types.defined(4), "the group refers to its other member");
        assertNotSame(types.defined(0), types.defined(6), "the groups have different sizes");
        assertEquals(0, types.canonical(2));
        assertEquals(ref(0), types.field(2, 0), "codes name the first equal type");
        StructType composite = (StructType) types.defined(6).composite();
        assertEquals(types.valueType(ref(6)), composite.fields().get(0).storage());
    }

    @Test
    void finalAndOpenTypesDiffer() {
        TypeSpace types = new TypeSpace();
        types.addGroup(List.of(struct(true, -1)), 0);
        types.addGroup(List.of(struct(false, -1)), 0);
        assertNotSame(types.defined(0), types.defined(1));
    }

    @Test
    void declaredSubtypesMatch() {
        TypeSpace types = new TypeSpace();
        types.addGroup(List.of(struct(false, -1, TypeCode.I32)), 0);
        types.addGroup(List.of(struct(false, 0, TypeCode.I32, TypeCode.I64)), 0);
        types.addGroup(List.of(struct(false, 1, TypeCode.I32, TypeCode.I64, TypeCode.F32)), 0);
        types.addGroup(List.of(struct(false, -1, TypeCode.I32, TypeCode.I64)), 0);
        assertTrue(types.matches(ref(2), ref(0)));
        assertFalse(types.matches(ref(0), ref(1)));
        assertFalse(types.matches(ref(3), ref(0)), "not declared");
        assertTrue(types.matches(TypeCode.nonNull(ref(1)), TypeCode.EQREF));
        assertFalse(types.matches(ref(1), TypeCode.nonNull(ref(0))));
        assertFalse(types.matches(ref(1), TypeCode.FUNCREF));
        assertTrue(types.matches(TypeCode.reference(true, AbstractHeapType.NONE), ref(2)));
        assertFalse(types.matches(TypeCode.reference(true, AbstractHeapType.NOFUNC), ref(2)));
        assertTrue(types.matches(TypeCode.BOTTOM_REFERENCE, ref(2)));
        assertTrue(types.matches(TypeCode.BOTTOM, TypeCode.I32));
    }

    @Test
    void refusesWhatDoesNotMatchItsSupertype() {
        invalid(struct(true, 0, TypeCode.I64));
        invalid(struct(true, 0));
        invalid(struct(true, 1, TypeCode.I32));
        invalid(struct(true, 9));
        invalid(struct(true, 3));
        invalid(function(ref(9)));
        invalid(struct(true, 2, TypeCode.I31REF | TypeCode.MUTABLE));
        invalid(new SubType(true, 0, CompositeKind.FUNCTION, 0, new int[0]));
    }

    private static void invalid(SubType member) {
        TypeSpace types = new TypeSpace();
        types.addGroup(List.of(struct(false, -1, TypeCode.I32)), 0);
        types.addGroup(List.of(struct(true, -1)), 0);
        types.addGroup(List.of(struct(false, -1, TypeCode.EQREF | TypeCode.MUTABLE)), 0);
        assertThrows(InvalidModuleException.class, () -> types.addGroup(List.of(member), 7));
    }

    @Test
    void chainsOfSupertypesAreBounded() {
        TypeSpace types = new TypeSpace();
        types.addGroup(List.of(struct(false, -1)), 0);
        for (int i = 0; i < TypeSpace.MAX_SUBTYPE_DEPTH; i++) {
            types.addGroup(List.of(struct(false, i)), 0);
        }
        assertTrue(types.matches(ref(TypeSpace.MAX_SUBTYPE_DEPTH), ref(0)));
        assertThrows(InvalidModuleException.class, () -> types.addGroup(List.of(struct(false, TypeSpace.MAX_SUBTYPE_DEPTH)), 0));
    }

    @Test
    void unusedGroupsAreForgotten() throws InterruptedException {
        int before = TypeRegistry.size();
        fill();
        for (int i = 0; i < 100 && TypeRegistry.size() > before + 100; i++) {
            System.gc();
            Thread.sleep(20);
            TypeRegistry.function(FunctionType.of());
        }
        assertTrue(TypeRegistry.size() <= before + 100, "groups held: " + TypeRegistry.size() + ", before: " + before);
    }

    private static void fill() {
        TypeSpace types = new TypeSpace();
        for (int i = 0; i < 2000; i++) {
            types.addGroup(List.of(struct(true, -1, i == 0 ? TypeCode.F64 : ref(i - 1), TypeCode.V128)), 0);
        }
        assertNotEquals(0, TypeRegistry.size());
    }
}
