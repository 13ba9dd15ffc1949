package dev.thimble.hal.grant;

import java.util.List;

/** A module needs more than its grant gives: everything that is missing, one line each, for the device's owner. */
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final transient List<String> missing;

    RefusedException(List<String> missing) {
        super("not granted: " + String.join("; ", missing));
        this.missing = List.copyOf(missing);
    }

    public List<String> missing() {
        return missing;
    }
}
