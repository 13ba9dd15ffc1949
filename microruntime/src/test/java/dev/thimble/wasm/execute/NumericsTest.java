package dev.thimble.wasm.execute;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NumericsTest {
    private static final long[] CORNERS = {0, 1, -1, 2, Long.MIN_VALUE, Long.MAX_VALUE, Long.MIN_VALUE + 1,
        0xFFFF_FFFFL, 1L << 53, (1L << 53) + 1, 0x8000_0000_0000_0401L, 0x8000_0080_0000_0001L, -1025, -1L << 10};

    private static BigInteger unsigned(long x) {
        return new BigInteger(Long.toUnsignedString(x));
    }

    @Test
    void unsignedProductsHaveTheirHighHalf() {
        Random random = new Random(3);
        for (int i = 0; i < 1000; i++) {
            long x = i < CORNERS.length ? CORNERS[i] : random.nextLong();
            for (long y : CORNERS) {
                long expected = unsigned(x).multiply(unsigned(y)).shiftRight(64).longValue();
                assertEquals(expected, Numerics.multiplyHighU(x, y));
            }
        }
    }

    @Test
    void unsignedIntegersConvertWithOneRounding() {
        Random random = new Random(4);
        for (int i = 0; i < 2000; i++) {
            long x = i < CORNERS.length ? CORNERS[i] : random.nextLong() >>> random.nextInt(64);
            BigDecimal exact = new BigDecimal(unsigned(x));
            assertEquals(exact.doubleValue(), Numerics.convertU64ToF64(x));
            assertEquals(exact.floatValue(), Numerics.convertU64ToF32(x));
        }
    }

    @Test
    void unsignedTruncationSaturates() {
        assertEquals(0, Numerics.truncSatU64(Double.NaN));
        assertEquals(0, Numerics.truncSatU64(-5));
        assertEquals(-1, Numerics.truncSatU64(0x1p64));
        assertEquals(Long.MIN_VALUE, Numerics.truncSatU64(0x1p63));
        assertEquals(0xFFFF_FFFF_FFFF_F800L, Numerics.truncSatU64(0x1.fffffffffffffp63));
        assertEquals(7, Numerics.truncSatU64(7.9));
        assertEquals(0, Numerics.truncSatU32(Double.NaN));
        assertEquals(0, Numerics.truncSatU32(-0.9));
        assertEquals(-1, Numerics.truncSatU32(4294967296.0));
        assertEquals(-2, Numerics.truncSatU32(4294967294.9));
    }

    @Test
    void nanStaysCanonicalOrBecomesQuiet() {
        double signalling = Double.longBitsToDouble(0x7FF4_0000_0000_0001L);
        double canonical = Double.longBitsToDouble(0x7FF8_0000_0000_0000L);
        long quiet = 0x7FF8_0000_0000_0000L;
        for (double result : new double[] {Numerics.min(signalling, 1), Numerics.max(1, signalling),
            Numerics.ceil(signalling), Numerics.floor(signalling), Numerics.trunc(signalling),
            Numerics.nearest(signalling)}) {
            assertEquals(quiet, Double.doubleToRawLongBits(result) & quiet);
        }
        for (double result : new double[] {Numerics.min(canonical, 1), Numerics.max(1, canonical),
            Numerics.ceil(canonical), Numerics.floor(canonical), Numerics.trunc(canonical),
            Numerics.nearest(canonical)}) {
            assertEquals(quiet, Double.doubleToRawLongBits(result) & Long.MAX_VALUE);
        }
    }

    @Test
    void zerosKeepTheirSign() {
        assertEquals(-0.0, Numerics.min(0.0, -0.0));
        assertEquals(0.0, Numerics.max(-0.0, 0.0));
        assertEquals(-0.0, Numerics.trunc(-0.5));
        assertEquals(-0.0, Numerics.nearest(-0.5));
        assertEquals(2.0, Numerics.nearest(2.5));
        assertEquals(-0.0f, Numerics.min(-0.0f, 0.0f));
    }
}
