package dev.thimble.wasm.api;

/** A snapshot cannot be made or restored; the message says why. Nothing has been changed. */
public final class SnapshotException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public SnapshotException(String message) {
        super(message);
    }
}
