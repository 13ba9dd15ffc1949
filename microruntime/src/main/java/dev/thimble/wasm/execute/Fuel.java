package dev.thimble.wasm.execute;

/** What is left of the fuel that has been handed to running code; negative when it has taken more. */
class Fuel {
    long slice;
}
