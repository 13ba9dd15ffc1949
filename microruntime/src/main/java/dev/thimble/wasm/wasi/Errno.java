package dev.thimble.wasm.wasi;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** {@code errno} of WASI preview 1: the codes in use here, and which of them a Java exception means. */
final class Errno {
    static final int SUCCESS = 0;
    static final int TOO_BIG = 1;
    static final int ACCES = 2;
    static final int AGAIN = 6;
    static final int BADF = 8;
    static final int BUSY = 10;
    static final int DQUOT = 19;
    static final int EXIST = 20;
    static final int FBIG = 22;
    static final int ILSEQ = 25;
    static final int INTR = 27;
    static final int INVAL = 28;
    static final int IO = 29;
    static final int ISDIR = 31;
    static final int LOOP = 32;
    static final int MFILE = 33;
    static final int MLINK = 34;
    static final int NAMETOOLONG = 37;
    static final int NOENT = 44;
    static final int NOSPC = 51;
    static final int NOTCONN = 53;
    static final int NOTDIR = 54;
    static final int NOTEMPTY = 55;
    static final int NOTSOCK = 57;
    static final int NOTSUP = 58;
    static final int OVERFLOW = 61;
    static final int PERM = 63;
    static final int PIPE = 64;
    static final int ROFS = 69;
    static final int SPIPE = 70;
    static final int XDEV = 75;
    static final int NOTCAPABLE = 76;

    /** Ends a call with an errno. */
    static final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1;
        final int errno;

        Failure(int errno) {
            super("errno " + errno, null, false, false);
            this.errno = errno;
        }
    }

    private Errno() {
    }

    static int of(IOException e) {
        if (e instanceof NoSuchFileException) {
            return NOENT;
        } else if (e instanceof FileAlreadyExistsException) {
            return EXIST;
        } else if (e instanceof NotDirectoryException) {
            return NOTDIR;
        } else if (e instanceof DirectoryNotEmptyException) {
            return NOTEMPTY;
        } else if (e instanceof AccessDeniedException) {
            return ACCES;
        } else if (e instanceof AtomicMoveNotSupportedException) {
            return XDEV;
        } else if (e instanceof ClosedChannelException) {
            return BADF;
        }
        String reason = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
        return reason == null ? IO : ofReason(reason);
    }

    /** The JDK has no types for these, only the C library's text; in other locales they become {@link #IO}. */
    private static int ofReason(String reason) {
        return switch (reason) {
            case "Is a directory" -> ISDIR;
            case "Not a directory" -> NOTDIR;
            case "Directory not empty" -> NOTEMPTY;
            case "Invalid argument" -> INVAL;
            case "Bad file descriptor" -> BADF;
            case "No space left on device" -> NOSPC;
            case "Disk quota exceeded" -> DQUOT;
            case "Read-only file system" -> ROFS;
            case "File name too long" -> NAMETOOLONG;
            case "File too large" -> FBIG;
            case "Operation not permitted" -> PERM;
            case "Device or resource busy" -> BUSY;
            case "Too many open files" -> MFILE;
            case "Too many links" -> MLINK;
            case "Broken pipe" -> PIPE;
            default -> reason.startsWith("Too many levels of symbolic links") ? LOOP
                    : reason.startsWith("Invalid cross-device link") ? XDEV : IO;
        };
    }
}
