package dev.thimble.ota.cbor;

/** A document that came from outside is not what it should be; the message names document, field and fault. */
public final class MalformedDocumentException extends RuntimeException {
    public MalformedDocumentException(String message) {
        super(message);
    }

    public MalformedDocumentException(String message, Throwable cause) {
        super(message, cause);
    }
}
