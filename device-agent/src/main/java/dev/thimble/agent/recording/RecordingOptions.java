package dev.thimble.agent.recording;

import java.nio.file.Path;

/**
 * What a device may be asked to record.
 *
 * @param maxBytes of flash that its one recording may take; 0 for no recordings
 * @param fromStart where the first module that starts is recorded from its start on; null for nowhere
 */
public record RecordingOptions(long maxBytes, Path fromStart) {
    /** As long as the owner does not say otherwise. */
    public static final RecordingOptions OFF = new RecordingOptions(0, null);
}
