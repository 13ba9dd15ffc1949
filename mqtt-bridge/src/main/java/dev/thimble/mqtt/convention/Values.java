package dev.thimble.mqtt.convention;

import dev.thimble.mqtt.convention.DeviceModel.Module;
import dev.thimble.mqtt.convention.DeviceModel.Reading;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** The latest value of each reading, as text that fits its type. Not thread-safe. */
final class Values {

    private final Map<Reading, String> latest = new HashMap<>();

    /** Told of each value taken from a message. */
    interface Change {
        void changed(Module module, Reading reading, String value);
    }

    void describe(DeviceModel device) {
        latest.keySet().removeIf(r -> device.modules().stream().noneMatch(m -> m.readings().contains(r)));
    }

    void take(DeviceModel device, String topic, byte[] payload, Change change) {
        for (Module module : device.modules()) {
            for (Reading reading : module.readings()) {
                if (reading.topic().equals(topic)) {
                    String value = value(reading, payload);
                    if (value != null) {
                        latest.put(reading, value);
                        change.changed(module, reading, value);
                    }
                }
            }
        }
    }

    /** The latest value, or null if there was none yet. */
    String get(Reading reading) {
        return latest.get(reading);
    }

    private static String value(Reading reading, byte[] payload) {
        String text = reading.pointer() == null ? new String(payload, StandardCharsets.UTF_8)
                : Json.find(payload, reading.pointer());
        if (text == null) {
            return null;
        }
        try {
            return switch (reading.type()) {
                case FLOAT -> finite(Double.parseDouble(text));
                case INTEGER -> Long.toString(Long.parseLong(text));
                case BOOLEAN -> text.equals("true") || text.equals("1") ? "true"
                        : text.equals("false") || text.equals("0") ? "false" : null;
                case TEXT -> text;
            };
        } catch (NumberFormatException notANumber) {
            return null;
        }
    }

    private static String finite(double value) {
        return Double.isFinite(value) ? Double.toString(value) : null;
    }
}
