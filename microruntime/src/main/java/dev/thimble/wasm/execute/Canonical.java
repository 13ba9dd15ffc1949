package dev.thimble.wasm.execute;

/**
 * An f32 or f64 expression whose NaNs become the canonical one, 0x7fc00000 or 0x7ff8000000000000. One class for both types.
 *
 * @param wide whether it is f64
 */
public record Canonical(Node a, boolean wide) implements Node {
    @Override
    public float execF(Frame f) {
        return Float.intBitsToFloat(Float.floatToIntBits(a.execF(f)));
    }

    @Override
    public double execD(Frame f) {
        return Double.longBitsToDouble(Double.doubleToLongBits(a.execD(f)));
    }

    @Override
    public long bits(Frame f) {
        return wide ? Double.doubleToLongBits(a.execD(f)) : Float.floatToIntBits(a.execF(f));
    }
}
