package dev.thimble.hal.board;

/**
 * Result codes of bus and host calls, host-import ABI 1. A result of zero or more is success, a value, a length or a
 * handle; a negative one is one of these. They are plain ints because they cross into WebAssembly as {@code i32}.
 */
public final class Errno {
    public static final int OK = 0;
    /** An argument is out of range. */
    public static final int INVALID = -1;
    /** The grant does not allow it, or the operating system refused permission. */
    public static final int DENIED = -2;
    /** The line, bus, channel or device file does not exist. */
    public static final int NO_DEVICE = -3;
    /** Another module, process or kernel driver holds it. */
    public static final int BUSY = -4;
    /** No chip acknowledged the address. */
    public static final int NACK_ADDRESS = -5;
    /** The chip refused a data byte. */
    public static final int NACK_DATA = -6;
    public static final int TIMEOUT = -7;
    /** A bus error: a line held low, a misplaced start or stop. */
    public static final int BUS = -8;
    public static final int UNSUPPORTED = -9;
    /** The buffer cannot hold the result. */
    public static final int TOO_SMALL = -10;
    /** A quota of the grant is used up. */
    public static final int QUOTA = -11;
    /** Nothing there now: try again. */
    public static final int AGAIN = -12;
    public static final int ARBITRATION_LOST = -13;
    public static final int NOT_FOUND = -14;
    /** The handle is not open. */
    public static final int CLOSED = -15;
    public static final int IO = -16;
    /** Data arrived faster than it was read, and some is lost. */
    public static final int OVERRUN = -17;
    /** No acknowledge, where the controller does not tell of address or data. */
    public static final int NACK = -18;

    private static final String[] NAMES = {"OK", "INVALID", "DENIED", "NO_DEVICE", "BUSY", "NACK_ADDRESS", "NACK_DATA",
        "TIMEOUT", "BUS", "UNSUPPORTED", "TOO_SMALL", "QUOTA", "AGAIN", "ARBITRATION_LOST", "NOT_FOUND", "CLOSED",
        "IO", "OVERRUN", "NACK"};

    private Errno() { }

    /** The name of a code, for example {@code NACK_ADDRESS} for −5; any result ≥ 0 is {@code OK}. */
    public static String name(int code) {
        if (code >= 0) {
            return NAMES[0];
        }
        return code > -NAMES.length ? NAMES[-code] : "errno " + code;
    }
}
