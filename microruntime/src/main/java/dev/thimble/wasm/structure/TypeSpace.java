package dev.thimble.wasm.structure;

import dev.thimble.wasm.api.DefinedType;
import dev.thimble.wasm.api.FunctionType;
import dev.thimble.wasm.api.HeapType;
import dev.thimble.wasm.api.InvalidModuleException;
import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.api.ValueType;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * A module's types (spec 3.0, "Types", "Recursive Types"): canonical, so that equal types have equal
 * {@link TypeCode}s, and with the subtype relation (spec 3.0, "Matching"). Filled group by group by the decoder, then
 * only read; reading is thread-safe.
 */
public final class TypeSpace {
    /** Longest chain of supertypes, as in every engine of the web; it bounds the ancestors kept per type. */
    public static final int MAX_SUBTYPE_DEPTH = 63;
    private static final CompositeKind[] KINDS = CompositeKind.values();

    private int count;
    private DefinedType[] defined = new DefinedType[8];
    /** Smallest index of an equal type: the one that type codes name. Null in the end if no two are equal. */
    private int[] representative = new int[8];
    private boolean repeats;
    /** Number of parameters and, in the two lowest bits, the kind. */
    private int[] shapes = new int[8];
    private int[][] codes = new int[8][];
    private Map<DefinedType, Integer> indices = new IdentityHashMap<>();

    /** Number of types. */
    public int count() {
        return count;
    }

    /**
     * Adds one recursion group.
     *
     * @param offset of the group in the binary, for messages
     * @throws InvalidModuleException when it names an unknown type or a supertype that it does not match
     */
    public void addGroup(List<SubType> members, int offset) {
        if (members.isEmpty()) {
            return;
        }
        int first = count;
        for (int i = 0; i < members.size(); i++) {
            checkIndices(members.get(i), first + i, first + members.size(), offset);
        }
        checkSupertypesAreOpen(members, offset);
        grow(first + members.size());
        DefinedType[] group = TypeRegistry.canonical(defined, first, members);
        System.arraycopy(group, 0, defined, first, group.length);
        for (int i = first; i < first + group.length; i++) {
            Integer earlier = indices.putIfAbsent(defined[i], i);
            representative[i] = earlier == null ? i : earlier;
            repeats |= earlier != null;
        }
        count += group.length;
        for (int i = 0; i < group.length; i++) {
            define(first + i, members.get(i));
        }
        for (int i = 0; i < group.length; i++) {
            int supertype = members.get(i).supertype();
            if (supertype >= 0 && !matchesComposite(first + i, supertype)) {
                throw invalid("sub type " + (first + i) + " does not match its super type " + supertype, offset);
            }
        }
    }

    /** Forgets what only adding needs. */
    public void seal() {
        indices = null;
        defined = Arrays.copyOf(defined, count);
        representative = repeats ? Arrays.copyOf(representative, count) : null;
        shapes = Arrays.copyOf(shapes, count);
        codes = Arrays.copyOf(codes, count);
    }

    private void checkIndices(SubType member, int index, int end, int offset) {
        if (member.supertype() >= index) {
            throw invalid("unknown type " + member.supertype() + " as the super type of type " + index, offset);
        }
        for (int code : member.codes()) {
            if (TypeCode.isConcrete(code) && TypeCode.typeIndex(code) >= end) {
                throw invalid("unknown type " + TypeCode.typeIndex(code) + " in type " + index, offset);
            }
        }
    }

    private void checkSupertypesAreOpen(List<SubType> members, int offset) {
        int[] depths = new int[members.size()];
        for (int i = 0; i < members.size(); i++) {
            int supertype = members.get(i).supertype();
            if (supertype < 0) {
                continue;
            }
            boolean outside = supertype < count;
            boolean open = outside ? defined[supertype].isOpen() : !members.get(supertype - count).isFinal();
            CompositeKind kind = outside ? kind(supertype) : members.get(supertype - count).kind();
            if (!open || kind != members.get(i).kind()) {
                throw invalid("sub type " + (count + i) + " cannot have type " + supertype + " as its super type", offset);
            }
            depths[i] = 1 + (outside ? defined[supertype].depth() : depths[supertype - count]);
            if (depths[i] > MAX_SUBTYPE_DEPTH) {
                throw invalid("more than " + MAX_SUBTYPE_DEPTH + " super types above type " + (count + i), offset);
            }
        }
    }

    private void grow(int needed) {
        if (needed > defined.length) {
            int size = Math.max(needed, defined.length * 2);
            defined = Arrays.copyOf(defined, size);
            representative = Arrays.copyOf(representative, size);
            shapes = Arrays.copyOf(shapes, size);
            codes = Arrays.copyOf(codes, size);
        }
    }

