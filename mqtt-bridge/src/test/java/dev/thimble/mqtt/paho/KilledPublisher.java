package dev.thimble.mqtt.paho;

import dev.thimble.mqtt.MqttLink;
import dev.thimble.mqtt.OutboxOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A process to be killed: publishes numbers and prints each after it was accepted. */
final class KilledPublisher {

    private KilledPublisher() {
    }

    static OutboxOptions outbox(Path directory) {
        return OutboxOptions.onDisk(directory, 4 << 20)
                .withLanes(new OutboxOptions.Lane("numbers", "#", 4 << 20, OutboxOptions.WhenFull.REFUSE_NEWEST));
    }

    public static void main(String[] args) throws InterruptedException {
        MqttLink link = PahoLink.create(LinkProbe.options(args[0], "killed").outbox(outbox(Path.of(args[1]))).build());
        link.start();
        for (int number = Integer.parseInt(args[2]); ; number++) {
            byte[] payload = Integer.toString(number).getBytes(StandardCharsets.UTF_8);
            if (!link.publish("numbers", payload, 1, false).queued()) {
                throw new IllegalStateException("not accepted: " + number);
            }
            System.out.println(number);
            Thread.sleep(1);
        }
    }
}
