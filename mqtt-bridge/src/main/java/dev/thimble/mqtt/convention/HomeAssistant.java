package dev.thimble.mqtt.convention;

import dev.thimble.mqtt.Announcement;
import dev.thimble.mqtt.Publisher;
import dev.thimble.mqtt.convention.DeviceModel.Module;
import dev.thimble.mqtt.convention.DeviceModel.Reading;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Home Assistant's MQTT discovery: one retained document for the device with a sensor for each reading and an update
 * entity for each module (Home Assistant 2024.12 or later, which knows device discovery and update percentages).
 * Sensors read the modules' own topics, so no value is published twice. The update entity shows versions and
 * progress; it has no install button, since only a signed assignment installs.
 */
public final class HomeAssistant implements Convention {

    private static final String DOMAIN = "thimble";

    private final Publisher publisher;
    private final String prefix;
    private final Map<String, UpdateStatus> updates = new LinkedHashMap<>();
    private final Map<String, String> removed = new LinkedHashMap<>();
    private DeviceModel device;

    /**
     * @param publisher the device's own link
     * @param prefix    Home Assistant's discovery prefix, usually {@code homeassistant}
     */
    public HomeAssistant(Publisher publisher, String prefix) {
        this.publisher = publisher;
        this.prefix = prefix;
    }

    @Override
    public synchronized List<Announcement> birth() {
        List<Announcement> messages = new ArrayList<>();
        if (device != null) {
            messages.add(new Announcement(discoveryTopic(), discovery(), 1, true));
            for (UpdateStatus status : updates.values()) {
                messages.add(new Announcement(updateTopic(status.module()), state(status), 1, true));
            }
        }
        return messages;
    }

    @Override
    public synchronized void describe(DeviceModel next) {
        if (device != null) {
            // Home Assistant forgets an entity only if the document still names it, with nothing but its platform.
            components(device).forEach((id, platform) -> removed.put(id, platform));
        }
        components(next).keySet().forEach(removed::remove);
        device = next;
        updates.keySet().removeIf(module -> next.modules().stream().noneMatch(m -> m.name().equals(module)));
        publisher.publish(discoveryTopic(), discovery(), 1, true);
    }

    @Override
    public void published(String topic, byte[] payload) {
        // Home Assistant reads the module's topic itself.
    }

    @Override
    public synchronized void updated(UpdateStatus status) {
        updates.put(status.module(), status);
        if (device != null) {
            publisher.publish(updateTopic(status.module()), state(status), 1, true);
        }
    }

    private String discoveryTopic() {
        return prefix + "/device/" + Ids.underscored(DOMAIN + "_" + device.id()) + "/config";
    }

    private String updateTopic(String module) {
        return prefix + "/update/" + Ids.underscored(DOMAIN + "_" + device.id()) + "/" + Ids.underscored(module)
                + "/state";
    }

    private Map<String, String> components(DeviceModel of) {
        Map<String, String> platforms = new LinkedHashMap<>();
        for (Module module : of.modules()) {
            for (Reading reading : module.readings()) {
                platforms.put(entity(module, reading.id()), platform(reading));
            }
            platforms.put(entity(module, "update"), "update");
        }
        return platforms;
    }

    private static String platform(Reading reading) {
        return reading.type() == DeviceModel.Type.BOOLEAN ? "binary_sensor" : "sensor";
    }

    private static String entity(Module module, String part) {
        return Ids.underscored(module.name() + "_" + part);
    }

    private byte[] discovery() {
        Json json = new Json().object();
        json.object("device").field("identifiers", DOMAIN + "_" + device.id()).field("name", device.name())
                .field("manufacturer", "Thimble").field("model", device.hardware())
                .field("sw_version", device.version()).end();
        json.object("origin").field("name", "Thimble").field("sw_version", device.version()).end();
        json.field("availability_topic", device.onlineTopic()).field("qos", 1);
        json.object("components");
        for (Module module : device.modules()) {
            for (Reading reading : module.readings()) {
                sensor(json, module, reading);
            }
            json.object(entity(module, "update")).field("platform", "update")
                    .field("unique_id", unique(entity(module, "update"))).field("name", module.name())
                    .field("title", module.name()).field("entity_category", "diagnostic")
                    .field("state_topic", updateTopic(module.name())).end();
        }
        removed.forEach((id, platform) -> json.object(id).field("platform", platform).end());
        return json.end().end().bytes();
    }

    private void sensor(Json json, Module module, Reading reading) {
        String id = entity(module, reading.id());
        String value = reading.pointer() == null ? "value" : "value_json" + template(reading.pointer());
        boolean binary = reading.type() == DeviceModel.Type.BOOLEAN;
        json.object(id).field("platform", platform(reading)).field("unique_id", unique(id))
                .field("name", reading.name()).field("state_topic", reading.topic())
                .field("value_template", binary ? "{{ 'ON' if " + value + " in [true, 'true', 1, '1'] else 'OFF' }}"
                        : "{{ " + value + " }}")
                .field("device_class", reading.deviceClass());
        if (!binary) {
            json.field("unit_of_measurement", reading.unit())
                    .field("state_class", reading.type() == DeviceModel.Type.TEXT ? null : "measurement");
        }
        json.end();
    }

    /** A JSON pointer as Jinja subscripts. */
    private static String template(String pointer) {
        return Json.tokens(pointer).stream()
                .map(t -> Json.isIndex(t) ? "[" + t + "]" : "['" + t.replace("\\", "\\\\").replace("'", "\\'") + "']")
                .collect(Collectors.joining());
    }

    private String unique(String entity) {
        return Ids.underscored(DOMAIN + "_" + device.id() + "_" + entity);
    }

    private static byte[] state(UpdateStatus status) {
        Json json = new Json().object().field("installed_version", status.installed())
                .field("latest_version", status.latest()).field("release_summary", status.phase())
                .field("in_progress", status.inProgress());
        return (status.inProgress() ? json.field("update_percentage", status.percent())
                : json.nullField("update_percentage")).end().bytes();
    }
}
