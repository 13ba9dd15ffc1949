package dev.thimble.hal.host;

/** What a parameter of an import means; from it follow its WebAssembly types and its span check. */
enum Parameter {
    I32(1, 0), I64(1, 0), F64(1, 0),
    /** Pointer and length in bytes. */
    BYTES(2, 1),
    /** Pointer to an {@code i32}. */
    I32_AT(1, 4),
    /** Pointer to an {@code i64}. */
    I64_AT(1, 8),
    /** Pointer to and number of {u32 kind, u32 ptr, u32 len}. */
    I2C_OPS(2, 12),
    /** Pointer to and number of {u32 kind, u32 tx, u32 rx, u32 len}. */
    SPI_OPS(2, 16);

    /** How many WebAssembly parameters it takes. */
    final int width;
    /** Bytes per element in memory; 0 for a plain number. */
    final int size;

    Parameter(int width, int size) {
        this.width = width;
        this.size = size;
    }
}
