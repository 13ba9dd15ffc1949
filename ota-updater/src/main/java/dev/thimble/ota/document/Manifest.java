package dev.thimble.ota.document;

import dev.thimble.ota.cbor.MalformedDocumentException;
import dev.thimble.ota.content.Digest;
import java.util.List;

/**
 * What a module is and needs; a versioned profile of the SUIT information model (RFC 9124).
 *
 * @param module the module's name, its identity on a device
 * @param sequence grows with every release; the floor is compared with it
 * @param version semantic version, for people
 * @param blob SHA-256 of the WebAssembly binary
 * @param size bytes of the WebAssembly binary
 * @param payloads the ways in which it can travel, at least one; the device takes the smallest it can use
 * @param imports host functions that it must have, with their types
 * @param features WebAssembly features that it uses, by proposal name
 * @param resources what it may use at most
 * @param capabilities what it asks the device's owner for
 * @param state the schema of the state that it hands over
 * @param health what decides over its probation
 * @param shadowTicks ticks to run in shadow before the swap, 0 for none
 * @param floor sequence numbers below this one are refused once this release is committed
 * @param notAfter seconds since the epoch after which it is not installed any more, 0 for never
 * @param readings what it measures and where it publishes that, for other systems
 */
public record Manifest(
        String module,
        long sequence,
        String version,
        Digest blob,
        int size,
        List<Payload> payloads,
        List<HostImport> imports,
        List<String> features,
        Resources resources,
        List<Capability> capabilities,
        StateSchema state,
        HealthRules health,
        int shadowTicks,
        long floor,
        long notAfter,
        List<Reading> readings) {

    public Manifest(String module, long sequence, String version, Digest blob, int size, List<Payload> payloads,
                    List<HostImport> imports, List<String> features, Resources resources, List<Capability> capabilities,
                    StateSchema state, HealthRules health, int shadowTicks, long floor, long notAfter) {
        this(module, sequence, version, blob, size, payloads, imports, features, resources, capabilities, state, health,
                shadowTicks, floor, notAfter, List.of());
    }

    public Manifest {
        Names.check(module, "module name");
        payloads = List.copyOf(payloads);
        imports = List.copyOf(imports);
        features = List.copyOf(features);
        capabilities = List.copyOf(capabilities);
        readings = List.copyOf(readings);
    }

    /** What goes onto the way: the template with the binary's digest and size, and the payloads made of it. */
    public Manifest with(Digest binary, int bytes, List<Payload> ways) {
        return new Manifest(module, sequence, version, binary, bytes, ways, imports, features, resources, capabilities, state,
                health, shadowTicks, floor, notAfter, readings);
    }

    /** A host function by import module (which carries the ABI version) and name, with its type as {@code (i32 i64) -> (i32)}. */
    public record HostImport(String module, String name, String type) {
        @Override
        public String toString() {
            return module + " " + name + " " + type;
        }
    }

    /**
     * @param memoryPages 64 KiB pages of linear memory at most
     * @param stackDepth nested calls at most
     * @param fuelPerEvent fuel for one event at most
     * @param tickMillis period of {@code thimble_tick}, 0 for none
     */
    public record Resources(int memoryPages, int stackDepth, long fuelPerEvent, int tickMillis) {
    }

    /**
     * One thing that the module asks for.
     *
     * @param kind gpio, i2c, spi, pwm, uart, adc, onewire, publish, subscribe, storage or log
     * @param name alias of the device, or topic (filter); empty where the kind has no name
     * @param needed without it the module is refused at install; otherwise a call fails
     * @param addresses I2C addresses, empty for all or where it does not apply
     * @param amount bytes of storage, messages per minute, lines per minute; 0 where it does not apply
     */
    public record Capability(String kind, String name, boolean needed, List<Integer> addresses, long amount) {
        public Capability {
            addresses = List.copyOf(addresses);
        }
    }

    /** @param version of the state that the module writes; 0 when it has none
     *  @param accepts versions that it can take over */
    public record StateSchema(int version, List<Integer> accepts) {
        public static final StateSchema NONE = new StateSchema(0, List.of());

        public StateSchema {
            accepts = List.copyOf(accepts);
        }

        public boolean takesOver(int other) {
            return other != 0 && accepts.contains(other);
        }
    }

    /**
     * @param probationSeconds how long the module is watched
     * @param minimumTicks ticks that it must have survived by then
     * @param maximumTraps traps that it may have
     * @param maximumOverruns events that may run out of fuel
     * @param requiredOutputs topics (relative to the module) on which it must have published by then
     */
    public record HealthRules(int probationSeconds, int minimumTicks, int maximumTraps, int maximumOverruns,
                              List<String> requiredOutputs) {
        public HealthRules {
            requiredOutputs = List.copyOf(requiredOutputs);
        }
    }

    /**
     * One value that the module publishes.
     *
     * @param id unique in the module: letters, digits, {@code .}, {@code _} and {@code -}
     * @param name for people
     * @param unit such as {@code °C}, empty for none
     * @param deviceClass the quantity in Home Assistant's words, such as {@code temperature}, empty for none
     * @param topic as the module publishes it, without wildcards
     * @param pointer JSON pointer (RFC 6901) into what is published there; empty when the payload is the value
     */
    public record Reading(String id, String name, Type type, String unit, String deviceClass, String topic, String pointer) {
        public enum Type { FLOAT, INTEGER, BOOLEAN, TEXT }

        public Reading {
            Names.check(id, "manifest.readings: id");
            if (topic.isEmpty() || topic.contains("+") || topic.contains("#")) {
                throw new MalformedDocumentException("manifest.readings: '" + topic + "' is no topic to publish on");
            }
            if (!pointer.isEmpty() && !pointer.startsWith("/")) {
                throw new MalformedDocumentException("manifest.readings: '" + pointer + "' is no JSON pointer, which begins with a slash");
            }
        }
    }
}
