package dev.thimble.ota.store;

import dev.thimble.ota.content.Digest;

/** Stored content is gone or is not what its name says. */
public final class DamagedBlobException extends Exception {
    public DamagedBlobException(Digest digest, String how) {
        super("blob " + digest.brief() + " " + how);
    }
}
