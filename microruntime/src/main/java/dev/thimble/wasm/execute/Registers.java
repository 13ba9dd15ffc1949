package dev.thimble.wasm.execute;

/**
 * A frame in which an innermost loop keeps slots in fields, for as long as it runs through one slice of fuel. It never leaves the
 * compiled loop, so that C2 makes machine registers of the fields. It cannot of an array's elements: in a loop all stores to
 * elements of one array are one to it.
 */
final class Registers extends Frame {
    int i0, i1, i2, i3, i4, i5, i6, i7, i8;
    long l0, l1, l2, l3, l4, l5, l6, l7, l8;
    double d0, d1, d2, d3, d4, d5, d6, d7, d8;

    /** With slots and fuel only for a loop that needs them: each field that is set is one more thing that C2 keeps track of. */
    Registers(byte[] memory, long[] slots, Fuel fuel) {
        super(memory, fuel);
        this.slots = slots;
    }
}
