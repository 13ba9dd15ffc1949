package dev.thimble.hal.grant;

/**
 * A directory that a module may use through WASI.
 *
 * @param guest its name to the module, absolute
 * @param host where it is on the device, absolute; a request leaves it empty
 * @param write whether the module may change what is in it
 */
public record Preopen(String guest, String host, boolean write) { }
