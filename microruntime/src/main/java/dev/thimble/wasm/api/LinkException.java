package dev.thimble.wasm.api;

import java.util.List;

/** Imports are missing or have the wrong type (spec 3.0, "External Typing"), or a limit stands against a module. */
public final class LinkException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient List<String> problems;

    /** @param problems everything that is wrong, one line each; not empty */
    public LinkException(List<String> problems) {
        super(String.join("; ", problems));
        this.problems = List.copyOf(problems);
    }

    /** Everything that is wrong, one line each. */
    public List<String> problems() {
        return problems;
    }
}
