package dev.thimble.ota.step;

import dev.thimble.ota.content.Digest;
import dev.thimble.ota.document.ErrorClass;
import dev.thimble.ota.document.Phase;

/** What went wrong last with a module: with which release, where, what kind, and every reason (one a line). */
public record Failure(Digest manifest, Phase at, ErrorClass kind, String text) {
}
