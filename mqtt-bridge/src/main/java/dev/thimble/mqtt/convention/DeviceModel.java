package dev.thimble.mqtt.convention;

import java.util.List;
import java.util.Objects;

/**
 * What there is to see of a device.
 *
 * @param id          unique among devices
 * @param name        for people
 * @param hardware    for example the board's model
 * @param version     of the runtime
 * @param onlineTopic where the device publishes {@code online} and {@code offline}, retained
 */
public record DeviceModel(String id, String name, String hardware, String version, String onlineTopic,
                          List<Module> modules) {

    public DeviceModel {
        modules = List.copyOf(modules);
    }

    /** A module and the readings that it declares. */
    public record Module(String name, String version, List<Reading> readings) {
        public Module {
            readings = List.copyOf(readings);
        }
    }

    /**
     * One reading.
     *
     * @param id          unique in its module
     * @param name        for people
     * @param unit        for example {@code °C}, or null
     * @param deviceClass Home Assistant's word for the quantity, for example {@code temperature}, or null
     * @param topic       where the module publishes it, without wildcards
     * @param pointer     JSON pointer (RFC 6901) to it in what is published there, or null if the payload is the value
     */
    public record Reading(String id, String name, Type type, String unit, String deviceClass, String topic,
                          String pointer) {
        public Reading {
            Objects.requireNonNull(type, "type");
            Objects.requireNonNull(topic, "topic");
        }
    }

    /** The type of a reading's values. */
    public enum Type { FLOAT, INTEGER, BOOLEAN, TEXT }
}
