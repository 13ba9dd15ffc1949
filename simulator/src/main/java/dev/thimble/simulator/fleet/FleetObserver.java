package dev.thimble.simulator.fleet;

import dev.thimble.ota.content.Digest;
import dev.thimble.ota.document.Reported;
import dev.thimble.simulator.broker.Subscriber;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.eclipse.paho.mqttv5.common.MqttException;

/**
 * Somebody else on the broker, who counts what devices themselves report, and what the broker
 * says of its traffic.
 */
public final class FleetObserver implements AutoCloseable {
    private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final String SENT = "$SYS/broker/messages/sent";
    private static final String RECEIVED = "$SYS/broker/messages/received";

    private final Subscriber subscriber;
    private final String[] filters;
    private final Set<String> online = ConcurrentHashMap.newKeySet();
    /** What each device last reported to run and to have committed. */
    private final Map<String, Digest> committed = new ConcurrentHashMap<>();
    private volatile long sent = -1;
    private volatile long received = -1;

    /** Connects and subscribes; both are done when this returns. */
    public FleetObserver(String broker, String root) throws MqttException {
        subscriber = new Subscriber(broker, this::arrived);
        filters = new String[] {root + "/d/+/up/online", root + "/d/+/up/reported", SENT, RECEIVED};
        subscribe();
    }

    /** Also gives every retained message again, for those that were lost in a burst. */
    private void subscribe() throws MqttException {
        for (String filter : filters) {
            subscriber.subscribe(filter, 0);
        }
    }

    private void arrived(String topic, byte[] payload) {
        String[] levels = topic.split("/");
        String device = levels[levels.length - 3];
        switch (levels[levels.length - 1]) {
            case "sent" -> sent = Long.parseLong(text(payload));
            case "received" -> received = Long.parseLong(text(payload));
            case "online" -> {
                if (text(payload).equals("online")) {
                    online.add(device);
                }
            }
            default -> {
                Reported report = Reported.decode(payload);
                report.modules().stream().filter(row -> row.phase().isAtRest() && row.running() != null)
                    .forEach(row -> committed.put(device, row.running()));
            }
        }
    }

    private static String text(byte[] payload) {
        return new String(payload, StandardCharsets.UTF_8);
    }

    /** Devices that have said they are online. */
    public int online() {
        return online.size();
    }

    /** Devices whose last report at rest says that they run this release. */
    public int committed(Digest release) {
        return (int) committed.values().stream().filter(release::equals).count();
    }

    /** Messages that the broker received and sent in all, or −1 where it does not count them. */
    public long messages() {
        return sent < 0 || received < 0 ? -1 : sent + received;
    }

    /** @return whether it came true in time */
    public boolean await(Duration patience, BooleanSupplier condition) throws InterruptedException, MqttException {
        long end = System.nanoTime() + patience.toNanos();
        long again = System.nanoTime() + AGAIN_NANOS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > again) {
                again = System.nanoTime() + AGAIN_NANOS;
                subscribe();
            }
            if (System.nanoTime() > end || !subscriber.broken().isEmpty()) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        return true;
    }

    @Override
    public void close() throws MqttException {
        subscriber.close();
    }
}
