package dev.thimble.agent.operator;

import dev.thimble.mqtt.PublishProperties;
import dev.thimble.mqtt.Subscription;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Questions to a device and its answers, as MQTT 5 request and response. */
public final class Requests {
    private Requests() {}

    /**
     * Asks a device.
     *
     * @param verb pause, resume, cancel, logs, why, record, record-stop or recording
     * @param module or empty for all; what else a verb wants to know
     * @return the answer as JSON, or null when none came in time
     */
    public static String ask(Operator operator, String verb, String module, Duration patience) throws InterruptedException {
        String id = UUID.randomUUID().toString();
        String answerTopic = operator.topics().reply(id);
        byte[] correlation = id.getBytes(StandardCharsets.US_ASCII);
        CompletableFuture<String> answer = new CompletableFuture<>();
        try (Subscription subscription = operator.link().subscribe(answerTopic, 1,
            message -> answer.complete(new String(message.payload(), StandardCharsets.UTF_8)))) {
            long end = System.nanoTime() + patience.toNanos();
            while (!subscription.confirmed() && System.nanoTime() < end) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
            byte[] payload = module.getBytes(StandardCharsets.UTF_8);
            int expiry = (int) Math.max(1, patience.toSeconds());
            operator.link().publish(operator.topics().command(verb), payload, 0, payload.length, 1, false,
                new PublishProperties(expiry, null, answerTopic, correlation));
            return answer.get(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return null;
        } catch (ExecutionException e) {
            throw new IllegalStateException("nobody fails this future", e);
        }
    }
}
