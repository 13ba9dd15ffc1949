package dev.thimble.wasm.control;

import dev.thimble.wasm.structure.Module;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * What a snapshot is made of, all numbers big-endian: {@link #MAGIC}, {@link #VERSION}, the SHA-256 of the module's binary, the objects of
 * its heap, first what is needed to make them and then what they hold, the state in the order of {@link SnapshotWriter}, and the CRC-32 of everything before. A position in code is an offset in the binary, and
 * everything else that a run needs lies in slots whose numbers depend on the binary alone: so a snapshot knows neither
 * mode nor JVM. {@link #VERSION} changes with the way in which slots are numbered.
 */
final class Format {
    static final int MAGIC = 0x54685370;
    static final int VERSION = 1;
    static final int HASH = 32;
    static final int CHECKSUM = 4;

    /** Kinds of references. */
    static final int NULL = 0, FUNCTION = 1, I31 = 2, OBJECT = 3, EXCEPTION = 4;

    private Format() {
    }

    static byte[] hash(Module module) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(module.binary());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
