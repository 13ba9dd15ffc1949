package dev.thimble.agent.convention;

import dev.thimble.agent.port.Topics;
import dev.thimble.hal.board.Clock;
import dev.thimble.hal.host.EventKind;
import dev.thimble.hal.host.Inbox;
import dev.thimble.mqtt.Announcement;
import dev.thimble.mqtt.LinkOptions;
import dev.thimble.mqtt.MqttLink;
import dev.thimble.mqtt.OutboxOptions;
import dev.thimble.mqtt.Publisher;
import dev.thimble.mqtt.convention.Convention;
import dev.thimble.mqtt.convention.DeviceModel;
import dev.thimble.mqtt.convention.HomeAssistant;
import dev.thimble.mqtt.convention.Homie;
import dev.thimble.mqtt.convention.Sparkplug;
import dev.thimble.mqtt.convention.UpdateStatus;
import dev.thimble.mqtt.paho.PahoLink;
import dev.thimble.ota.content.Digest;
import dev.thimble.ota.document.Manifest;
import dev.thimble.ota.document.Reported;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.tinylog.Logger;

/**
 * Shows the device to systems that have topics of their own: made of the updater's reports and of what modules publish,
 * and only to be looked at; nothing that these systems say changes the device.
 *
 * <p>Home Assistant shares the device's link, since its availability topic is the device's own. Homie and Sparkplug each
 * have a link: MQTT knows one will per connection, and theirs must fall when the connection does.
 *
 * <p>Used on the updates' thread. Modules publish on the cells' thread, which hands a copy over without allocating.
 */
public final class Conventions implements AutoCloseable {
    private static final int WAITING_MESSAGES = 256;
    private static final int WAITING_BYTES = 64 << 10;
    private static final int MAX_MESSAGE = 64 << 10;

    private final Topics topics;
    private final String hardware;
    private final String version;
    private final Function<Digest, Manifest> manifests;
    private final List<Convention> conventions = new ArrayList<>();
    private final List<MqttLink> links = new ArrayList<>();
    private final HomeAssistant homeAssistant;
    /** What modules have published; null when nobody wants it. */
    private final Inbox published;
    private DeviceModel described;
    private Reported shown;

    /**
     * @param broker the device's own link, of which siblings are made
     * @param device the device's own link
     * @param hardware the board's name
     * @param version of the runtime
     * @param manifests finds a manifest by its digest; null when it is not here
     */
    public Conventions(ConventionOptions options, LinkOptions.Builder broker, MqttLink device, Topics topics, String hardware,
                       String version, Clock clock, Function<Digest, Manifest> manifests) {
        this.topics = topics;
        this.hardware = hardware;
        this.version = version;
        this.manifests = manifests;
        published = options.republishes() ? new Inbox(WAITING_MESSAGES, WAITING_BYTES, clock, () -> {}) : null;
        homeAssistant = options.homeAssistantPrefix() == null ? null : new HomeAssistant(new LoudPublisher(device), options.homeAssistantPrefix());
        if (homeAssistant != null) {
            conventions.add(homeAssistant);
        }
        if (options.homie()) {
            Homie[] homie = new Homie[1];
            MqttLink link = PahoLink.create(broker.sibling("-homie").outbox(OutboxOptions.IN_MEMORY.withMaxMessage(MAX_MESSAGE))
                .will(() -> homie[0].will()).birth(() -> homie[0].birth()).build());
            homie[0] = new Homie(new LoudPublisher(link), topics.device());
            add(homie[0], link);
        }
        if (options.sparkplugGroup() != null) {
            Sparkplug sparkplug = new Sparkplug(options.sparkplugGroup(), topics.device(),
                () -> java.time.Instant.ofEpochMilli(clock.epochMillis()));
            MqttLink link = PahoLink.create(broker.sibling("-sparkplug").outbox(OutboxOptions.IN_MEMORY.withMaxMessage(MAX_MESSAGE))
                .sessionExpiry(java.time.Duration.ZERO).will(sparkplug::will).birth(sparkplug::birth).build());
            sparkplug.attach(link);
            add(sparkplug, link);
        }
    }

    private void add(Convention convention, MqttLink link) {
        conventions.add(convention);
        links.add(link);
    }

    public void start() {
        links.forEach(MqttLink::start);
    }

    /** What is to be said on the device's own link after each connect. Thread-safe. */
    public List<Announcement> birth() {
        return homeAssistant == null ? List.of() : homeAssistant.birth();
    }

    /** The module's publisher, if need be with an ear on it. */
    public Publisher listening(Publisher module) {
        return published == null ? module : new OverheardPublisher(module, published);
    }

    /** Something about the device has changed. */
    public void reported(Reported report) {
        if (conventions.isEmpty()) {
            return;
        }
        DeviceModel device = new DeviceModel(topics.device(), topics.device(), hardware, version, topics.online(),
            report.modules().stream().map(this::module).toList());
        if (!device.equals(described)) {
            described = device;
            conventions.forEach(c -> c.describe(device));
        }
        for (Reported.Module row : report.modules()) {
            if (shown == null || !shown.modules().contains(row)) {
                UpdateStatus status = status(row);
                conventions.forEach(c -> c.updated(status));
            }
        }
        shown = report;
    }

    /** Passes on what modules have published since the last time. */
    public void turn() {
        if (published == null) {
            return;
        }
        while (published.peek()) {
            if (published.kind() == EventKind.MESSAGE) {
                byte[] both = new byte[published.topicLength() + published.value()];
                published.copyMessage(both, 0);
                published.drop();
                String topic = new String(both, 0, both.length - published.value(), StandardCharsets.UTF_8);
                byte[] payload = java.util.Arrays.copyOfRange(both, both.length - published.value(), both.length);
                conventions.forEach(c -> c.published(topic, payload));
            } else {
                Logger.debug("{} messages were too many to be republished", published.value());
                published.drop();
            }
        }
    }

    private DeviceModel.Module module(Reported.Module row) {
        Manifest manifest = row.running() == null ? null : manifests.apply(row.running());
        return manifest == null ? new DeviceModel.Module(row.name(), "", List.of())
            : new DeviceModel.Module(row.name(), manifest.version(), manifest.readings().stream().map(r -> reading(row.name(), r)).toList());
    }

    private DeviceModel.Reading reading(String module, Manifest.Reading r) {
        return new DeviceModel.Reading(r.id(), r.name(), DeviceModel.Type.valueOf(r.type().name()), orNull(r.unit()),
            orNull(r.deviceClass()), topics.published(module) + r.topic(), orNull(r.pointer()));
    }

    private static String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    private UpdateStatus status(Reported.Module row) {
        String installed = version(row.running());
        String latest = row.wanted() == null || row.wanted().equals(row.running()) ? installed : version(row.wanted());
        return new UpdateStatus(row.name(), installed, latest, row.phase().name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'),
            Progress.percent(row));
    }

    /** The version that a manifest gives; as long as it is not here, its short name. */
    private String version(Digest digest) {
        Manifest manifest = digest == null ? null : manifests.apply(digest);
        return manifest != null ? manifest.version() : digest == null ? null : digest.brief();
    }

    @Override
    public void close() {
        links.forEach(MqttLink::close);
    }
}
