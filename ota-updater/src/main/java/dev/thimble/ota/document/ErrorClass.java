package dev.thimble.ota.document;

/** What an error asks for. */
public enum ErrorClass {
    /** May pass by itself: back off and try again. */
    TRANSIENT,
    /** Will not pass: this release is quarantined until one with a higher sequence has been committed. */
    PERMANENT,
    /** Not allowed here and now: refused until the operator assigns anew. */
    POLICY,
    /** The keys that the device trusts do not vouch for it: refused until the operator assigns anew. */
    SIGNATURE;

    /** Whether only a new assignment of the operator gives the release another chance. */
    public boolean awaitsOperator() {
        return this == POLICY || this == SIGNATURE;
    }
}
