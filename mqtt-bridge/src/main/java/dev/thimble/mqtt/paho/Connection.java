package dev.thimble.mqtt.paho;

import dev.thimble.mqtt.Announcement;
import dev.thimble.mqtt.LinkOptions;
import dev.thimble.mqtt.ReceivedMessage;
import dev.thimble.mqtt.outbox.QueuedMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.MqttPingSender;
import org.eclipse.paho.mqttv5.client.internal.ClientComms;
import org.eclipse.paho.mqttv5.client.internal.NetworkModule;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/**
 * One attempt to connect and, if it succeeds, one connection: a Paho client used once. The link's thread calls the
 * methods; Paho's threads call the callbacks, which only enqueue.
 */
final class Connection {

    // Paho logs through java.util.logging what the link reports to its listeners anyway. Held, since loggers are weak.
    private static final Logger PAHO = Logger.getLogger("org.eclipse.paho.mqttv5");

    static {
        PAHO.setLevel(Level.OFF);
    }

    private final LinkOptions options;
    private final Consumer<LinkEvent> events;
    private final Inbox inbox;
    private final Wire wire;
    private final MqttAsyncClient client;
    private volatile boolean finished;

    /** A message on its way. {@code queued} is null for one that the link sends by itself. */
    record InFlight(QueuedMessage queued, int qos, long sentAt) {
    }

    /** What the broker allows, from its CONNACK. */
    record Terms(int receiveMaximum, long maxPacket, boolean subscriptionIdentifiers, int keepAliveSeconds) {
    }

    Connection(LinkOptions options, Consumer<LinkEvent> events, Inbox inbox) throws MqttException {
        this.options = options;
        this.events = events;
        this.inbox = inbox;
        this.wire = new Wire(options);
        this.client = new MqttAsyncClient("tcp://wire", options.clientId(), new MemoryPersistence(), new NoTimer(),
                null) {
            @Override
            protected NetworkModule[] createNetworkModules(String address, MqttConnectionOptions ignored) {
                return new NetworkModule[] {wire};
            }
        };
        client.setManualAcks(true);
        client.setCallback(new Callbacks());
    }

    void open(Announcement will) throws MqttException, IOException {
        MqttConnectionOptions connect = new MqttConnectionOptions();
        connect.setCleanStart(false);
        connect.setSessionExpiryInterval(Math.min(options.sessionExpiry().toSeconds(), 0xFFFF_FFFFL));
        connect.setKeepAliveInterval((int) Math.clamp(options.keepAlive().toSeconds(), 1, 65_535));
        connect.setReceiveMaximum(Math.max(1, options.inboxMessages() / 2));
        connect.setMaximumPacketSize((long) options.maxPacket());
        if (options.credentials() != null) {
            connect.setUserName(options.credentials().user());
            if (options.credentials().passwordFile() != null) {
                connect.setPassword(password());
            }
        }
        if (will != null) {
            connect.setWill(will.topic(), message(will.payload(), will.qos(), will.retained(), new MqttProperties()));
        }
        client.connect(connect, null, new MqttActionListener() {
            @Override
            public void onSuccess(IMqttToken token) {
                events.accept(new LinkEvent.Opened(Connection.this, token.getSessionPresent(),
                        terms(token.getResponseProperties())));
            }

            @Override
            public void onFailure(IMqttToken token, Throwable failure) {
                closed(ReasonCode.describe(failure));
            }
        });
    }

    private byte[] password() throws IOException {
        byte[] bytes = Files.readAllBytes(options.credentials().passwordFile());
        int end = bytes.length;
        if (end > 0 && bytes[end - 1] == '\n') {
            end--;
            if (end > 0 && bytes[end - 1] == '\r') {
                end--;
            }
        }
        return Arrays.copyOf(bytes, end);
    }

    private Terms terms(MqttProperties answer) {
        int receiveMaximum = answer.getReceiveMaximum() == null ? 65_535 : answer.getReceiveMaximum();
        long maxPacket = answer.getMaximumPacketSize() == null ? Long.MAX_VALUE : answer.getMaximumPacketSize();
        int keepAlive = answer.getServerKeepAlive() == null
                ? (int) Math.max(1, options.keepAlive().toSeconds()) : answer.getServerKeepAlive();
        // Paho compares outgoing packets with the limit that was meant for incoming ones; both must hold.
        return new Terms(receiveMaximum, Math.min(maxPacket, options.maxPacket()),
                answer.isSubscriptionIdentifiersAvailable(), keepAlive);
    }

    /** Sends a message of the outbox. */
    void publish(InFlight sending) throws MqttException {
        QueuedMessage queued = sending.queued();
        MqttProperties properties = new MqttProperties();
        if (queued.expirySeconds() > 0) {
            properties.setMessageExpiryInterval((long) queued.expirySeconds());
        }
        properties.setContentType(queued.contentType());
        properties.setResponseTopic(queued.responseTopic());
        properties.setCorrelationData(queued.correlationData());
        client.publish(queued.topic(), message(queued.payload(), sending.qos(), queued.retained(), properties),
                sending, new PublishListener());
    }

