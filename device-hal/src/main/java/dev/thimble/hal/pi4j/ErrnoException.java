package dev.thimble.hal.pi4j;

import com.pi4j.io.exception.IOException;
import dev.thimble.hal.board.Errno;

/** An {@link Errno} on its way through Pi4J, which knows exceptions only. One instance per code: nothing is allocated. */
final class ErrnoException extends IOException {
    private static final long serialVersionUID = 1;
    private static final ErrnoException[] CODES = new ErrnoException[-Errno.NACK + 1];

    static {
        for (int i = 1; i < CODES.length; i++) {
            CODES[i] = new ErrnoException(-i);
        }
    }

    private final int errno;

    private ErrnoException(int errno) {
        super(Errno.name(errno));
        this.errno = errno;
    }

    int errno() {
        return errno;
    }

    /** Returns a result ≥ 0. @throws ErrnoException for a negative one */
    static int check(int result) {
        if (result < 0) {
            throw CODES[Math.min(-result, CODES.length - 1)];
        }
        return result;
    }

    /** Shared and preallocated, so its stack would name whoever came first. */
    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}
