package dev.thimble.ota.content;

/** A payload does not decode to the module that was signed. */
public final class MalformedPayloadException extends RuntimeException {
    public MalformedPayloadException(String message) {
        super(message);
    }
}
