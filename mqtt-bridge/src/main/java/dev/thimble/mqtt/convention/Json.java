package dev.thimble.mqtt.convention;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** As much JSON as the conventions need: writing objects, and finding one field of a flat object. */
final class Json {

    private final StringBuilder text = new StringBuilder();
    private boolean first = true;

    Json object() {
        comma();
        text.append('{');
        first = true;
        return this;
    }

    Json object(String name) {
        return key(name).object();
    }

    Json end() {
        text.append('}');
        first = false;
        return this;
    }


    /** Writes a text field, or nothing if the value is null. */
    Json field(String name, String value) {
        if (value != null) {
            key(name).comma();
            quote(value);
        }
        return this;
    }

    Json field(String name, long value) {
        key(name).comma();
        text.append(value);
        return this;
    }

    Json field(String name, boolean value) {
        key(name).comma();
        text.append(value);
        return this;
    }

    Json nullField(String name) {
        key(name).comma();
        text.append("null");
        return this;
    }

    private Json key(String name) {
        comma();
        quote(name);
        text.append(':');
        first = true;
        return this;
    }

    private void comma() {
        if (!first) {
            text.append(',');
        }
        first = false;
    }

    private void quote(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < 0x20) {
                text.append(String.format("\\u%04x", (int) c));
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }

    byte[] bytes() {
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return text.toString();
    }

    /**
     * The value that a JSON pointer (RFC 6901) names, as text: a string without its quotes, a number or literal as it
     * stands.
     *
     * @return null if there is no such value, it is an object, array or null, or the text is not JSON
     */
    static String find(byte[] json, String pointer) {
        return new Finder(new String(json, StandardCharsets.UTF_8)).find(tokens(pointer));
    }

    /** The reference tokens of a JSON pointer; a number means an element of an array. */
    static List<String> tokens(String pointer) {
        if (!pointer.startsWith("/")) {
            throw new IllegalArgumentException("'" + pointer + "' is no JSON pointer; it begins with a slash");
        }
        return Arrays.stream(pointer.substring(1).split("/", -1)).map(t -> t.replace("~1", "/").replace("~0", "~")).toList();
    }

    static boolean isIndex(String token) {
        return token.matches("0|[1-9][0-9]{0,5}");
    }

    private static final class Finder {
        private final String text;
        private int at;

        private Finder(String text) {
            this.text = text;
        }

        private String find(List<String> tokens) {
            for (String token : tokens) {
                boolean found = take('{') ? toMember(token) : take('[') && isIndex(token) && toElement(Integer.parseInt(token));
                if (!found) {
                    return null;
                }
            }
            String value = value();
            return value == null || value.equals("null") ? null : value;
        }

        /** Moves to the value of an object's first member with this name. */
        private boolean toMember(String name) {
            while (true) {
                String next = string();
                if (next == null || !take(':')) {
                    return false;
                }
                if (next.equals(name)) {
                    return true;
                }
                value();
                if (!take(',')) {
                    return false;
                }
            }
        }

        private boolean toElement(int index) {
            for (int i = 0; i < index; i++) {
                value();
                if (!take(',')) {
                    return false;
                }
            }
            return true;
        }

        private void skipSpace() {
            while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
        }

        private boolean take(char c) {
            skipSpace();
            if (at < text.length() && text.charAt(at) == c) {
                at++;
                return true;
            }
            return false;
        }

        private String string() {
            if (!take('"')) {
                return null;
            }
            StringBuilder value = new StringBuilder();
            while (at < text.length()) {
                char c = text.charAt(at++);
                if (c == '"') {
                    return value.toString();
                }
                if (c == '\\') {
                    c = escape();
                    if (c == '\uffff') {
                        return null;
                    }
                }
                value.append(c);
            }
            return null;
        }

        private char escape() {
            if (at >= text.length()) {
                return '\uffff';
            }
            char c = text.charAt(at++);
            if (c == 'u' && at + 4 <= text.length()) {
                String digits = text.substring(at, at + 4);
                at += 4;
                return digits.matches("[0-9A-Fa-f]{4}") ? (char) Integer.parseInt(digits, 16) : '\uffff';
            }
            int index = "\"\\/bfnrt".indexOf(c);
            return index < 0 ? '\uffff' : "\"\\/\b\f\n\r\t".charAt(index);
        }

        /** A scalar's text; null for an object or array, which is skipped. */
        private String value() {
            skipSpace();
            if (at < text.length() && text.charAt(at) == '"') {
                return string();
            }
            if (at < text.length() && (text.charAt(at) == '{' || text.charAt(at) == '[')) {
                skipNested();
                return null;
            }
            int start = at;
            while (at < text.length() && ",}] \t\r\n".indexOf(text.charAt(at)) < 0) {
                at++;
            }
            return text.substring(start, at);
        }

        private void skipNested() {
            int depth = 0;
            do {
                char c = text.charAt(at);
                if (c == '"') {
                    if (string() == null) {
                        return;
                    }
                    continue;
                }
                depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
                at++;
            } while (depth > 0 && at < text.length());
        }
    }
}
