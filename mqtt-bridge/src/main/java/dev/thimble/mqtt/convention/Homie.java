package dev.thimble.mqtt.convention;

import dev.thimble.mqtt.Announcement;
import dev.thimble.mqtt.Publisher;
import dev.thimble.mqtt.convention.DeviceModel.Module;
import dev.thimble.mqtt.convention.DeviceModel.Reading;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Homie 5: the device with a node for each module and a property for each reading, all retained. Homie recommends
 * quality of service 2; the link offers 1, and a repeated retained value is the same value.
 */
public final class Homie implements Convention {

    private final Publisher publisher;
    private final String root;
    private final Values values = new Values();
    private final Map<String, UpdateStatus> updates = new LinkedHashMap<>();
    private DeviceModel device;

    /** @param publisher a link of its own, made with {@link #will} and {@link #birth} */
    public Homie(Publisher publisher, String deviceId) {
        this.publisher = publisher;
        this.root = "homie/5/" + Ids.hyphenated(deviceId);
    }

    @Override
    public Announcement will() {
        return Announcement.retained(root + "/$state", "lost");
    }

    @Override
    public synchronized List<Announcement> birth() {
        return device == null ? List.of() : description();
    }

    @Override
    public synchronized void describe(DeviceModel next) {
        if (device != null) {
            clear(device, next);
        }
        device = next;
        values.describe(next);
        updates.keySet().removeIf(module -> next.modules().stream().noneMatch(m -> m.name().equals(module)));
        for (Announcement message : description()) {
            publisher.publish(message.topic(), message.payload(), message.qos(), message.retained());
        }
    }

    @Override
    public synchronized void published(String topic, byte[] payload) {
        if (device != null) {
            values.take(device, topic, payload, (module, reading, value) ->
                    publisher.publish(property(module, reading.id()), bytes(value), 1, true));
        }
    }

    @Override
    public synchronized void updated(UpdateStatus status) {
        updates.put(status.module(), status);
        if (device != null) {
            device.modules().stream().filter(m -> m.name().equals(status.module())).forEach(module ->
                    updateValues(module).forEach((topic, value) -> publisher.publish(topic, bytes(value), 1, true)));
        }
    }

    /** Everything, between the states {@code init} and {@code ready}, as Homie's life cycle wants it. */
    private List<Announcement> description() {
        List<Announcement> messages = new ArrayList<>();
        messages.add(Announcement.retained(root + "/$state", "init"));
        String body = document(0);
        CRC32C version = new CRC32C();
        version.update(bytes(body));
        messages.add(Announcement.retained(root + "/$description", document(version.getValue())));
        for (Module module : device.modules()) {
            for (Reading reading : module.readings()) {
                String value = values.get(reading);
                if (value != null) {
                    messages.add(Announcement.retained(property(module, reading.id()), value));
                }
            }
            updateValues(module).forEach((topic, value) -> messages.add(Announcement.retained(topic, value)));
        }
        messages.add(Announcement.retained(root + "/$state", "ready"));
        return messages;
    }

    private Map<String, String> updateValues(Module module) {
        UpdateStatus status = updates.get(module.name());
        Map<String, String> topics = new LinkedHashMap<>();
        topics.put(property(module, "version"),
                status == null || status.installed() == null ? module.version() : status.installed());
        topics.put(property(module, "update-phase"), status == null ? "idle" : status.phase());
        topics.put(property(module, "update-percent"),
                status == null || !status.inProgress() ? "0" : Integer.toString(status.percent()));
        return topics;
    }

    private String document(long version) {
        Json json = new Json().object().field("homie", "5.0").field("version", version).field("name", device.name())
                .object("nodes");
        for (Module module : device.modules()) {
            json.object(Ids.hyphenated(module.name())).field("name", module.name()).field("type", "module")
                    .object("properties");
            for (Reading reading : module.readings()) {
                String type = switch (reading.type()) {
                    case FLOAT -> "float";
                    case INTEGER -> "integer";
                    case BOOLEAN -> "boolean";
                    case TEXT -> "string";
                };
                json.object(Ids.hyphenated(reading.id())).field("name", reading.name()).field("datatype", type)
                        .field("unit", reading.unit()).end();
            }
            json.object("version").field("name", "Version").field("datatype", "string").end();
            json.object("update-phase").field("name", "Update").field("datatype", "string").end();
            json.object("update-percent").field("name", "Update progress").field("datatype", "integer")
                    .field("format", "0:100").field("unit", "%").end();
            json.end().end();
        }
        return json.end().end().toString();
    }

    /** Empties the retained topics of what is gone. */
    private void clear(DeviceModel before, DeviceModel after) {
        List<String> kept = topics(after);
        for (String topic : topics(before)) {
            if (!kept.contains(topic)) {
                publisher.publish(topic, new byte[0], 1, true);
            }
        }
    }

    private List<String> topics(DeviceModel of) {
        List<String> topics = new ArrayList<>();
        for (Module module : of.modules()) {
            module.readings().forEach(reading -> topics.add(property(module, reading.id())));
            topics.addAll(updateValues(module).keySet());
        }
        return topics;
    }

    private String property(Module module, String id) {
        return root + "/" + Ids.hyphenated(module.name()) + "/" + Ids.hyphenated(id);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
