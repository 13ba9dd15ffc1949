package dev.thimble.mqtt.convention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.thimble.mqtt.LinkOptions;
import dev.thimble.mqtt.LinkState;
import dev.thimble.mqtt.MqttLink;
import dev.thimble.mqtt.ReceivedMessage;
import dev.thimble.mqtt.broker.Moquette;
import dev.thimble.mqtt.broker.TestBroker;
import dev.thimble.mqtt.convention.DeviceModel.Module;
import dev.thimble.mqtt.convention.DeviceModel.Reading;
import dev.thimble.mqtt.convention.DeviceModel.Type;
import dev.thimble.mqtt.paho.PahoLink;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.eclipse.tahu.message.SparkplugBPayloadDecoder;
import org.eclipse.tahu.message.SparkplugBPayloadEncoder;
import org.eclipse.tahu.message.model.Metric;
import org.eclipse.tahu.message.model.MetricDataType;
import org.eclipse.tahu.message.model.SparkplugBPayload;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each convention over a real broker, seen by another client. */
class ConventionTest {

    private static final String DATA = "t/d/pi/up/data/env/readings";
    private static final Reading TEMPERATURE =
            new Reading("temperature", "Temperature", Type.FLOAT, "°C", "temperature", DATA, "/t");
    private static final Reading COUNT = new Reading("Count", "Count", Type.INTEGER, null, null, DATA, "/n");
    private static final Reading OPEN = new Reading("open", "Window", Type.BOOLEAN, null, "window", DATA, "/open");
    private static final DeviceModel DEVICE = new DeviceModel("Pi 17", "Green\"house", "Raspberry Pi 4", "0.1.0",
            "t/d/pi/up/online", List.of(new Module("env", "1.0.0", List.of(TEMPERATURE, COUNT, OPEN)),
                    new Module("blink", "2.0.0", List.of())));
    private static final DeviceModel SMALLER = new DeviceModel("Pi 17", "Greenhouse", "Raspberry Pi 4", "0.1.0",
            "t/d/pi/up/online", List.of(new Module("env", "1.1.0", List.of(TEMPERATURE))));
    private static final byte[] PAYLOAD = bytes("{\"n\": 7, \"nested\": {\"t\": [1, \"}\"]}, \"t\": 21.5, \"open\": true}");

    private TestBroker broker;
    private MqttLink observer;
    private final LinkedBlockingQueue<ReceivedMessage> seen = new LinkedBlockingQueue<>();

    @BeforeEach
    void start() throws Exception {
        broker = new Moquette();
        observer = PahoLink.create(options("observer").build());
        for (String filter : List.of("homeassistant/#", "homie/#", "spBv1.0/#")) {
            observer.subscribe(filter, 1, seen::add);
        }
        observer.start();
        awaitOnline(observer);
    }

    @AfterEach
    void stop() {
        observer.close();
        broker.close();
    }

    private LinkOptions.Builder options(String id) {
        return LinkOptions.builder(broker.url(), id).backoff(Duration.ofMillis(20), Duration.ofMillis(100));
    }

    private static void awaitOnline(MqttLink link) throws InterruptedException {
        for (int i = 0; i < 2000 && link.state() != LinkState.ONLINE; i++) {
            Thread.sleep(5);
        }
        assertEquals(LinkState.ONLINE, link.state());
    }

    private ReceivedMessage next() throws InterruptedException {
        ReceivedMessage message = seen.poll(10, TimeUnit.SECONDS);
        assertNotNull(message, "nothing within 10 s");
        return message;
    }

    private ReceivedMessage next(String topic) throws InterruptedException {
        ReceivedMessage message = next();
        assertEquals(topic, message.topic());
        return message;
    }

