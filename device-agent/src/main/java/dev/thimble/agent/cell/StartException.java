package dev.thimble.agent.cell;

/** A release could not be started; nothing of it is left, and what ran before still does. */
public final class StartException extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final String step;

    /** @param step instantiate, thimble_restore, thimble_init or thimble_selftest */
    public StartException(String step, String message, Throwable cause) {
        super(step + ": " + message, cause);
        this.step = step;
    }

    public String step() {
        return step;
    }
}
