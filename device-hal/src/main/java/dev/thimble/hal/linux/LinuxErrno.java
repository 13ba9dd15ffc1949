package dev.thimble.hal.linux;

import dev.thimble.hal.board.DeviceException;
import dev.thimble.hal.board.Errno;

/** Linux errno numbers (the generic ones, of x86-64 and aarch64) and what they mean here. All take the negated number. */
final class LinuxErrno {
    static final int EPERM = 1;
    static final int ENOENT = 2;
    static final int EINTR = 4;
    static final int EIO = 5;
    static final int ENXIO = 6;
    static final int EAGAIN = 11;
    static final int EACCES = 13;
    static final int EBUSY = 16;
    static final int ENODEV = 19;
    static final int EINVAL = 22;
    static final int ENOTTY = 25;
    static final int EPROTO = 71;
    static final int EMSGSIZE = 90;
    static final int EOPNOTSUPP = 95;
    static final int ETIMEDOUT = 110;
    static final int EREMOTEIO = 121;

    private LinuxErrno() { }

    /** Of an operation on something open. */
    static int operation(int negated) {
        return switch (-negated) {
            case EPERM, EACCES -> Errno.DENIED;
            case EAGAIN, EINTR -> Errno.AGAIN;
            case EBUSY -> Errno.BUSY;
            case EINVAL, EMSGSIZE -> Errno.INVALID;
            case ENODEV, ENXIO -> Errno.NO_DEVICE;
            case ENOTTY, EOPNOTSUPP -> Errno.UNSUPPORTED;
            case ETIMEDOUT -> Errno.TIMEOUT;
            default -> Errno.IO;
        };
    }

    /** Of an I2C transfer (kernel documentation, "I2C/SMBUS Fault Codes"). */
    static int i2c(int negated) {
        return switch (-negated) {
            case ENXIO -> Errno.NACK_ADDRESS;
            case EREMOTEIO -> Errno.NACK;
            // Also what a signal or safepoint may leave: in either case, try again.
            case EAGAIN, EINTR -> Errno.ARBITRATION_LOST;
            case EPROTO -> Errno.BUS;
            default -> operation(negated);
        };
    }

    /** Of an attempt to open something: what, why, and how to mend it. */
    static DeviceException opening(int negated, String what, String mend) {
        String number = " (errno " + -negated + ")";
        return switch (-negated) {
            case EPERM, EACCES -> new DeviceException(Errno.DENIED, what + ": no permission; " + mend);
            case ENOENT, ENODEV, ENXIO -> new DeviceException(Errno.NO_DEVICE, what + " does not exist; " + mend);
            case EBUSY -> new DeviceException(Errno.BUSY, what + " is held by somebody else");
            default -> new DeviceException(operation(negated), what + " cannot be opened" + number);
        };
    }
}
