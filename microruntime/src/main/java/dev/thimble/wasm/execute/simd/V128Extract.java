package dev.thimble.wasm.execute.simd;

import dev.thimble.wasm.execute.Frame;
import dev.thimble.wasm.execute.Node;

/**
 * A lane of a vector, of whatever type: the {@code width} bits from bit {@code shift} of a slot.
 *
 * @param signed whether lanes of 8 and 16 bits are sign-extended
 */
public record V128Extract(int slot, int shift, int width, boolean signed) implements Node {
    /** @param code of an extract_lane instruction, after the prefix 0xFD */
    public static V128Extract of(int code, int a, int lane) {
        int width = switch (code) {
            case 0x15, 0x16 -> 8;
            case 0x18, 0x19 -> 16;
            case 0x1B, 0x1F -> 32;
            default -> 64;
        };
        int bit = lane * width;
        return new V128Extract(a + (bit >> 6), bit & 63, width, code != 0x16 && code != 0x19);
    }

    @Override
    public long bits(Frame f) {
        return read(f.slots);
    }

    long read(long[] s) {
        long high = s[slot] << 64 - width - shift;
        return signed ? high >> 64 - width : high >>> 64 - width;
    }

    @Override
    public int execI(Frame f) {
        return (int) bits(f);
    }

    @Override
    public long execL(Frame f) {
        return bits(f);
    }

    @Override
    public float execF(Frame f) {
        return Float.intBitsToFloat((int) bits(f));
    }

    @Override
    public double execD(Frame f) {
        return Double.longBitsToDouble(bits(f));
    }
}
