package dev.thimble.mqtt.convention;

import java.util.Locale;

/** Names made fit for the identifiers that conventions allow. */
final class Ids {

    private Ids() {
    }

    /** Letters, digits, {@code _} and {@code -}, as in Home Assistant's topics. */
    static String underscored(String name) {
        return name.replaceAll("[^A-Za-z0-9_-]", "_");
    }

    /** Lower-case letters, digits and {@code -}, as Homie wants. */
    static String hyphenated(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9-]", "-");
    }

    /** A Sparkplug topic element: anything but MQTT's own characters. */
    static String element(String name) {
        return name.replaceAll("[/+#]", "_");
    }
}
