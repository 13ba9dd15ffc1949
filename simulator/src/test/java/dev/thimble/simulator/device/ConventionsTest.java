package dev.thimble.simulator.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.thimble.agent.convention.ConventionOptions;
import dev.thimble.mqtt.ReceivedMessage;
import dev.thimble.ota.bundle.SignedModule;
import dev.thimble.simulator.world.SampleRelease;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.eclipse.tahu.message.SparkplugBPayloadDecoder;
import org.eclipse.tahu.message.SparkplugBPayloadEncoder;
import org.eclipse.tahu.message.model.Metric;
import org.eclipse.tahu.message.model.MetricDataType;
import org.eclipse.tahu.message.model.SparkplugBPayload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What Home Assistant, Homie controllers and Sparkplug hosts see of a device that is updated and loses its module. */
@Timeout(90)
class ConventionsTest {
    private static final String HA = "homeassistant/device/thimble_bench/config";
    private static final String NODE = "spBv1.0/plant/";
    private static final String READINGS = "test/1/d/bench/up/data/weather/readings";

    @TempDir Path flash;

    private Bench bench(ConventionOptions conventions) throws Exception {
        return new Bench(flash, options -> options.with(conventions), "homeassistant/#", "homie/#", "spBv1.0/#");
    }

    @Test
    void homeAssistantFollowsAModuleFromItsInstallToItsRemoval() throws Exception {
        try (Bench bench = bench(new ConventionOptions("homeassistant", false, null))) {
            JsonObject components = bench.await("discovery of version 1", m -> components(m) instanceof JsonObject c
                && c.has("weather_temperature") ? c : null);
            JsonObject temperature = components.getAsJsonObject("weather_temperature");
            assertEquals(READINGS, temperature.get("state_topic").getAsString());
            assertEquals("{{ value_json['temperature'] }}", temperature.get("value_template").getAsString());
            assertEquals("°C", temperature.get("unit_of_measurement").getAsString());
            assertEquals("atmospheric_pressure", components.getAsJsonObject("weather_pressure").get("device_class").getAsString());
            JsonObject entity = components.getAsJsonObject("weather_update");
            assertFalse(entity.has("command_topic"), "only a signed assignment installs");
            String state = entity.get("state_topic").getAsString();

            int mark = bench.mark();
            SignedModule second = SampleRelease.sign("weather-2", bench.keys.release(), 1024);
            bench.operator.offer(second);
            bench.operator.assign(Map.of(Bench.MODULE, second.digest()), bench.keys.director());
            bench.await(mark, "version 2 committed", m -> json(m, state) instanceof JsonObject s
                && s.get("installed_version").getAsString().equals("2.0.0") && !s.get("in_progress").getAsBoolean() ? s : null);
            List<JsonObject> states = bench.since(mark).stream().map(m -> json(m, state)).filter(s -> s != null).toList();
            List<Integer> percents = states.stream().filter(s -> s.get("in_progress").getAsBoolean())
                .map(s -> s.get("update_percentage").getAsInt()).toList();
            assertEquals(percents.stream().sorted().toList(), percents, "a bar that never goes back");
            assertTrue(percents.size() >= 4 && percents.getLast() == 90, percents.toString());
            assertTrue(states.stream().anyMatch(s -> s.get("installed_version").getAsString().equals("1.0.0")
                && s.get("latest_version").getAsString().equals("2.0.0")));
            assertFalse(states.getLast().get("in_progress").getAsBoolean());
            bench.await(mark, "discovery of version 2", m -> components(m) instanceof JsonObject c && c.has("weather_dew_point") ? c : null);

            mark = bench.mark();
            bench.restart();
            bench.await(mark, "discovery after a restart", m -> components(m) instanceof JsonObject c && c.has("weather_dew_point") ? c : null);
            mark = bench.mark();
            bench.assignNothing();
            JsonObject gone = bench.await(mark, "the removal", isGone());
            assertEquals("{\"platform\":\"sensor\"}", gone.getAsJsonObject("weather_temperature").toString());
            assertEquals("{\"platform\":\"update\"}", gone.getAsJsonObject("weather_update").toString());
            assertTrue(bench.noneSince(0, m -> m.topic().startsWith("homie/") || m.topic().startsWith("spBv1.0/")), "the others are off");
        }
    }

    private static java.util.function.Function<ReceivedMessage, JsonObject> isGone() {
        return m -> components(m) instanceof JsonObject c && c.has("weather_update")
            && !c.getAsJsonObject("weather_update").has("state_topic") ? c : null;
    }

    private static JsonObject components(ReceivedMessage message) {
        JsonObject document = json(message, HA);
        return document == null ? null : document.getAsJsonObject("components");
    }

    private static JsonObject json(ReceivedMessage message, String topic) {
        return message.topic().equals(topic) && message.payload().length > 0
            ? JsonParser.parseString(text(message)).getAsJsonObject() : null;
    }

    private static String text(ReceivedMessage message) {
        return new String(message.payload(), StandardCharsets.UTF_8);
    }

