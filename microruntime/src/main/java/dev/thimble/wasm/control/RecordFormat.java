package dev.thimble.wasm.control;

/**
 * What a recording is made of. First {@link #MAGIC} and {@link #VERSION}, 4 bytes each; then records: kind (a byte), length (a number), contents, and the
 * CRC-32 of all three. Numbers are signed LEB128. The first record is {@link #BEGIN}; a byte of 0 in place of a kind is the end of
 * what a power cut has left of the file. {@link #VERSION} changes with what is written and with how fuel is counted.
 */
final class RecordFormat {
    static final int MAGIC = 0x54685265;
    static final int VERSION = 3;

    /** The instance's limits, and its state at the beginning as a deflated snapshot. */
    static final int BEGIN = 1;
    /** A call from outside, or from within a host function; or the resumption of a run. */
    static final int ENTER = 2;
    /** Its end. */
    static final int LEAVE = 3;
    /** The answer of a host function, behind the calls that it made itself. */
    static final int HOST = 4;
    /** The suspended run is given up. */
    static final int CANCEL = 5;
    /** Nothing more is recorded; why. */
    static final int END = 6;

    /** Outcomes of host functions; a call ends in one of them too, or in SUSPENDED with its {@code Progress}. */
    static final int RETURNED = 0, SUSPENDED = 1, TRAPPED = 2, THREW = 3, FAILED = 4;

    private RecordFormat() {
    }
}
