package dev.thimble.agent;

import dev.thimble.agent.cell.RestartPolicy;
import dev.thimble.agent.config.Config;
import dev.thimble.agent.config.ConfigException;
import dev.thimble.agent.config.Key;
import dev.thimble.agent.convention.ConventionOptions;
import dev.thimble.agent.port.Topics;
import dev.thimble.agent.recording.RecordingOptions;
import dev.thimble.hal.board.BoardFile;
import dev.thimble.hal.grant.GrantSet;
import dev.thimble.hal.toml.Toml;
import dev.thimble.mqtt.Credentials;
import dev.thimble.mqtt.LinkOptions;
import dev.thimble.mqtt.TlsFiles;
import dev.thimble.ota.step.Timing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * What makes one agent different from another.
 *
 * @param data folder for modules, stores and the audit log
 * @param link the broker; will, birth and outbox are the agent's affair
 * @param trusted signed key set that the device begins with
 * @param development whether a development key set is accepted
 * @param grants what the owner allows each module
 * @param flashQuota bytes that modules on flash may take
 * @param conventions what other systems are told
 * @param recording what may be recorded
 */
public record AgentOptions(Topics topics, Path data, LinkOptions.Builder link, byte[] trusted, boolean development,
                           GrantSet grants, RestartPolicy restartPolicy, Timing timing, int inboxEvents, long flashQuota,
                           ConventionOptions conventions, RecordingOptions recording) {
    private static final long DEFAULT_QUOTA = 64 << 20;

    /** The usual limits and deadlines. */
    public static AgentOptions of(Topics topics, Path data, LinkOptions.Builder link, byte[] trusted, boolean development,
                                  GrantSet grants) {
        return new AgentOptions(topics, data, link, trusted, development, grants, RestartPolicy.DEFAULT, Timing.DEFAULT,
            256, DEFAULT_QUOTA, ConventionOptions.NONE, RecordingOptions.OFF);
    }

    public AgentOptions with(ConventionOptions other) {
        return new AgentOptions(topics, data, link, trusted, development, grants, restartPolicy, timing, inboxEvents, flashQuota, other, recording);
    }

    public AgentOptions with(Timing other) {
        return new AgentOptions(topics, data, link, trusted, development, grants, restartPolicy, other, inboxEvents, flashQuota, conventions, recording);
    }

    public AgentOptions with(RecordingOptions other) {
        return new AgentOptions(topics, data, link, trusted, development, grants, restartPolicy, timing, inboxEvents, flashQuota, conventions, other);
    }

    /**
     * Reads everything from a configuration.
     *
     * @throws ConfigException naming the setting or file that cannot be used
     */
    public static AgentOptions of(Config config, BoardFile board) {
        Topics topics = new Topics(config.text(Key.MQTT_ROOT), config.deviceId());
        Path trusted = config.path(Key.KEYS_TRUSTED);
        if (trusted == null) {
            throw new ConfigException("keys.trusted is empty: name the key set that this device shall trust; `thimble keygen` makes one");
        }
        GrantSet grants;
        try {
            grants = GrantSet.read(Toml.of(config.grants(), "[grant]"), board);
        } catch (Toml.TomlException e) {
            throw new ConfigException(e.getMessage());
        }
        return new AgentOptions(topics, config.path(Key.DEVICE_DATA), link(config, "thimble-" + topics.device()),
            read("keys.trusted", trusted), config.flag(Key.DEVICE_DEVELOPMENT), grants, RestartPolicy.DEFAULT,
            Timing.DEFAULT, (int) config.count(Key.CELL_INBOX), config.count(Key.UPDATE_FLASH_BYTES), conventions(config),
            new RecordingOptions(config.count(Key.RECORD_BYTES), null));
    }

    private static ConventionOptions conventions(Config config) {
        return new ConventionOptions(config.flag(Key.HOME_ASSISTANT) ? config.text(Key.HOME_ASSISTANT_PREFIX) : null,
            config.flag(Key.HOMIE), config.flag(Key.SPARKPLUG) ? config.text(Key.SPARKPLUG_GROUP) : null);
    }

    /**
     * The broker as the configuration names it.
     *
     * @param clientId who we are to it
     */
    public static LinkOptions.Builder link(Config config, String clientId) {
        LinkOptions.Builder link;
        try {
            link = LinkOptions.builder(config.text(Key.MQTT_URL), clientId).keepAlive(config.duration(Key.MQTT_KEEP_ALIVE));
        } catch (IllegalArgumentException e) {
            throw new ConfigException("mqtt.url = '" + config.text(Key.MQTT_URL) + "': " + e.getMessage());
        }
        if (!config.text(Key.MQTT_USER).isEmpty()) {
            link.credentials(new Credentials(config.text(Key.MQTT_USER), config.path(Key.MQTT_PASSWORD_FILE)));
        }
        if (config.path(Key.MQTT_CA_FILE) != null || config.path(Key.MQTT_CERTIFICATE_FILE) != null) {
            link.tls(new TlsFiles(config.path(Key.MQTT_CA_FILE), config.path(Key.MQTT_CERTIFICATE_FILE),
                config.path(Key.MQTT_KEY_FILE)));
        }
        return link;
    }

    private static byte[] read(String key, Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new ConfigException(key + " = '" + file + "': cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }
}
