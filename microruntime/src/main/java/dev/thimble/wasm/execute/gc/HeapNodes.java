package dev.thimble.wasm.execute.gc;

import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.execute.Frame;
import dev.thimble.wasm.execute.Node;
import dev.thimble.wasm.execute.Stmt;

/**
 * Single fields and elements, read by expressions and written by statements (spec 3.0, "Aggregate Instructions").
 * A vector in a structure is two numbers; {@link ArrayStatement} serves arrays of vectors.
 */
public final class HeapNodes {
    private HeapNodes() {}

    /** An expression of whatever type the field or the elements have. */
    private interface Read extends Node {
        @Override
        default int execI(Frame f) {
            return (int) bits(f);
        }

        @Override
        default long execL(Frame f) {
            return bits(f);
        }

        @Override
        default float execF(Frame f) {
            return Float.intBitsToFloat((int) bits(f));
        }

        @Override
        default double execD(Frame f) {
            return Double.longBitsToDouble(bits(f));
        }
    }

    /** struct.get. */
    public record StructGet(Storage storage, int place, boolean signed, Node object) implements Read {
        @Override
        public long bits(Frame f) {
            return struct(object.execA(f)).number(storage, place, signed);
        }

        @Override
        public Object execA(Frame f) {
            return struct(object.execA(f)).reference(place);
        }
    }

    /** struct.set. */
    public record StructSet(Storage storage, int place, Node object, Node value) implements Stmt {
        @Override
        public int exec(Frame f) {
            Object target = object.execA(f);
            if (storage == Storage.REFERENCE) {
                Object reference = value.execA(f);
                struct(target).reference(place, reference);
            } else {
                long number = value.bits(f);
                struct(target).number(storage, place, number);
            }
            return NEXT;
        }
    }

    /** array.get. */
    public record ArrayGet(Storage storage, boolean signed, Node array, Node index) implements Read {
        @Override
        public long bits(Frame f) {
            Object target = array.execA(f);
            int i = index.execI(f);
            return HeapNodes.array(target).number(storage, i, signed);
        }

        @Override
        public Object execA(Frame f) {
            Object target = array.execA(f);
            int i = index.execI(f);
            return HeapNodes.array(target).reference(i);
        }
    }

    /** array.set. */
    public record ArraySet(Storage storage, Node array, Node index, Node value) implements Stmt {
        @Override
        public int exec(Frame f) {
            Object target = array.execA(f);
            int i = index.execI(f);
            if (storage == Storage.REFERENCE) {
                Object reference = value.execA(f);
                HeapNodes.array(target).reference(i, reference);
            } else {
                long number = value.bits(f);
                HeapNodes.array(target).number(storage, i, number);
            }
            return NEXT;
        }
    }

    /** array.len. */
    public record ArrayLength(Node array) implements Node.OfI32 {
        @Override
        public int execI(Frame f) {
            return HeapNodes.array(array.execA(f)).length();
        }
    }

    private static StructInstance struct(Object reference) {
        if (reference == null) {
            throw new Trap(Trap.Kind.NULL_STRUCTURE_REFERENCE, Trap.UNKNOWN);
        }
        return (StructInstance) reference;
    }

    private static ArrayInstance array(Object reference) {
        if (reference == null) {
            throw new Trap(Trap.Kind.NULL_ARRAY_REFERENCE, Trap.UNKNOWN);
        }
        return (ArrayInstance) reference;
    }
}
