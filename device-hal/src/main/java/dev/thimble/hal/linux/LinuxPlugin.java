package dev.thimble.hal.linux;

import dev.thimble.hal.pi4j.BoardPlugin;

/** This machine's hardware as a Pi4J plugin that Pi4J finds by itself. */
public final class LinuxPlugin extends BoardPlugin {
    /** Opens nothing until an I/O is created. */
    public LinuxPlugin() {
        super(new LinuxBoard(LinuxBoard.detect()));
    }
}
