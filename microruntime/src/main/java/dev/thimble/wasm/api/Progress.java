package dev.thimble.wasm.api;

/** How far a run that may be suspended has come. */
public enum Progress {
    /** It has ended, and its results are there. */
    FINISHED,
    /** A host function has answered "not yet"; it is called again when the run is resumed. */
    WAITING,
    /** Its fuel is used up; it goes on when the instance has been given more. */
    OUT_OF_FUEL
}
