package dev.thimble.wasm.binary;

import java.nio.charset.StandardCharsets;

/** Strict UTF-8 (spec 3.0, "Names"; RFC 3629): no surrogates, no over-long forms, nothing above U+10FFFF. */
final class Utf8 {
    private Utf8() {
    }

    /** The text, or null when the bytes are not UTF-8. */
    static String decode(byte[] bytes, int offset, int length) {
        return isValid(bytes, offset, offset + length) ? new String(bytes, offset, length, StandardCharsets.UTF_8) : null;
    }

    private static boolean isValid(byte[] bytes, int offset, int end) {
        int at = offset;
        while (at < end) {
            int lead = bytes[at++] & 0xFF;
            if (lead < 0x80) {
                continue;
            }
            int more = lead < 0xC2 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : lead < 0xF5 ? 3 : 0;
            if (more == 0 || end - at < more) {
                return false;
            }
            int second = bytes[at] & 0xFF;
            int least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
            int most = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
            if (second < least || second > most) {
                return false;
            }
            for (int i = 1; i < more; i++) {
                if ((bytes[at + i] & 0xC0) != 0x80) {
                    return false;
                }
            }
            at += more;
        }
        return true;
    }
}
