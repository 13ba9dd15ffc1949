package dev.thimble.benchmarks.link;

import dev.thimble.benchmarks.measure.Mosquitto;
import dev.thimble.mqtt.LinkOptions;
import dev.thimble.mqtt.LinkState;
import dev.thimble.mqtt.MqttLink;
import dev.thimble.mqtt.OutboxOptions;
import dev.thimble.mqtt.PublishProperties;
import dev.thimble.mqtt.paho.PahoLink;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttClientPersistence;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.client.persist.MqttDefaultFilePersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/**
 * The link beside plain Paho over a mosquitto on loopback: acknowledged messages of quality of service 1 per second, ten
 * in flight, each kind in turn in every round. {@code benchmarks/run --main link.LinkComparison [ROUNDS]}
 */
public final class LinkComparison {

    private static final String TOPIC = "thimble/1/d/pi/up/data/env/readings";
    private static final byte[] PAYLOAD =
            "{\"n\":123,\"t\":25.08,\"p\":100653,\"h\":41.2}".getBytes(StandardCharsets.UTF_8);
    private static final int MESSAGES = 10_000;
    /** Paho's file persistence is slow enough to be measured with fewer. */
    private static final int FILE_MESSAGES = 500;

    private LinkComparison() {
    }

    private enum Kind {
        PAHO_MEMORY("plain Paho, in memory"),
        LINK_MEMORY("the link, in memory"),
        PAHO_FILE("plain Paho, file persistence"),
        LINK_DISK("the link, disk outbox");

        private final String title;

        Kind(String title) {
            this.title = title;
        }
    }

    public static void main(String[] args) throws Exception {
        int rounds = args.length == 0 ? 5 : Integer.parseInt(args[0]);
        Path directory = Files.createTempDirectory("thimble-link");
        try (Mosquitto mosquitto = Mosquitto.start(directory)) {
            String url = mosquitto.url();
            double[][] rates = new double[Kind.values().length][rounds];
            for (int round = -1; round < rounds; round++) {
                for (Kind kind : Kind.values()) {
                    Path place = Files.createDirectories(directory.resolve(kind + "-" + (round + 1)));
                    double rate = rate(kind, url, place);
                    if (round >= 0) {
                        rates[kind.ordinal()][round] = rate;
                    }
                }
            }
            print(rates);
        }
    }

    private static double rate(Kind kind, String url, Path place) throws MqttException, InterruptedException {
        return switch (kind) {
            case PAHO_MEMORY -> paho(url, new MemoryPersistence(), MESSAGES);
            case PAHO_FILE -> paho(url, new MqttDefaultFilePersistence(place.toString()), FILE_MESSAGES);
            case LINK_MEMORY -> link(url, OutboxOptions.IN_MEMORY);
            case LINK_DISK -> link(url, OutboxOptions.onDisk(place, 8 << 20));
        };
    }

    private static double link(String url, OutboxOptions outbox) throws InterruptedException {
        OutboxOptions large = outbox.withLanes(
                new OutboxOptions.Lane("all", "#", 8 << 20, OutboxOptions.WhenFull.REFUSE_NEWEST));
        try (MqttLink link = PahoLink.create(LinkOptions.builder(url, "link").outbox(large).build())) {
            link.start();
            while (link.state() != LinkState.ONLINE) {
                Thread.sleep(5);
            }
            long start = System.nanoTime();
            for (int i = 0; i < MESSAGES; i++) {
                if (!link.publish(TOPIC, PAYLOAD, 0, PAYLOAD.length, 1, false, PublishProperties.NONE).queued()) {
                    throw new IllegalStateException("not accepted");
                }
            }
            while (link.statistics().lanes().getFirst().sent() < MESSAGES) {
                Thread.sleep(1);
            }
            return MESSAGES * 1e9 / (System.nanoTime() - start);
        }
    }

    private static double paho(String url, MqttClientPersistence persistence, int messages)
            throws MqttException, InterruptedException {
        MqttAsyncClient client = new MqttAsyncClient(url, "plain", persistence);
        client.connect().waitForCompletion(5000);
        Semaphore window = new Semaphore(10);
        CountDownLatch left = new CountDownLatch(messages);
        MqttActionListener listener = new MqttActionListener() {
            @Override
            public void onSuccess(IMqttToken token) {
                window.release();
                left.countDown();
            }

            @Override
            public void onFailure(IMqttToken token, Throwable failure) {
                throw new IllegalStateException(failure);
            }
        };
        long start = System.nanoTime();
        for (int i = 0; i < messages; i++) {
            window.acquire();
            client.publish(TOPIC, new MqttMessage(PAYLOAD, 1, false, new MqttProperties()), null, listener);
        }
        left.await();
        double rate = messages * 1e9 / (System.nanoTime() - start);
        client.disconnect().waitForCompletion(5000);
        client.close();
        return rate;
    }

    private static void print(double[][] rates) {
        double peer = median(rates[Kind.PAHO_MEMORY.ordinal()]);
        System.out.println("| kind | messages/s, median | lowest | highest | of plain Paho in memory |");
        System.out.println("| --- | ---: | ---: | ---: | ---: |");
        for (Kind kind : Kind.values()) {
            double[] row = rates[kind.ordinal()];
            System.out.printf("| %s | %,.0f | %,.0f | %,.0f | %.2f |%n", kind.title, median(row),
                    Arrays.stream(row).min().orElseThrow(), Arrays.stream(row).max().orElseThrow(),
                    median(row) / peer);
        }
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
