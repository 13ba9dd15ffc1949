package dev.thimble.ota.step;

import dev.thimble.ota.content.Digest;

/** A release as the device remembers it: its signed manifest, its place in the sequence, its binary. */
public record Release(Digest manifest, long sequence, Digest blob) {
}
