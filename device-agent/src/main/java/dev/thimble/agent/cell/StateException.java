package dev.thimble.agent.cell;

/** A module's state could not be handed over; the message says which side failed and how. */
public final class StateException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public StateException(String message) {
        super(message);
    }
}