    private void define(int index, SubType member) {
        shapes[index] = member.parameters() << 2 | member.kind().ordinal();
        codes[index] = representative[index] == index ? defined[index].codes() : codes[representative[index]];
        if (codes[index] != null) {
            return;
        }
        int[] raw = member.codes();
        int[] canonical = new int[raw.length];
        for (int i = 0; i < raw.length; i++) {
            int code = raw[i];
            canonical[i] = TypeCode.isConcrete(code)
                    ? code - TypeCode.typeIndex(code) + representative[TypeCode.typeIndex(code)] : code;
        }
        codes[index] = canonical;
    }

    private static InvalidModuleException invalid(String message, int offset) {
        return new InvalidModuleException(message, Trap.UNKNOWN, offset);
    }

    // ---- reading

    public CompositeKind kind(int type) {
        return KINDS[shapes[type] & 3];
    }

    /** The type shared with all modules that define an equal one. */
    public DefinedType defined(int type) {
        return defined[type];
    }

    /** The function type of the public interface; {@code type} must be a function. */
    public FunctionType function(int type) {
        return (FunctionType) defined[type].composite();
    }

    /** The smallest index of a type equal to this one: the only one that type codes name. */
    public int canonical(int type) {
        return representative == null ? type : representative[type];
    }

    public int parameterCount(int function) {
        return shapes[function] >> 2;
    }

    public int parameter(int function, int i) {
        return codes[function][i];
    }

    public int resultCount(int function) {
        return codes[function].length - parameterCount(function);
    }

    public int result(int function, int i) {
        return codes[function][parameterCount(function) + i];
    }

    public int fieldCount(int struct) {
        return codes[struct].length;
    }

    /** The code of a structure's field; see {@link TypeCode#storage} and {@link TypeCode#isMutable}. */
    public int field(int struct, int i) {
        return codes[struct][i];
    }

    /** The code of an array's elements, like a field. */
    public int element(int array) {
        return codes[array][0];
    }

    /** The value type of the public interface for a code. */
    public ValueType valueType(int code) {
        return (ValueType) TypeRegistry.storage(code, TypeCode.isConcrete(code) ? defined[TypeCode.typeIndex(code)] : null);
    }

    // ---- matching (spec 3.0, "Matching")

    /** Whether a value of type {@code sub} may stand where {@code sup} is expected. */
    public boolean matches(int sub, int sup) {
        if (sub == sup || sub == TypeCode.BOTTOM) {
            return true;
        }
        if (sub >= 0 || sup >= 0 || TypeCode.isNullable(sub) && !TypeCode.isNullable(sup)) {
            return false;
        }
        return matchesHeap(sub, sup);
    }

    /** Whether the heap type of one reference matches that of another, whatever their nullability. */
    public boolean matchesHeap(int sub, int sup) {
        HeapType general = heap(sup);
        HeapType special = heap(sub);
        return special == null || general != null && Matching.heapTypes(special, general);
    }

    private HeapType heap(int reference) {
        return TypeCode.isConcrete(reference) ? defined[TypeCode.typeIndex(reference)] : TypeCode.heap(reference);
    }

    /** The most general type of the hierarchy that a reference belongs to, nullable. */
    public int top(int code) {
        if (TypeCode.isConcrete(code)) {
            return kind(TypeCode.typeIndex(code)) == CompositeKind.FUNCTION ? TypeCode.FUNCREF : TypeCode.ANYREF;
        }
        return switch (TypeCode.heap(code)) {
            case FUNC, NOFUNC -> TypeCode.FUNCREF;
            case EXTERN, NOEXTERN -> TypeCode.EXTERNREF;
            case EXN, NOEXN -> TypeCode.EXNREF;
            default -> TypeCode.ANYREF;
        };
    }

    private boolean matchesComposite(int sub, int sup) {
        int[] mine = codes[sub];
        int[] theirs = codes[sup];
        switch (kind(sub)) {
            case FUNCTION:
                int parameters = parameterCount(sub);
                if (parameters != parameterCount(sup) || mine.length != theirs.length) {
                    return false;
                }
                for (int i = 0; i < mine.length; i++) {
                    if (!(i < parameters ? matches(theirs[i], mine[i]) : matches(mine[i], theirs[i]))) {
                        return false;
                    }
                }
                return true;
            case STRUCT:
                for (int i = 0; i < theirs.length; i++) {
                    if (i >= mine.length || !matchesField(mine[i], theirs[i])) {
                        return false;
                    }
                }
                return true;
            default:
                return matchesField(mine[0], theirs[0]);
        }
    }

    private boolean matchesField(int sub, int sup) {
        return sub == sup || !TypeCode.isMutable(sub) && !TypeCode.isMutable(sup)
                && !TypeCode.isPacked(sub) && !TypeCode.isPacked(sup) && matches(sub, sup);
    }
}
