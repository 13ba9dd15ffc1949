package dev.thimble.wasm.api;

/** The bytes are not a WebAssembly module (spec 3.0, "Binary Format"). */
public final class MalformedModuleException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int offset;
    private final String section;

    /**
     * @param message what is wrong
     * @param section the section's name, or null before the first
     * @param offset  where, in bytes from the start of the module
     */
    public MalformedModuleException(String message, String section, int offset) {
        super(message + (section == null ? "" : " in the " + section + " section") + " at offset 0x"
                + Integer.toHexString(offset));
        this.section = section;
        this.offset = offset;
    }

    public int offset() {
        return offset;
    }

    public String section() {
        return section;
    }
}
