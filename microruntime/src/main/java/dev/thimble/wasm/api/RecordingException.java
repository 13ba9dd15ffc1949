package dev.thimble.wasm.api;

/** A recording cannot be made, is damaged, or does not fit what the module does; the message says where. */
public final class RecordingException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public RecordingException(String message) {
        super(message);
    }
}
