package dev.thimble.ota.document;

import dev.thimble.ota.cbor.MalformedDocumentException;
import dev.thimble.ota.content.Digest;
import java.util.Locale;
import java.util.regex.Pattern;

/** What a name may look like, so that it can be a topic level and a file name, and the codecs' small helpers. */
final class Names {
    static final int MAX = 64;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    private Names() {
    }

    static String check(String name, String what) {
        if (!NAME.matcher(name).matches()) {
            throw new MalformedDocumentException(what + " '" + name
                    + "': 1 to 64 letters, digits, '.', '_' and '-' are allowed, beginning with a letter or digit");
        }
        return name;
    }


    static <E extends Enum<E>> E constant(Class<E> type, String text) {
        for (E constant : type.getEnumConstants()) {
            if (text(constant).equals(text)) {
                return constant;
            }
        }
        throw new MalformedDocumentException("'" + text + "' is no " + type.getSimpleName().toLowerCase(Locale.ROOT));
    }

    static String text(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Digest digest(byte[] bytes) {
        if (bytes.length != Digest.LENGTH) {
            throw new MalformedDocumentException("a digest of " + bytes.length + " bytes where " + Digest.LENGTH + " are expected");
        }
        return Digest.of(bytes);
    }
}
