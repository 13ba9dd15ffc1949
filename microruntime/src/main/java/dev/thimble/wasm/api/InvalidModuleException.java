package dev.thimble.wasm.api;

/** The module is well formed but breaks a rule of validation (spec 3.0, "Validation") or a limit of the engine. */
public final class InvalidModuleException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int functionIndex;
    private final int offset;

    /**
     * @param message       what is wrong
     * @param functionIndex the function, or {@link Trap#UNKNOWN} when it is not in a function's body
     * @param offset        where, in bytes from the start of the module, or {@link Trap#UNKNOWN}
     */
    public InvalidModuleException(String message, int functionIndex, int offset) {
        super(message + (functionIndex == Trap.UNKNOWN ? "" : " in function " + functionIndex)
                + (offset == Trap.UNKNOWN ? "" : " at offset 0x" + Integer.toHexString(offset)));
        this.functionIndex = functionIndex;
        this.offset = offset;
    }

    public int functionIndex() {
        return functionIndex;
    }

    public int offset() {
        return offset;
    }
}
