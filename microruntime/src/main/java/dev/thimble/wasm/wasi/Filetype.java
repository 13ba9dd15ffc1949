package dev.thimble.wasm.wasi;

import java.nio.file.attribute.BasicFileAttributes;

/** {@code filetype} of WASI preview 1. */
final class Filetype {
    static final int UNKNOWN = 0;
    static final int CHARACTER_DEVICE = 2;
    static final int DIRECTORY = 3;
    static final int REGULAR_FILE = 4;
    static final int SOCKET_STREAM = 6;
    static final int SYMBOLIC_LINK = 7;

    private Filetype() {
    }

    static int of(BasicFileAttributes attributes) {
        return attributes.isRegularFile() ? REGULAR_FILE
                : attributes.isDirectory() ? DIRECTORY : attributes.isSymbolicLink() ? SYMBOLIC_LINK : UNKNOWN;
    }
}
