package dev.thimble.wasm;

import dev.thimble.wasm.control.Recorder;

/** A recording that is being made: see {@link Instance#record}. Used on the instance's thread. */
public final class Recording {
    private final Recorder recorder;

    Recording(Recorder recorder) {
        this.recorder = recorder;
    }

    /** Calls from outside and resumptions so far. */
    public long events() {
        return recorder.events();
    }

    /** Bytes written so far. */
    public long bytes() {
        return recorder.bytes();
    }

    /**
     * Why it has ended, or null while it goes on. It ends by itself when it has no more room, when the stream fails, or when something
     * happens that cannot be written down; the run is not disturbed.
     */
    public String end() {
        return recorder.end();
    }

    /**
     * Ends it and closes its stream, if it has not ended yet. The instance then runs as before, save that its NaNs stay canonical.
     *
     * @param why for whoever reads it
     */
    public void end(String why) {
        recorder.end(why);
    }
}
