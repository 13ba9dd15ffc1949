package dev.thimble.mqtt.paho;

import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The group that the link's thread and, by inheritance, all of Paho's threads belong to: it counts them, and it hears
 * when one dies of an exception, which Paho itself does not notice.
 */
final class LinkThreads extends ThreadGroup {

    /** More threads than one connection ever has. */
    private static final int ROOM = 32;

    private final Consumer<Throwable> death;

    LinkThreads(String name, Consumer<Throwable> death) {
        super(name);
        this.death = death;
    }

    @Override
    public void uncaughtException(Thread thread, Throwable failure) {
        death.accept(failure);
    }

    /** How many threads of Paho are alive; called by the link's thread. */
    int others() {
        return alive().length;
    }

    /** Whether Paho is still in the middle of starting a connection. */
    boolean starting() {
        for (Thread thread : alive()) {
            if (thread.getName().startsWith("MQTT Con")) {
                return true;
            }
        }
        return false;
    }

    /** Waits until Paho's threads have ended. False if some are left. */
    boolean join(long timeoutMillis) throws InterruptedException {
        long deadline = System.nanoTime() + timeoutMillis * 1_000_000;
        for (Thread thread : alive()) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return others() == 0;
            }
            thread.join(left);
        }
        return others() == 0;
    }

    private Thread[] alive() {
        Thread[] threads = new Thread[ROOM];
        int count = enumerate(threads, false);
        Thread[] others = new Thread[count];
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (threads[i] != Thread.currentThread()) {
                others[kept++] = threads[i];
            }
        }
        return Arrays.copyOf(others, kept);
    }
}