    private static String text(ReceivedMessage message) {
        return new String(message.payload(), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static JsonObject json(ReceivedMessage message) {
        return JsonParser.parseString(text(message)).getAsJsonObject();
    }

    @Test
    void homeAssistantDiscoversSensorsAndUpdates() throws Exception {
        try (MqttLink link = PahoLink.create(options("pi").build())) {
            link.start();
            HomeAssistant convention = new HomeAssistant(link, "homeassistant");
            convention.describe(DEVICE);
            ReceivedMessage config = next("homeassistant/device/thimble_Pi_17/config");
            assertTrue(config.retained());
            JsonObject document = json(config);
            assertEquals("Green\"house", document.getAsJsonObject("device").get("name").getAsString());
            assertEquals("t/d/pi/up/online", document.get("availability_topic").getAsString());
            JsonObject components = document.getAsJsonObject("components");
            assertEquals(5, components.size());
            JsonObject temperature = components.getAsJsonObject("env_temperature");
            assertEquals("sensor", temperature.get("platform").getAsString());
            assertEquals("°C", temperature.get("unit_of_measurement").getAsString());
            assertEquals("temperature", temperature.get("device_class").getAsString());
            assertEquals(DATA, temperature.get("state_topic").getAsString());
            assertEquals("{{ value_json['t'] }}", temperature.get("value_template").getAsString());
            assertEquals("binary_sensor", components.getAsJsonObject("env_open").get("platform").getAsString());
            JsonObject update = components.getAsJsonObject("env_update");
            assertEquals("update", update.get("platform").getAsString());
            String stateTopic = update.get("state_topic").getAsString();

            convention.updated(new UpdateStatus("env", "1.0.0", "1.1.0", "FETCH", 42));
            JsonObject state = json(next(stateTopic));
            assertEquals("1.0.0", state.get("installed_version").getAsString());
            assertEquals("1.1.0", state.get("latest_version").getAsString());
            assertTrue(state.get("in_progress").getAsBoolean());
            assertEquals(42, state.get("update_percentage").getAsInt());
            convention.updated(new UpdateStatus("env", "1.1.0", "1.1.0", "COMMITTED", -1));
            state = json(next(stateTopic));
            assertFalse(state.get("in_progress").getAsBoolean());
            assertTrue(state.get("update_percentage").isJsonNull());

            convention.describe(SMALLER);
            components = json(next("homeassistant/device/thimble_Pi_17/config")).getAsJsonObject("components");
            assertEquals("{\"platform\":\"sensor\"}", components.getAsJsonObject("env_Count").toString(),
                    "a removed entity is named with its platform alone");
            assertTrue(components.getAsJsonObject("env_temperature").has("state_topic"));
            assertEquals(2, convention.birth().size());
        }
    }

    @Test
    void homieDescribesPublishesAndDies() throws Exception {
        MqttLink[] link = new MqttLink[1];
        Homie[] convention = new Homie[1];
        link[0] = PahoLink.create(options("pi-homie").will(() -> convention[0].will())
                .birth(() -> convention[0].birth()).build());
        convention[0] = new Homie(link[0], DEVICE.id());
        convention[0].describe(DEVICE);
        link[0].start();
        assertEquals("init", text(next("homie/5/pi-17/$state")));
        JsonObject description = json(next("homie/5/pi-17/$description"));
        assertEquals("5.0", description.get("homie").getAsString());
        assertTrue(description.get("version").getAsLong() > 0);
        JsonObject properties =
                description.getAsJsonObject("nodes").getAsJsonObject("env").getAsJsonObject("properties");
        assertEquals("float", properties.getAsJsonObject("temperature").get("datatype").getAsString());
        assertEquals("integer", properties.getAsJsonObject("count").get("datatype").getAsString());
        awaitState("ready");
        awaitOnline(link[0]);
        seen.clear();

        convention[0].published(DATA, PAYLOAD);
        Map<String, String> values = Map.of("homie/5/pi-17/env/temperature", "21.5", "homie/5/pi-17/env/count", "7",
                "homie/5/pi-17/env/open", "true");
        for (int i = 0; i < 3; i++) {
            ReceivedMessage value = nextOtherThanDescription();
            assertEquals(values.get(value.topic()), text(value));
            assertTrue(value.retained());
        }
        convention[0].published(DATA, bytes("not JSON"));
        convention[0].published(DATA, bytes("{\"t\":\"warm\"}"));
        convention[0].updated(new UpdateStatus("env", "1.0.0", "1.1.0", "FETCH", 42));
        Map<String, String> update = Map.of("homie/5/pi-17/env/version", "1.0.0",
                "homie/5/pi-17/env/update-phase", "FETCH", "homie/5/pi-17/env/update-percent", "42");
        for (int i = 0; i < 3; i++) {
            ReceivedMessage value = next();
            assertEquals(update.get(value.topic()), text(value));
        }
        convention[0].describe(SMALLER);
        List<ReceivedMessage> cleared = List.of(next(), next(), next(), next(), next());
        assertTrue(cleared.stream().allMatch(m -> m.payload().length == 0), "retained topics of what is gone");
        link[0].close();
        awaitState("lost");
    }

    private ReceivedMessage nextOtherThanDescription() throws InterruptedException {
        ReceivedMessage message = next();
        while (message.topic().contains("$") || message.topic().contains("update-")
                || message.topic().endsWith("version")) {
            message = next();
        }
        return message;
    }

    private void awaitState(String state) throws InterruptedException {
        ReceivedMessage message = next();
        while (!message.topic().endsWith("$state") || !text(message).equals(state)) {
            message = next();
        }
    }

    @Test
    void sparkplugIsReadByTahu() throws Exception {
        Sparkplug convention = new Sparkplug("plant", "pi", InstantSource.system());
        try (MqttLink link = PahoLink.create(
                options("pi-sparkplug").will(convention::will).birth(convention::birth).build())) {
            convention.attach(link);
            convention.describe(DEVICE);
            link.start();
            SparkplugBPayload birth = payload(next("spBv1.0/plant/NBIRTH/pi"));
            assertEquals(0, birth.getSeq());
            assertEquals(0L, metrics(birth).get("bdSeq").getValue());
            assertEquals(false, metrics(birth).get("Node Control/Rebirth").getValue());
            SparkplugBPayload module = payload(next("spBv1.0/plant/DBIRTH/pi/env"));
            assertEquals(1, module.getSeq());
            Metric temperature = metrics(module).get("temperature");
            assertEquals(MetricDataType.Double, temperature.getDataType());
            assertNull(temperature.getValue());
            assertEquals("°C", temperature.getProperties().getPropertyValue("engUnit").getValue());
            assertEquals(2, payload(next("spBv1.0/plant/DBIRTH/pi/blink")).getSeq());
            awaitOnline(link);

            convention.published(DATA, PAYLOAD);
            SparkplugBPayload data = payload(next("spBv1.0/plant/DDATA/pi/env"));
            assertEquals(3, data.getSeq());
            assertEquals(21.5, metrics(data).get("temperature").getValue());
            assertEquals(7L, metrics(data).get("Count").getValue());
            assertEquals(true, metrics(data).get("open").getValue());

            convention.updated(new UpdateStatus("env", "1.0.0", "1.1.0", "FETCH", 42));
            data = payload(next("spBv1.0/plant/DDATA/pi/env"));
            assertEquals("FETCH", metrics(data).get("Update/Phase").getValue());
            assertEquals(42L, metrics(data).get("Update/Percent").getValue());

            SparkplugBPayload command = new SparkplugBPayload(new java.util.Date(), List.of(
                    new Metric.MetricBuilder("Other", MetricDataType.Int32, 1).createMetric(),
                    new Metric.MetricBuilder("Node Control/Rebirth", MetricDataType.Boolean, true).createMetric()));
            observer.publish("spBv1.0/plant/NCMD/pi", new SparkplugBPayloadEncoder().getBytes(command, false), 1,
                    false);
            next("spBv1.0/plant/NCMD/pi");
            assertEquals(0, payload(next("spBv1.0/plant/NBIRTH/pi")).getSeq());
            SparkplugBPayload again = payload(next("spBv1.0/plant/DBIRTH/pi/env"));
            assertEquals(21.5, metrics(again).get("temperature").getValue());
            next("spBv1.0/plant/DBIRTH/pi/blink");

            convention.describe(SMALLER);
            next("spBv1.0/plant/DDEATH/pi/blink");
            next("spBv1.0/plant/NBIRTH/pi");
            next("spBv1.0/plant/DBIRTH/pi/env");
        }
        SparkplugBPayload death = payload(next("spBv1.0/plant/NDEATH/pi"));
        assertNull(death.getSeq());
        assertEquals(0L, metrics(death).get("bdSeq").getValue(), "the number of the birth that it ends");
    }

    private static SparkplugBPayload payload(ReceivedMessage message) throws Exception {
        return new SparkplugBPayloadDecoder().buildFromByteArray(message.payload(), null);
    }

    private static Map<String, Metric> metrics(SparkplugBPayload payload) {
        return payload.getMetrics().stream().collect(Collectors.toMap(Metric::getName, m -> m));
    }

    @Test
    void hostileCommandsDoNotHarm() {
        java.util.Random random = new java.util.Random(1);
        for (int round = 0; round < 100_000; round++) {
            byte[] garbage = new byte[random.nextInt(40)];
            random.nextBytes(garbage);
            SparkplugPayload.isTrue(garbage, "Node Control/Rebirth");
            Json.find(garbage, "/t/1");
            Json.find(bytes("{\"a\":" + new String(garbage, StandardCharsets.ISO_8859_1)), "/t/0");
        }
        assertFalse(SparkplugPayload.isTrue(new byte[] {0x12, 0x7F, 1}, "x"));
    }

    @Test
    void findsWhatAPointerNames() {
        byte[] json = bytes(" { \"a\" : \"x\\\"y\\u00e9\\n\" , \"b\":-1.5e3,\"c\":null, \"d\":{\"b\":2}, \"e\" : false } ");
        assertEquals("x\"yé\n", Json.find(json, "/a"));
        assertEquals("-1.5e3", Json.find(json, "/b"));
        assertNull(Json.find(json, "/c"));
        assertNull(Json.find(json, "/d"));
        assertEquals("false", Json.find(json, "/e"));
        assertNull(Json.find(json, "/f"));
        assertEquals("2", Json.find(json, "/d/b"));
        assertNull(Json.find(json, "/a/b"));
        byte[] nested = bytes("{\"x/y\": [ [1,2], {\"~\" : \"in\" }, 5 ]}");
        assertEquals("in", Json.find(nested, "/x~1y/1/~0"));
        assertEquals("5", Json.find(nested, "/x~1y/2"));
        assertEquals("2", Json.find(nested, "/x~1y/0/1"));
        assertNull(Json.find(nested, "/x~1y/3"));
        assertEquals("7", Json.find(bytes(" [6 , 7]"), "/1"));
        assertNull(Json.find(bytes("[1]"), "/a"));
        assertNull(Json.find(bytes("{\"a\""), "/a"));
    }
}