    @Test
    void homieHasEachReadingAsAPropertyAndSaysWhenTheDeviceIsLost() throws Exception {
        try (Bench bench = bench(new ConventionOptions(null, true, null))) {
            bench.await("a temperature", m -> m.topic().equals("homie/5/bench/weather/temperature") && m.retained()
                && Double.parseDouble(text(m)) > 10 ? m : null);
            JsonObject property = bench.await("the description", m -> json(m, "homie/5/bench/$description") instanceof JsonObject d
                && d.getAsJsonObject("nodes").getAsJsonObject("weather") instanceof JsonObject node
                ? node.getAsJsonObject("properties").getAsJsonObject("temperature") : null);
            assertEquals("°C", property.get("unit").getAsString());
            assertEquals("float", property.get("datatype").getAsString());
            bench.await("ready", m -> m.topic().equals("homie/5/bench/$state") && text(m).equals("ready") ? m : null);
            int mark = bench.mark();
            bench.assignNothing();
            bench.await(mark, "the property cleared", m -> m.topic().equals("homie/5/bench/weather/temperature")
                && m.payload().length == 0 ? m : null);
            bench.stop();
            bench.await(mark, "the farewell", m -> m.topic().equals("homie/5/bench/$state") && text(m).equals("lost") ? m : null);
        }
    }

    @Test
    void sparkplugIsReadByTahuFromBirthToDeath() throws Exception {
        try (Bench bench = bench(new ConventionOptions(null, false, "plant"))) {
            SparkplugBPayload module = bench.await("the module's birth", m -> payload(m, "DBIRTH/bench/weather") instanceof SparkplugBPayload p
                && metrics(p).containsKey("temperature") ? p : null);
            Metric temperature = metrics(module).get("temperature");
            assertEquals(MetricDataType.Double, temperature.getDataType());
            SparkplugBPayload data = bench.await("a reading", m -> payload(m, "DDATA/bench/weather") instanceof SparkplugBPayload p
                && metrics(p).get("temperature") instanceof Metric t && t.getValue() != null ? p : null);
            assertTrue((Double) metrics(data).get("temperature").getValue() > 10);
            assertSequence(bench);

            int mark = bench.mark();
            SparkplugBPayload rebirth = new SparkplugBPayload(new java.util.Date(),
                List.of(new Metric.MetricBuilder("Node Control/Rebirth", MetricDataType.Boolean, true).createMetric()));
            bench.link().publish(NODE + "NCMD/bench", new SparkplugBPayloadEncoder().getBytes(rebirth, false), 1, false);
            assertNotNull(bench.await(mark, "the rebirth", m -> payload(m, "NBIRTH/bench")));
            assertNotNull(metrics(bench.await(mark, "the module's rebirth", m -> payload(m, "DBIRTH/bench/weather")))
                .get("temperature").getValue(), "the latest value");

            mark = bench.mark();
            bench.assignNothing();
            bench.await(mark, "the module's death", m -> payload(m, "DDEATH/bench/weather"));
            bench.stop();
            SparkplugBPayload death = bench.await(mark, "the node's death", m -> payload(m, "NDEATH/bench"));
            SparkplugBPayload last = lastBirth(bench);
            assertEquals(metrics(last).get("bdSeq").getValue(), metrics(death).get("bdSeq").getValue());
        }
    }

    private static SparkplugBPayload lastBirth(Bench bench) {
        return bench.since(0).stream().map(m -> payload(m, "NBIRTH/bench")).filter(p -> p != null).reduce((a, b) -> b).orElseThrow();
    }

    /** Every message of the node after a birth carries the next number, modulo 256. */
    private static void assertSequence(Bench bench) {
        Predicate<ReceivedMessage> numbered = m -> m.topic().startsWith(NODE) && !m.topic().contains("NDEATH") && !m.topic().contains("NCMD");
        List<Long> numbers = new ArrayList<>();
        for (ReceivedMessage message : bench.since(0).stream().filter(numbered).toList()) {
            if (message.topic().contains("NBIRTH")) {
                numbers.clear();
            }
            numbers.add(decode(message).getSeq());
        }
        for (int i = 0; i < numbers.size(); i++) {
            assertEquals(i % 256, numbers.get(i), numbers.toString());
        }
        assertTrue(numbers.size() > 3);
    }

    private static SparkplugBPayload payload(ReceivedMessage message, String what) {
        return message.topic().equals(NODE + what) ? decode(message) : null;
    }

    private static SparkplugBPayload decode(ReceivedMessage message) {
        try {
            return new SparkplugBPayloadDecoder().buildFromByteArray(message.payload(), null);
        } catch (Exception e) {
            throw new AssertionError("Tahu cannot read " + message.topic(), e);
        }
    }

    private static Map<String, Metric> metrics(SparkplugBPayload payload) {
        return payload.getMetrics().stream().collect(Collectors.toMap(Metric::getName, m -> m));
    }
}
