package dev.thimble.ota.step;

import dev.thimble.ota.content.Digest;

/**
 * A release as the device remembers it: its signed manifest, its place in the sequence, its binary, and the settings that
 * it runs with.
 *
 * @param settings digest of the settings' encoded form, null for none
 */
public record Release(Digest manifest, long sequence, Digest blob, Digest settings) {
    public Release(Digest manifest, long sequence, Digest blob) {
        this(manifest, sequence, blob, null);
    }
}
