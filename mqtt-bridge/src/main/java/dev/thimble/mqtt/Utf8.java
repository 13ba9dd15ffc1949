package dev.thimble.mqtt;

/** UTF-8 without garbage, and the rules that MQTT adds to it (MQTT 5.0, section 1.5.4). */
public final class Utf8 {

    private Utf8() {
    }

    /** The number of bytes that a text takes; an unpaired surrogate counts as three. */
    public static int length(String text) {
        int bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                bytes += 1;
            } else if (c < 0x800) {
                bytes += 2;
            } else if (Character.isHighSurrogate(c) && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                bytes += 4;
                i++;
            } else {
                bytes += 3;
            }
        }
        return bytes;
    }

    /**
     * Writes a text as UTF-8.
     *
     * @return the number of bytes written, or −1 if they do not fit or a surrogate is unpaired
     */
    public static int encode(String text, byte[] to, int at) {
        int end = at;
        for (int i = 0; i < text.length(); i++) {
            int c = text.charAt(i);
            if (Character.isSurrogate((char) c)) {
                if (!Character.isHighSurrogate((char) c) || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    return -1;
                }
                c = Character.toCodePoint((char) c, text.charAt(++i));
            }
            int size = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
            if (end + size > to.length) {
                return -1;
            }
            if (size == 1) {
                to[end] = (byte) c;
            } else {
                for (int k = size - 1; k > 0; k--, c >>>= 6) {
                    to[end + k] = (byte) (0x80 | c & 0x3F);
                }
                to[end] = (byte) (0xF00 >> size | c);
            }
            end += size;
        }
        return end - at;
    }

    /** Whether the bytes are well-formed UTF-8 (no surrogates, no overlong forms) without a NUL. */
    public static boolean wellFormed(byte[] bytes, int offset, int length) {
        int end = offset + length;
        for (int i = offset; i < end; ) {
            int lead = bytes[i] & 0xFF;
            if (lead == 0) {
                return false;
            }
            int size = lead < 0x80 ? 1 : lead >= 0xC2 && lead < 0xE0 ? 2 : lead >= 0xE0 && lead < 0xF0 ? 3
                    : lead >= 0xF0 && lead < 0xF5 ? 4 : 0;
            if (size == 0 || end - i < size) {
                return false;
            }
            int code = size == 1 ? lead : lead & 0x7F >> size;
            for (int k = 1; k < size; k++) {
                if ((bytes[i + k] & 0xC0) != 0x80) {
                    return false;
                }
                code = code << 6 | bytes[i + k] & 0x3F;
            }
            if (size == 3 && (code < 0x800 || code >= 0xD800 && code < 0xE000)
                    || size == 4 && (code < 0x10000 || code > 0x10FFFF)) {
                return false;
            }
            i += size;
        }
        return true;
    }
}