    /** Sends a message of the link itself. */
    InFlight announce(Announcement announcement, long now) throws MqttException {
        InFlight inFlight = new InFlight(null, announcement.qos(), now);
        client.publish(announcement.topic(), message(announcement.payload(), announcement.qos(),
                announcement.retained(), new MqttProperties()), inFlight, new PublishListener());
        return inFlight;
    }

    private static MqttMessage message(byte[] payload, int qos, boolean retained, MqttProperties properties) {
        return new MqttMessage(payload, qos, retained, properties);
    }

    void subscribe(Subscriptions.Filter filter, boolean withIdentifier) throws MqttException {
        MqttSubscription subscription = new MqttSubscription(filter.topic.toString(), filter.qos());
        subscription.setRetainAsPublished(true);
        MqttProperties properties = new MqttProperties();
        if (withIdentifier) {
            properties.setSubscriptionIdentifier(filter.identifier);
        }
        client.subscribe(new MqttSubscription[] {subscription}, filter, new MqttActionListener() {
            @Override
            public void onSuccess(IMqttToken token) {
                events.accept(new LinkEvent.Subscribed(Connection.this, filter, reasonCode(token)));
            }

            @Override
            public void onFailure(IMqttToken token, Throwable failure) {
                closed(ReasonCode.describe(failure));
            }
        }, properties);
    }

    void unsubscribe(String filter) throws MqttException {
        client.unsubscribe(filter);
    }

    /** Acknowledges a message that the handlers are done with. */
    void acknowledge(int messageId) throws MqttException {
        client.messageArrivedComplete(messageId, 1);
    }

    /** Sends a ping if nothing has been sent for the keep-alive time. */
    void ping() throws MqttException {
        client.checkPing(null, null);
    }

    /** When something was last received. */
    long lastRead() {
        return wire.lastRead();
    }

    /** Says goodbye; the broker then discards the will. */
    void disconnect(long timeoutMillis) throws MqttException {
        client.disconnect(0, null, null, 0, new MqttProperties()).waitForCompletion(timeoutMillis);
    }

    /** Cuts the connection. No callback reports anything after this. */
    void abandon() {
        finished = true;
        wire.abandon();
    }

    /** Makes Paho end its threads when its receiver has died without telling it. */
    void force() throws MqttException {
        client.disconnectForcibly(0, 1, false);
    }

    private void closed(String reason) {
        if (!finished) {
            finished = true;
            events.accept(new LinkEvent.Closed(this, reason));
        }
    }

    private static int reasonCode(IMqttToken token) {
        int[] codes = token.getReasonCodes();
        return codes == null || codes.length == 0 ? 0 : codes[0];
    }

    private final class PublishListener implements MqttActionListener {
        @Override
        public void onSuccess(IMqttToken token) {
            events.accept(new LinkEvent.Published(Connection.this, (InFlight) token.getUserContext(),
                    reasonCode(token)));
        }

        @Override
        public void onFailure(IMqttToken token, Throwable failure) {
            closed(ReasonCode.describe(failure));
        }
    }

    private final class Callbacks implements MqttCallback {
        @Override
        public void messageArrived(String topic, MqttMessage message) {
            MqttProperties properties = message.getProperties();
            Long expiry = properties.getMessageExpiryInterval();
            List<Integer> identifiers = List.copyOf(properties.getSubscriptionIdentifiers());
            inbox.offer(Connection.this, message.getId(), new ReceivedMessage(topic, message.getPayload(),
                    message.getQos(), message.isRetained(), expiry == null ? -1 : expiry,
                    properties.getContentType(), properties.getResponseTopic(), properties.getCorrelationData()),
                    identifiers);
        }

        @Override
        public void disconnected(MqttDisconnectResponse response) {
            closed(response.getException() != null ? ReasonCode.describe(response.getException())
                    : "the broker disconnected: " + ReasonCode.describe(response.getReturnCode()));
        }

        @Override
        public void mqttErrorOccurred(MqttException failure) {
            closed(ReasonCode.describe(failure));
        }

        @Override
        public void deliveryComplete(IMqttToken token) {
        }

        @Override
        public void connectComplete(boolean reconnect, String uri) {
        }

        @Override
        public void authPacketArrived(int reasonCode, MqttProperties properties) {
            closed("the broker asked for an authentication method that the link does not have");
        }
    }

    /** The link's thread calls {@link #ping} by its own clock; Paho's timer thread is not needed. */
    private static final class NoTimer implements MqttPingSender {
        @Override
        public void init(ClientComms comms) {
        }

        @Override
        public void start() {
        }

        @Override
        public void stop() {
        }

        @Override
        public void schedule(long delayMillis) {
        }
    }
}
