package dev.thimble.wasm.execute;

/**
 * An expression. It has no effect but its value, save that it may trap; its operands' values travel as Java results.
 * Implementations are records (see {@link Stmt}), of one of the typed interfaces unless they have a value of any type.
 */
public interface Node {
    /** The value of an i32 expression. */
    default int execI(Frame f) {
        throw new UnsupportedOperationException();
    }

    /** The value of an i64 expression. */
    default long execL(Frame f) {
        throw new UnsupportedOperationException();
    }

    /** The value of an f32 expression. */
    default float execF(Frame f) {
        throw new UnsupportedOperationException();
    }

    /** The value of an f64 expression. */
    default double execD(Frame f) {
        throw new UnsupportedOperationException();
    }

    /** The value of a reference expression. */
    default Object execA(Frame f) {
        throw new UnsupportedOperationException();
    }

    /** The value as a slot holds it. */
    long bits(Frame f);

    /** Whether an i32 expression is not zero. */
    default boolean test(Frame f) {
        return execI(f) != 0;
    }

    /** An expression of type i32. */
    interface OfI32 extends Node {
        @Override
        int execI(Frame f);

        @Override
        default long bits(Frame f) {
            return execI(f);
        }
    }

    /** An expression of type i64. */
    interface OfI64 extends Node {
        @Override
        long execL(Frame f);

        @Override
        default long bits(Frame f) {
            return execL(f);
        }
    }

    /** An expression of type f32. */
    interface OfF32 extends Node {
        @Override
        float execF(Frame f);

        @Override
        default long bits(Frame f) {
            return Float.floatToRawIntBits(execF(f));
        }
    }

    /** An expression of type f64. */
    interface OfF64 extends Node {
        @Override
        double execD(Frame f);

        @Override
        default long bits(Frame f) {
            return Double.doubleToRawLongBits(execD(f));
        }
    }

    /** A comparison, whose value is 0 or 1. */
    interface OfBoolean extends Node {
        @Override
        boolean test(Frame f);

        @Override
        default int execI(Frame f) {
            return test(f) ? 1 : 0;
        }

        @Override
        default long bits(Frame f) {
            return test(f) ? 1 : 0;
        }
    }

    /** An expression whose value is a reference; references have no bits. */
    interface OfReference extends Node {
        @Override
        Object execA(Frame f);

        @Override
        default long bits(Frame f) {
            throw new UnsupportedOperationException();
        }
    }
}
