package dev.thimble.hal.grant;

import java.util.List;
import java.util.StringJoiner;

/** A set of 7-bit I2C addresses. Immutable. */
public record Addresses(long low, long high) {
    public static final Addresses NONE = new Addresses(0, 0);
    /** 0x08–0x77: all that are not reserved. */
    public static final Addresses ALL = range(0x08, 0x77);

    public static Addresses of(int... addresses) {
        Addresses set = NONE;
        for (int a : addresses) {
            set = set.union(range(a, a));
        }
        return set;
    }

    /** @throws IllegalArgumentException unless 0x08 ≤ first ≤ last ≤ 0x77 */
    public static Addresses range(int first, int last) {
        if (first < 0x08 || last > 0x77 || first > last) {
            throw new IllegalArgumentException("no I2C address range 0x" + Integer.toHexString(first) + "-0x"
                + Integer.toHexString(last) + "; 7-bit addresses are 0x08 to 0x77");
        }
        long low = 0;
        long high = 0;
        for (int a = first; a <= last; a++) {
            if (a < 64) {
                low |= 1L << a;
            } else {
                high |= 1L << a;
            }
        }
        return new Addresses(low, high);
    }

    /** @param text {@code "0x76"}, {@code "118"} or a range {@code "0x20-0x27"} */
    public static Addresses parse(List<String> text) {
        Addresses set = NONE;
        for (String each : text) {
            int dash = each.indexOf('-');
            String first = dash < 0 ? each : each.substring(0, dash);
            String last = dash < 0 ? each : each.substring(dash + 1);
            set = set.union(range(Integer.decode(first.strip()), Integer.decode(last.strip())));
        }
        return set;
    }

    public boolean contains(int address) {
        return (address & ~0x7F) == 0 && ((address < 64 ? low : high) >>> address & 1) != 0;
    }

    public boolean isEmpty() {
        return (low | high) == 0;
    }

    public Addresses union(Addresses other) {
        return new Addresses(low | other.low, high | other.high);
    }

    public Addresses intersection(Addresses other) {
        return new Addresses(low & other.low, high & other.high);
    }

    public Addresses minus(Addresses other) {
        return new Addresses(low & ~other.low, high & ~other.high);
    }

    /** For example {@code 0x20-0x27, 0x76}. */
    @Override
    public String toString() {
        StringJoiner text = new StringJoiner(", ");
        for (int a = 0; a < 128; a++) {
            if (contains(a)) {
                int first = a;
                while (contains(a + 1)) {
                    a++;
                }
                text.add(first == a ? hex(a) : hex(first) + "-" + hex(a));
            }
        }
        return text.toString();
    }

    private static String hex(int address) {
        return String.format("0x%02x", address);
    }
}
