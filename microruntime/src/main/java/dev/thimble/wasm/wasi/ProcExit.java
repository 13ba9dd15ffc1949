package dev.thimble.wasm.wasi;

/** The guest ended itself by {@code proc_exit}, or by a signal that ends a process. It has no stack trace. */
public final class ProcExit extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int code;

    ProcExit(int code) {
        super("exit code " + Integer.toUnsignedString(code), null, false, false);
        this.code = code;
    }

    /** The exit code, 0 for success; 128 + signal after {@code proc_raise}. */
    public int code() {
        return code;
    }
}
