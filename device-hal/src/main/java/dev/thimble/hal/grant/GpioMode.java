package dev.thimble.hal.grant;

/** How a module may use a GPIO line; the ordinals are the modes of {@code thimble:gpio/1 open}. */
public enum GpioMode { IN, OUT, OPEN_DRAIN }
