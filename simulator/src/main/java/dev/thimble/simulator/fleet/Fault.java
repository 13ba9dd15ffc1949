package dev.thimble.simulator.fleet;

/** What is wrong with a simulated device; a committed update has to come about in spite of it. */
public enum Fault {
    NONE,
    /** Its link carries 48 KiB a second and takes 20 ms for each piece. */
    SLOW_LINK,
    /** Its link is cut whenever 30 KiB have come through, four times. */
    CUT_LINK,
    /** Its flash forgets: a bit of a half-loaded payload turns over, once. */
    BIT_ROT
}
