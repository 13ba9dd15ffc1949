package dev.thimble.simulator.broker;

import java.util.UUID;
import java.util.function.BiConsumer;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/** Somebody else on a broker: a client of its own, without any code of Thimble's, that sees only what everybody can see. */
public final class Subscriber implements AutoCloseable {
    private static final long MILLIS = 10_000;

    private final MqttAsyncClient client;
    private volatile String broken = "";

    /**
     * Connects; done when this returns.
     *
     * @param seen takes topic and payload of each message, on the client's thread
     */
    public Subscriber(String broker, BiConsumer<String, byte[]> seen) throws MqttException {
        client = new MqttAsyncClient(broker, "thimble-observer-" + UUID.randomUUID(), new MemoryPersistence());
        client.setCallback(new MqttCallback() {
            @Override
            public void messageArrived(String topic, MqttMessage message) {
                seen.accept(topic, message.getPayload());
            }

            @Override
            public void disconnected(MqttDisconnectResponse response) {
                broken = "the observer lost the broker: " + response.getReasonString();
            }

            @Override
            public void mqttErrorOccurred(MqttException exception) {
                broken = "the observer failed: " + exception.getMessage();
            }

            @Override
            public void deliveryComplete(IMqttToken token) {}

            @Override
            public void connectComplete(boolean reconnect, String serverUri) {}

            @Override
            public void authPacketArrived(int reasonCode, MqttProperties properties) {}
        });
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setCleanStart(true);
        options.setAutomaticReconnect(false);
        client.connect(options).waitForCompletion(MILLIS);
    }

    /** Subscribes, or again, which also gives every retained message again; done when this returns. */
    public void subscribe(String filter, int qos) throws MqttException {
        client.subscribe(filter, qos).waitForCompletion(MILLIS);
    }

    /** Removes a retained message. */
    public void clear(String topic) throws MqttException {
        client.publish(topic, new byte[0], 1, true).waitForCompletion(MILLIS);
    }

    /** Why nothing is seen any more, or empty. */
    public String broken() {
        return broken;
    }

    @Override
    public void close() throws MqttException {
        client.disconnect().waitForCompletion(MILLIS);
        client.close();
    }
}
