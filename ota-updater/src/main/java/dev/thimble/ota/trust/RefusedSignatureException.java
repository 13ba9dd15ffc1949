package dev.thimble.ota.trust;

/** A document is well formed, but the keys do not vouch for it; the message says which role and why. */
public final class RefusedSignatureException extends RuntimeException {
    public RefusedSignatureException(String message) {
        super(message);
    }
}
