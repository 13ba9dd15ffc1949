package dev.thimble.wasm.execute.gc;

/**
 * An unboxed scalar of 31 bits (spec 3.0, "Reference Values"), boxed here. Equal values are the same reference to a
 * module, see {@link Casts#same}.
 *
 * @param value sign-extended, −2³⁰ … 2³⁰ − 1
 */
public record I31(int value) {
    private static final I31[] SMALL = new I31[384];

    static {
        for (int i = 0; i < SMALL.length; i++) {
            SMALL[i] = new I31(i - 128);
        }
    }

    /** Wraps the low 31 bits. */
    public static I31 of(int value) {
        int wrapped = value << 1 >> 1;
        int index = wrapped + 128;
        return index >= 0 && index < SMALL.length ? SMALL[index] : new I31(wrapped);
    }

    /** The value with zeros in place of its sign. */
    public int unsigned() {
        return value & 0x7FFF_FFFF;
    }
}
