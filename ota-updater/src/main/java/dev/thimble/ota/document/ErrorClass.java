package dev.thimble.ota.document;

/** What an error asks for. */
public enum ErrorClass {
    /** May pass by itself: back off and try again. */
    TRANSIENT,
    /** Will not pass: this release is quarantined until one with a higher sequence has been committed. */
    PERMANENT,
    /** Not allowed here and now: refused until the operator assigns anew. */
    POLICY
}
