package dev.thimble.ota.document;

/** Where a module is on its way; the order is the order of the way. */
public enum Phase {
    /** Nothing is wanted, or nothing that differs from what runs. */
    IDLE,
    /** Something else is wanted; waiting for the start time or for the manifest. */
    ASSIGNED,
    /** Everything that can be refused without a download is being checked. */
    PREFLIGHT,
    /** Chunks are arriving. */
    FETCH,
    /** The payload is being hashed, decoded and stored as a blob. */
    VERIFY,
    /** The module runs its self-test against a simulated board. */
    STAGE,
    /** The module runs beside the old one, its outputs discarded and compared. */
    SHADOW,
    /** The durable record of the attempt is being written, then the modules are exchanged. */
    SWAP,
    /** The new module runs and is watched. */
    PROBATION,
    /** The new module has passed, and that is on disk. */
    COMMITTED,
    /** The old module is being brought back. */
    ROLLED_BACK,
    /** What was wanted has failed for good; the old module runs. */
    QUARANTINED,
    /** Held by the operator; goes on from ASSIGNED. */
    PAUSED;

    /** Until here a cancellation costs nothing, because no candidate code ran with effect. */
    public boolean isBeforeSwap() {
        return this != SWAP && this != PROBATION && this != ROLLED_BACK;
    }

    /** No update is under way. */
    public boolean isAtRest() {
        return this == IDLE || this == COMMITTED || this == QUARANTINED;
    }
}
