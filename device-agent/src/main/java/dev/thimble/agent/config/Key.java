package dev.thimble.agent.config;

import java.util.Locale;

/**
 * Every setting of the agent, with its type, default and meaning. A name that is not here is refused wherever it is
 * given, so that a typing mistake never passes as a default.
 *
 * <p>The path is the TOML path ({@code table.key}); the environment variable is the path in upper case, dots and dashes
 * as underscores, after {@code THIMBLE_}.
 */
public enum Key {
    DEVICE_ID("device.id", Type.NAME, "", "identity in topics; the host's name when empty"),
    DEVICE_DATA("device.data", Type.PATH, "thimble-data", "folder of modules, storage and the audit log"),
    DEVICE_BOARD("device.board", Type.PATH, "", "board file; the simulator's own board when empty"),
    DEVICE_DEVELOPMENT("device.development", Type.FLAG, "false", "accept development keys; said in birth and reported"),
    MQTT_URL("mqtt.url", Type.TEXT, "tcp://127.0.0.1:1883", "broker, as tcp://host:port or ssl://host:port"),
    MQTT_ROOT("mqtt.root", Type.TEXT, "thimble/1", "first levels of every topic"),
    MQTT_USER("mqtt.user", Type.TEXT, "", "user name at the broker"),
    MQTT_PASSWORD_FILE("mqtt.password-file", Type.PATH, "", "file that holds the password and nothing else"),
    MQTT_CA_FILE("mqtt.ca-file", Type.PATH, "", "PEM certificates that the broker's certificate must chain to"),
    MQTT_CERTIFICATE_FILE("mqtt.certificate-file", Type.PATH, "", "PEM certificate of this device"),
    MQTT_KEY_FILE("mqtt.key-file", Type.PATH, "", "PEM private key of this device"),
    MQTT_KEEP_ALIVE("mqtt.keep-alive", Type.DURATION, "30s", "time after which a silent link is dead"),
    KEYS_TRUSTED("keys.trusted", Type.PATH, "", "key set that manifests and assignments must be signed with"),
    UPDATE_FLASH_BYTES("update.flash-bytes", Type.COUNT, "67108864", "bytes of flash that modules may take"),
    CELL_INBOX("cell.inbox", Type.COUNT, "256", "events that may wait for one module; more are dropped and counted"),
    RECORD_BYTES("record.bytes", Type.COUNT, "0", "bytes of flash that a recording of a module may take; 0 for no recordings"),
    HOME_ASSISTANT("home-assistant.enabled", Type.FLAG, "false", "announce readings and updates by MQTT discovery"),
    HOME_ASSISTANT_PREFIX("home-assistant.prefix", Type.TEXT, "homeassistant", "Home Assistant's discovery prefix"),
    HOMIE("homie.enabled", Type.FLAG, "false", "publish as a Homie 5 device, over a link of its own"),
    SPARKPLUG("sparkplug.enabled", Type.FLAG, "false", "publish as a Sparkplug B edge node, over a link of its own"),
    SPARKPLUG_GROUP("sparkplug.group", Type.NAME, "thimble", "Sparkplug group of the edge node"),
    LOG_LEVEL("log.level", Type.TEXT, "info", "trace, debug, info, warn, error or off");

    /** How the text of a value is read. */
    public enum Type { TEXT, NAME, PATH, FLAG, COUNT, DURATION }

    private final String path;
    private final Type type;
    private final String fallback;
    private final String meaning;

    Key(String path, Type type, String fallback, String meaning) {
        this.path = path;
        this.type = type;
        this.fallback = fallback;
        this.meaning = meaning;
    }

    public String path() {
        return path;
    }

    public Type type() {
        return type;
    }

    /** Text used when nobody sets this key. */
    public String fallback() {
        return fallback;
    }

    public String meaning() {
        return meaning;
    }

    public String variable() {
        return "THIMBLE_" + path.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }
}
