package dev.thimble.mqtt.convention;

import dev.thimble.mqtt.Announcement;
import java.util.List;

/** A view of the device for other systems. Thread-safe; not for a hot path (it allocates). */
public interface Convention {

    /** The will that the convention's own link needs, for each connect anew; null if it needs none. */
    default Announcement will() {
        return null;
    }

    /** What to say after each connect. */
    List<Announcement> birth();

    /** The device, its modules or their readings have changed. */
    void describe(DeviceModel device);

    /** A module has published. Payloads that are not what was declared are ignored. */
    void published(String topic, byte[] payload);

    void updated(UpdateStatus status);
}
