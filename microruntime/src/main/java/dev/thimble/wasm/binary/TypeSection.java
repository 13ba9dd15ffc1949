package dev.thimble.wasm.binary;

import dev.thimble.wasm.api.InvalidModuleException;
import dev.thimble.wasm.api.Limits;
import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.structure.CompositeKind;
import dev.thimble.wasm.structure.ModuleBuilder;
import dev.thimble.wasm.structure.SubType;
import dev.thimble.wasm.structure.TypeCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Section 1 (spec 3.0, "Type Section", "Recursive Types", "Composite Types"). */
final class TypeSection {
    private static final int REC = 0x4E;
    private static final int SUB_FINAL = 0x4F;
    private static final int SUB = 0x50;
    private static final int ARRAY = 0x5E;
    private static final int STRUCT = 0x5F;
    private static final int FUNCTION = 0x60;

    private TypeSection() {
    }

    static void decode(ByteReader reader, ModuleBuilder module, Limits limits) {
        int groups = Section.count(reader, 2, 0, limits.types(), "types");
        for (int i = 0; i < groups; i++) {
            int at = reader.position();
            module.types().addGroup(group(reader, module.types().count(), limits), at);
        }
    }

    private static List<SubType> group(ByteReader reader, int present, Limits limits) {
        int size = 1;
        if (reader.peek() == REC) {
            reader.u8();
            size = Section.count(reader, 2, present, limits.types(), "types");
        } else if (present >= limits.types()) {
            throw new InvalidModuleException("more than the limit of " + limits.types() + " types", Trap.UNKNOWN, reader.position());
        }
        List<SubType> members = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            members.add(subType(reader, limits));
        }
        return members;
    }

    private static SubType subType(ByteReader reader, Limits limits) {
        int lead = reader.peek();
        if (lead != SUB && lead != SUB_FINAL) {
            return composite(reader, true, -1, limits);
        }
        reader.u8();
        int at = reader.position();
        int supertypes = reader.count(1, "super types");
        int supertype = -1;
        for (int i = 0; i < supertypes; i++) {
            supertype = reader.index();
        }
        if (supertypes > 1) {
            throw new InvalidModuleException("more than one super type", Trap.UNKNOWN, at);
        }
        return composite(reader, lead == SUB_FINAL, supertype, limits);
    }

    private static SubType composite(ByteReader reader, boolean isFinal, int supertype, Limits limits) {
        int at = reader.position();
        int lead = reader.u8();
        switch (lead) {
            case FUNCTION:
                int[] parameters = valueTypes(reader, limits, "parameters");
                int[] results = valueTypes(reader, limits, "results");
                int[] both = Arrays.copyOf(parameters, parameters.length + results.length);
                System.arraycopy(results, 0, both, parameters.length, results.length);
                return new SubType(isFinal, supertype, CompositeKind.FUNCTION, parameters.length, both);
            case STRUCT:
                int[] fields = new int[Section.count(reader, 2, 0, limits.values(), "fields")];
                for (int i = 0; i < fields.length; i++) {
                    fields[i] = field(reader);
                }
                return new SubType(isFinal, supertype, CompositeKind.STRUCT, 0, fields);
            case ARRAY:
                return new SubType(isFinal, supertype, CompositeKind.ARRAY, 0, new int[] {field(reader)});
            default:
                throw reader.malformed("malformed type definition 0x" + Integer.toHexString(lead), at);
        }
    }

    private static int[] valueTypes(ByteReader reader, Limits limits, String what) {
        int[] types = new int[Section.count(reader, 1, 0, limits.parameters(), what)];
        for (int i = 0; i < types.length; i++) {
            types[i] = TypeReader.rawValueType(reader);
        }
        return types;
    }

    private static int field(ByteReader reader) {
        int lead = reader.peek();
        int code = lead == 0x78 ? TypeCode.I8 : lead == 0x77 ? TypeCode.I16 : TypeCode.BOTTOM;
        if (code == TypeCode.BOTTOM) {
            code = TypeReader.rawValueType(reader);
        } else {
            reader.u8();
        }
        return GlobalSection.isMutable(reader) ? code | TypeCode.MUTABLE : code;
    }
}
