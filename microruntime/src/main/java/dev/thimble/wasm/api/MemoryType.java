package dev.thimble.wasm.api;

/**
 * The type of a linear memory (spec 3.0, "Memory Types"; proposals threads and custom page sizes).
 *
 * @param memory64     whether addresses are i64
 * @param minimum      initial size in pages
 * @param maximum      largest size in pages, or {@link #UNBOUNDED}
 * @param shared       whether threads may share it (then a maximum is required)
 * @param pageSizeLog2 16 for the usual 64 KiB pages, 0 for one-byte pages
 */
public record MemoryType(boolean memory64, long minimum, long maximum, boolean shared, int pageSizeLog2)
        implements ExternType {
    /** A maximum that is not declared. */
    public static final long UNBOUNDED = -1;

    /** An ordinary 32-bit memory. */
    public static MemoryType of(long minimum, long maximum) {
        return new MemoryType(false, minimum, maximum, false, 16);
    }

    /** Size of a page in bytes. */
    public int pageSize() {
        return 1 << pageSizeLog2;
    }

    @Override
    public ExternKind kind() {
        return ExternKind.MEMORY;
    }
}
