package dev.thimble.ota.content;

/** How the bytes on the way differ from the module that they become. */
public enum Encoding {
    /** The payload is the module. */
    NONE,
    /** Raw DEFLATE (RFC 1951). */
    DEFLATE,
    /** A {@code Delta} against a module that the device already has. */
    DELTA
}
