package dev.thimble.hal.board;

/** A line, bus or channel could not be opened: which, why, and what to do about it. Bus operations return {@link Errno}s. */
public final class DeviceException extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final int errno;

    /**
     * @param errno a negative {@link Errno}
     * @param message what could not be opened and how to mend it
     */
    public DeviceException(int errno, String message) {
        super(message + " (" + Errno.name(errno) + ")");
        this.errno = errno;
    }

    public int errno() {
        return errno;
    }
}
