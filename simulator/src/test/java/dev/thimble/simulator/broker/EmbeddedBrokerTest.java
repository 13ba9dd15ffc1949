package dev.thimble.simulator.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What MQTT 5 clients rely on, against the embedded broker. */
class EmbeddedBrokerTest {

    private EmbeddedBroker broker;

    @BeforeEach
    void start() {
        broker = EmbeddedBroker.start(0);
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    @Test
    void keepsARetainedMessageForALaterSubscriber() throws Exception {
        try (Client publisher = new Client("publisher"); Client subscriber = new Client("subscriber")) {
            publisher.connect(true, 0, null);
            publisher.publish("plant/online", "online", 1, true);
            subscriber.connect(true, 0, null);
            subscriber.subscribe("plant/#");
            MqttMessage message = subscriber.next();
            assertEquals("online", new String(message.getPayload()));
            assertTrue(message.isRetained());
        }
    }

    @Test
    void anEmptyRetainedMessageClearsTheRetainedOne() throws Exception {
        try (Client publisher = new Client("publisher"); Client subscriber = new Client("subscriber")) {
            publisher.connect(true, 0, null);
            publisher.publish("plant/old", "x", 1, true);
            publisher.publish("plant/old", "", 1, true);
            publisher.publish("plant/new", "y", 1, true);
            subscriber.connect(true, 0, null);
            subscriber.subscribe("plant/#");
            assertEquals("y", new String(subscriber.next().getPayload()));
            assertEquals(null, subscriber.received.poll(200, TimeUnit.MILLISECONDS));
        }
    }

    @Test
    void publishesTheWillOfAClientThatVanishes() throws Exception {
        try (Client watcher = new Client("watcher"); Client device = new Client("device")) {
            watcher.connect(true, 0, null);
            watcher.subscribe("d/1/online");
            device.connect(true, 0, "d/1/online");
            device.vanish();
            assertEquals("offline", new String(watcher.next().getPayload()));
        }
    }

    @Test
    void queuesQos1ForASessionThatComesBack() throws Exception {
        try (Client device = new Client("device"); Client operator = new Client("operator")) {
            device.connect(false, 3600, null);
            device.subscribe("d/1/dn");
            device.vanish();
            operator.connect(true, 0, null);
            for (int i = 0; i < 20; i++) {
                operator.publish("d/1/dn", "m" + i, 1, false);
            }
            try (Client again = new Client("device")) {
                IMqttToken token = again.connect(false, 3600, null);
                assertTrue(token.getSessionPresent());
                for (int i = 0; i < 20; i++) {
                    assertEquals("m" + i, new String(again.next().getPayload()));
                }
            }
        }
    }

    @Test
    void carriesRequestAndResponseProperties() throws Exception {
        try (Client operator = new Client("operator"); Client device = new Client("device")) {
            device.connect(true, 0, null);
            device.subscribe("d/1/dn/cmd/+");
            operator.connect(true, 0, null);
            MqttMessage request = new MqttMessage("{}".getBytes());
            MqttProperties properties = new MqttProperties();
            properties.setResponseTopic("o/answers");
            properties.setCorrelationData(new byte[] {1, 2, 3});
            properties.setContentType("application/json");
            properties.setMessageExpiryInterval(60L);
            request.setProperties(properties);
            request.setQos(1);
            operator.client.publish("d/1/dn/cmd/logs", request).waitForCompletion(5000);
            MqttProperties got = device.next().getProperties();
            assertEquals("o/answers", got.getResponseTopic());
            assertEquals("application/json", got.getContentType());
            assertEquals(3, got.getCorrelationData().length);
            assertNotNull(got.getMessageExpiryInterval());
        }
    }

    @Test
    void carriesAChunkOf64KiB() throws Exception {
        try (Client operator = new Client("operator"); Client device = new Client("device")) {
            device.connect(true, 0, null);
            device.subscribe("d/1/dn/blk/#");
            operator.connect(true, 0, null);
            operator.client.publish("d/1/dn/blk/x/0", new byte[64 << 10], 1, false).waitForCompletion(5000);
            assertEquals(64 << 10, device.next().getPayload().length);
        }
    }

    @Test
    void aPortInUseIsNamed() {
        UncheckedIOException e =
                assertThrows(UncheckedIOException.class, () -> EmbeddedBroker.start(broker.port()));
        assertTrue(e.getMessage().contains(":" + broker.port()), e.getMessage());
    }

    @Test
    void stopsListeningAndLeavesNothingBehind() throws Exception {
        Set<String> before = workingDirectory();
        broker.close();
        assertThrows(ConnectException.class, () -> new Socket("127.0.0.1", broker.port()).close());
        assertEquals(before, workingDirectory());
        assertFalse(before.stream().anyMatch(name -> name.contains("moquette")), before.toString());
    }

    private static Set<String> workingDirectory() throws IOException {
        try (var files = Files.list(Path.of("").toAbsolutePath())) {
            return files.map(f -> f.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    /** A plain Paho v5 client. */
    private final class Client implements MqttCallback, AutoCloseable {
        final MqttAsyncClient client;
        final LinkedBlockingQueue<MqttMessage> received = new LinkedBlockingQueue<>();

        Client(String id) throws MqttException {
            client = new MqttAsyncClient(broker.url(), id, new MemoryPersistence());
            client.setCallback(this);
        }

        IMqttToken connect(boolean cleanStart, long sessionExpiry, String willTopic) throws MqttException {
            MqttConnectionOptions options = new MqttConnectionOptions();
            options.setCleanStart(cleanStart);
            options.setSessionExpiryInterval(sessionExpiry);
            if (willTopic != null) {
                options.setWill(willTopic, new MqttMessage("offline".getBytes(), 1, true, new MqttProperties()));
            }
            IMqttToken token = client.connect(options);
            token.waitForCompletion(5000);
            return token;
        }

        void subscribe(String filter) throws MqttException {
            client.subscribe(filter, 1).waitForCompletion(5000);
        }

        void publish(String topic, String text, int qos, boolean retained) throws MqttException {
            client.publish(topic, text.getBytes(), qos, retained).waitForCompletion(5000);
        }

        void vanish() throws MqttException {
            client.disconnectForcibly(0, 1, false);
        }

        MqttMessage next() throws InterruptedException {
            MqttMessage message = received.poll(5, TimeUnit.SECONDS);
            assertNotNull(message, "nothing arrived within 5 s");
            return message;
        }

        @Override
        public void messageArrived(String topic, MqttMessage message) {
            received.add(message);
        }

        @Override
        public void disconnected(MqttDisconnectResponse response) {
        }

        @Override
        public void mqttErrorOccurred(MqttException exception) {
        }

        @Override
        public void deliveryComplete(IMqttToken token) {
        }

        @Override
        public void connectComplete(boolean reconnect, String uri) {
        }

        @Override
        public void authPacketArrived(int reasonCode, MqttProperties properties) {
        }

        @Override
        public void close() throws MqttException {
            if (client.isConnected()) {
                client.disconnectForcibly(0, 1, false);
            }
            client.close(true);
        }
    }
}
