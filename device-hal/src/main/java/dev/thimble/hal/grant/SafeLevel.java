package dev.thimble.hal.grant;

/** What the host drives an output to on trap, stop or failed update. Logical levels. */
public enum SafeLevel { INACTIVE, ACTIVE, KEEP }
