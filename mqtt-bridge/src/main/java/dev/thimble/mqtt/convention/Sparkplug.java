package dev.thimble.mqtt.convention;

import dev.thimble.mqtt.Announcement;
import dev.thimble.mqtt.MqttLink;
import dev.thimble.mqtt.LinkState;
import dev.thimble.mqtt.convention.DeviceModel.Module;
import dev.thimble.mqtt.convention.DeviceModel.Reading;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Sparkplug B 3.0: the device is an edge node, each module a device of it, each reading a metric. It needs a link of
 * its own, made with {@link #will} and {@link #birth}, to which it is then {@linkplain #attach attached}. Values that
 * change while that link is offline are not queued: the next birth carries the latest, as Sparkplug wants it. Primary
 * host applications (STATE) are not waited for.
 */
public final class Sparkplug implements Convention {

    private static final String REBIRTH = "Node Control/Rebirth";

    private final String group;
    private final String node;
    private final InstantSource clock;
    private final Values values = new Values();
    private final Map<String, UpdateStatus> updates = new LinkedHashMap<>();
    private DeviceModel device;
    private MqttLink link;
    private int sequence;
    private int birthDeathSequence = -1;

    public Sparkplug(String group, String node, InstantSource clock) {
        this.group = Ids.element(group);
        this.node = Ids.element(node);
        this.clock = clock;
    }

    /** Subscribes to commands (a host may ask for a rebirth) and publishes through this link from now on. */
    public synchronized void attach(MqttLink to) {
        link = to;
        to.subscribe(topic("NCMD"), 1, message -> {
            if (SparkplugPayload.isTrue(message.payload(), REBIRTH)) {
                publishBirth();
            }
        });
    }

    /** The death certificate of the next connection; its number is repeated in that connection's birth certificate. */
    @Override
    public synchronized Announcement will() {
        birthDeathSequence = birthDeathSequence + 1 & 0xFF;
        return new Announcement(topic("NDEATH"), payload()
                .metric("bdSeq", birthDeathSequence, SparkplugPayload.INT64).bytes(), 1, false);
    }

    @Override
    public synchronized List<Announcement> birth() {
        if (device == null) {
            return List.of();
        }
        sequence = 0;
        List<Announcement> messages = new ArrayList<>();
        messages.add(message(topic("NBIRTH"), payload()
                .metric("bdSeq", birthDeathSequence, SparkplugPayload.INT64)
                .metric(REBIRTH, false)
                .metric("Properties/Hardware", device.hardware())
                .metric("Properties/Runtime version", device.version())));
        for (Module module : device.modules()) {
            SparkplugPayload payload = payload();
            for (Reading reading : module.readings()) {
                add(payload, reading);
            }
            addUpdate(payload, module);
            messages.add(message(topic("DBIRTH") + "/" + Ids.element(module.name()), payload));
        }
        return messages;
    }

    @Override
    public synchronized void describe(DeviceModel next) {
        DeviceModel before = device;
        device = next;
        values.describe(next);
        if (before != null && online()) {
            for (Module gone : before.modules()) {
                if (next.modules().stream().noneMatch(m -> m.name().equals(gone.name()))) {
                    send(message(topic("DDEATH") + "/" + Ids.element(gone.name()), payload()));
                }
            }
        }
        publishBirth();
    }

    @Override
    public synchronized void published(String topic, byte[] payload) {
        if (device == null) {
            return;
        }
        Map<Module, SparkplugPayload> changes = new LinkedHashMap<>();
        values.take(device, topic, payload, (module, reading, value) ->
                add(changes.computeIfAbsent(module, m -> payload()), reading));
        if (online()) {
            changes.forEach((module, data) -> send(message(topic("DDATA") + "/" + Ids.element(module.name()), data)));
        }
    }

    @Override
    public synchronized void updated(UpdateStatus status) {
        updates.put(status.module(), status);
        if (device != null && online()) {
            for (Module module : device.modules()) {
                if (module.name().equals(status.module())) {
                    SparkplugPayload payload = payload();
                    addUpdate(payload, module);
                    send(message(topic("DDATA") + "/" + Ids.element(module.name()), payload));
                }
            }
        }
    }

    private synchronized void publishBirth() {
        if (online()) {
            birth().forEach(this::send);
        }
    }

    private boolean online() {
        return link != null && link.state() == LinkState.ONLINE;
    }

    private void send(Announcement message) {
        link.publish(message.topic(), message.payload(), message.qos(), message.retained());
    }

    private SparkplugPayload payload() {
        return new SparkplugPayload(clock.millis());
    }

    private Announcement message(String topic, SparkplugPayload payload) {
        Announcement message = new Announcement(topic, payload.sequence(sequence).bytes(), 0, false);
        sequence = sequence + 1 & 0xFF;
        return message;
    }

    private void add(SparkplugPayload payload, Reading reading) {
        String value = values.get(reading);
        int type = switch (reading.type()) {
            case FLOAT -> SparkplugPayload.DOUBLE;
            case INTEGER -> SparkplugPayload.INT64;
            case BOOLEAN -> SparkplugPayload.BOOLEAN;
            case TEXT -> SparkplugPayload.STRING;
        };
        if (value == null) {
            payload.nullMetric(reading.id(), type, reading.unit());
            return;
        }
        switch (reading.type()) {
            case FLOAT -> payload.metric(reading.id(), Double.parseDouble(value), reading.unit());
            case INTEGER -> payload.metric(reading.id(), Long.parseLong(value), type);
            case BOOLEAN -> payload.metric(reading.id(), Boolean.parseBoolean(value));
            case TEXT -> payload.metric(reading.id(), value);
        }
    }

    private void addUpdate(SparkplugPayload payload, Module module) {
        UpdateStatus status = updates.get(module.name());
        payload.metric("Update/Version",
                status == null || status.installed() == null ? module.version() : status.installed());
        payload.metric("Update/Phase", status == null ? "idle" : status.phase());
        payload.metric("Update/Percent", status == null ? -1 : status.percent(), SparkplugPayload.INT64);
    }

    private String topic(String type) {
        return "spBv1.0/" + group + "/" + type + "/" + node;
    }
}
