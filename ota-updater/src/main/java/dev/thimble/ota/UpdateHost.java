package dev.thimble.ota;

import dev.thimble.ota.document.Manifest;
import dev.thimble.ota.step.Action;
import dev.thimble.ota.step.Event;
import dev.thimble.ota.store.AuditRecord;
import java.util.List;

/**
 * What the updater needs from the agent around it. Called on the thread that calls the
 * {@link UpdateShell}; may call back into the shell at once.
 */
public interface UpdateHost {
    /** Imports and their types, features, resources, capabilities: everything that speaks against this module here, or nothing. */
    List<Event.Refusal> preflight(Manifest manifest);

    /**
     * More of a module's binary has arrived, in order and without gaps from offset 0 on, so that decoding
     * and validating can keep up with the download. Offset 0 comes again when a download begins anew.
     *
     * @return why the module is no good, which ends the download and quarantines the release; null to go on
     */
    default String arrived(String module, Manifest manifest, int offset, byte[] bytes) {
        return null;
    }

    /**
     * Begin this; the answer comes later, through {@link UpdateShell#on} or {@link UpdateShell#swapped}.
     *
     * <p>Swap, Start, Restore and Retire of one module take effect in the order in which they are given:
     * a Restore that follows a Swap which has not begun withdraws it. Otherwise a swap that came too late
     * could bring a candidate back that has already been given up.
     */
    void perform(Action.Outward action);

    /** A record for the event topic. It is on disk if the disk had room. */
    void audited(AuditRecord record);
}
