package dev.thimble.mqtt.paho;

import dev.thimble.mqtt.Announcement;
import dev.thimble.mqtt.LinkOptions;
import dev.thimble.mqtt.LinkState;
import dev.thimble.mqtt.outbox.Outbox;
import dev.thimble.mqtt.outbox.QueuedMessage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.paho.mqttv5.client.MqttClientException;
import org.eclipse.paho.mqttv5.common.MqttException;

/**
 * The link's thread: the only one that calls Paho. Each turn takes in events, moves the connection along, sends what
 * there is room for, and sleeps until the next event or deadline.
 */
final class LinkLoop implements Runnable {

    /** Losses of the connection with the same message alone in flight after which that message is given up. */
    static final int FATAL_LOSSES = 5;

    private static final long POLL_NANOS = 20_000_000;
    private static final long FORCE_AFTER_NANOS = 500_000_000;

    private final LinkOptions options;
    private final Outbox outbox;
    private final Subscriptions subscriptions;
    private final LinkThreads threads;
    private final Backoff backoff;
    private final Queue<LinkEvent> events = new ConcurrentLinkedQueue<>();
    private final ArrayDeque<Connection.InFlight> inFlight = new ArrayDeque<>();
    private final ArrayDeque<Announcement> births = new ArrayDeque<>();
    private final Thread thread;
    private Inbox inbox;

    private volatile LinkState state = LinkState.OFFLINE;
    private volatile boolean closing;
    private volatile boolean asleep;
    private volatile Throwable deadThread;
    final AtomicLong connects = new AtomicLong();
    final AtomicLong failedAttempts = new AtomicLong();

    private Connection connection;
    private Connection previous;
    private Connection.Terms terms;
    private Announcement will;
    private boolean opened;
    private boolean announcing;
    private boolean reaped = true;
    private boolean forced;
    private long openedAt;
    private long lostAt;
    private long retryAt;
    private long deadline;
    private long pingAt;
    /** When to stop waiting for the reason why Paho is no longer connected; 0 while it is. */
    private long hopelessAt;
    private long forceAt;
    private int acknowledged;
    private QueuedMessage.Ticket suspect;
    private int suspectLosses;

    LinkLoop(LinkOptions options, Outbox outbox, Subscriptions subscriptions) {
        this.options = options;
        this.outbox = outbox;
        this.subscriptions = subscriptions;
        this.threads = new LinkThreads("mqtt " + options.clientId(), this::threadDied);
        this.backoff = new Backoff(options.backoffFirst(), options.backoffLimit(), options.random());
        this.thread = new Thread(threads, this, "mqtt-link " + options.clientId());
        this.thread.setDaemon(true);
    }

    void start(Inbox deliverTo) {
        inbox = deliverTo;
        thread.start();
    }

    LinkState state() {
        return state;
    }

    void accept(LinkEvent event) {
        events.add(event);
        LockSupport.unpark(thread);
    }

    /** Something was published. Allocates nothing. */
    void wake() {
        if (asleep) {
            LockSupport.unpark(thread);
        }
    }

    /** Something was subscribed or unsubscribed. */
    void changed() {
        LockSupport.unpark(thread);
    }

    private void threadDied(Throwable failure) {
        deadThread = failure;
        LockSupport.unpark(thread);
    }

    /** Closes without having run. */
    void neverStarted() {
        state = LinkState.CLOSED;
    }

    void close() throws InterruptedException {
        closing = true;
        LockSupport.unpark(thread);
        if (Thread.currentThread() != thread) {
            thread.join();
        }
    }

    @Override
    public void run() {
        while (!closing) {
            try {
                turn();
            } catch (RuntimeException e) {
                lose("internal error: " + ReasonCode.describe(e));
            }
        }
        try {
            farewell();
        } catch (RuntimeException | MqttException e) {
            inbox.tell(listener -> listener.onState(LinkState.OFFLINE, "farewell: " + ReasonCode.describe(e)));
        } finally {
            if (connection != null) {
                connection.abandon();
            }
            awaitThreads();
            if (outbox.unforced()) {
                outbox.force();
            }
            state(LinkState.CLOSED, "closed");
        }
    }

    private void turn() {
        asleep = false;
        takeEvents();
        long now = now();
        if (connection == null) {
            connectWhenDue(now);
        } else if (now - deadline >= 0 && !opened) {
            lose("no answer from the broker within " + options.connectTimeout().toMillis() + " ms");
        } else if (hopelessAt != 0 && now - hopelessAt >= 0) {
            lose("connection lost");
        } else if (opened && hopelessAt == 0) {
            keepAlive(now);
            subscribe();
            if (state == LinkState.CONNECTING && subscriptions.settled()) {
                announce(now);
            }
            if (state == LinkState.ONLINE) {
                pump(now);
            }
        }
        outbox.reportLosses((lane, reason, count) -> inbox.tell(l -> l.onLost(lane, reason, count)));
        boolean unforced = forceWhenDue(now);
        sleep(unforced);
    }

    private void takeEvents() {
        Throwable dead = deadThread;
        if (dead != null) {
            deadThread = null;
            lose("the broker's answer could not be read: " + ReasonCode.describe(dead));
        }
        for (LinkEvent event = events.poll(); event != null; event = events.poll()) {
            if (event.source() == connection) {
                take(event);
            }
        }
    }

    private void take(LinkEvent event) {
        switch (event) {
            case LinkEvent.Opened open -> {
                opened = true;
                terms = open.terms();
                openedAt = now();
                deadline = openedAt + options.connectTimeout().toNanos();
                pingAt = openedAt;
                connects.incrementAndGet();
                subscriptions.connected(open.sessionPresent());
            }
            case LinkEvent.Closed closed -> {
                suspectOldest();
                lose(closed.reason());
            }
            case LinkEvent.Published published -> published(published.message(), published.reasonCode());
            case LinkEvent.Subscribed subscribed -> {
                boolean confirmed = subscribed.reasonCode() < ReasonCode.FIRST_ERROR;
                subscriptions.answered(subscribed.filter(), confirmed);
                if (!confirmed) {
                    inbox.tell(l -> l.onSubscriptionRefused(subscribed.filter().topic.toString(),
                            ReasonCode.describe(subscribed.reasonCode())));
                }
            }
            case LinkEvent.Handled handled -> guarded(c -> c.acknowledge(handled.messageId()));
        }
    }

    private void published(Connection.InFlight message, int reasonCode) {
        inFlight.remove(message);
        if (message.queued() == null || message.qos() == 0) {
            return;
        }
        acknowledged++;
        suspect = null;
        suspectLosses = 0;
        if (reasonCode < ReasonCode.FIRST_ERROR) {
            outbox.sent(message.queued().ticket());
        } else {
            outbox.rejected(message.queued().ticket());
        }
    }

    private void connectWhenDue(long now) {
        if (!reaped && !reap(now) || now - retryAt < 0) {
            return;
        }
        state(LinkState.CONNECTING, "connecting to " + options.broker());
        try {
            connection = new Connection(options, this::accept, inbox);
            opened = false;
            announcing = false;
            hopelessAt = 0;
            reaped = false;
            forced = false;
            acknowledged = 0;
            // Enough for name, TCP, TLS and CONNACK, of which each has the timeout for itself.
            deadline = now + 3 * options.connectTimeout().toNanos();
            will = options.will().get();
            connection.open(will);
        } catch (MqttException | IOException e) {
            lose(ReasonCode.describe(e));
        }
    }

    /** Whether the threads of the connection before have ended; makes them, if Paho has not noticed its own end. */
    private boolean reap(long now) {
        reaped = threads.others() == 0;
        if (!reaped && !forced && now - lostAt > FORCE_AFTER_NANOS && !threads.starting()) {
            forced = true;
            try {
                previous.force();
            } catch (MqttException e) {
                inbox.tell(listener -> listener.onState(LinkState.OFFLINE, ReasonCode.describe(e)));
            }
        }
        return reaped;
    }

    private void lose(String reason) {
        if (connection == null) {
            return;
        }
        connection.abandon();
        inbox.forget(connection);
        previous = connection;
        connection = null;
        inFlight.clear();
        births.clear();
        outbox.rewind();
        lostAt = now();
        if (opened) {
            backoff.lasted(lostAt - openedAt);
        } else {
            failedAttempts.incrementAndGet();
        }
        long wait = backoff.next();
        retryAt = lostAt + wait;
        state(LinkState.OFFLINE, reason + "; next attempt in " + Duration.ofNanos(wait).toMillis() + " ms");
    }

    /**
     * A message that a broker cannot bear would be sent first after every reconnect and hold up all others for ever.
     * After a connection that was cut from the other side without a single acknowledgement, one message at a time is
     * sent; one that was alone in flight at {@link #FATAL_LOSSES} such losses in a row is given up as rejected.
     */
    private void suspectOldest() {
        Connection.InFlight oldest = inFlight.peek();
        if (acknowledged > 0 || oldest == null || oldest.queued() == null || oldest.qos() == 0) {
            return;
        }
        QueuedMessage.Ticket ticket = oldest.queued().ticket();
        suspectLosses = suspect != null && suspect.sameAs(ticket) ? suspectLosses + 1 : 1;
        suspect = ticket;
        if (suspectLosses >= FATAL_LOSSES) {
            outbox.rejected(ticket);
            suspect = null;
            suspectLosses = 0;
        }
    }

    private void keepAlive(long now) {
        long keepAlive = terms.keepAliveSeconds() * 1_000_000_000L;
        Connection.InFlight oldest = inFlight.peek();
        if (keepAlive > 0 && now - connection.lastRead() > 2 * keepAlive) {
            lose("the broker has been silent for " + 2 * terms.keepAliveSeconds() + " s");
        } else if (oldest != null && unacknowledgedTooLong(now - oldest.sentAt(), now - connection.lastRead())) {
            lose("no acknowledgement within " + (now - oldest.sentAt()) / 1_000_000_000 + " s");
        } else if (state == LinkState.CONNECTING && now - deadline >= 0) {
            lose("no answer to subscriptions within " + options.connectTimeout().toMillis() + " ms");
        } else if (keepAlive > 0 && now - pingAt >= 0) {
            pingAt = now + keepAlive / 4;
            guarded(Connection::ping);
        }
    }

    /** A slow link that still delivers something is given more time than a silent one. */
    private boolean unacknowledgedTooLong(long waiting, long silent) {
        long keepAlive = options.keepAlive().toNanos();
        return waiting > keepAlive && silent > keepAlive || waiting > 10 * keepAlive;
    }

    private void subscribe() {
        for (Subscriptions.Filter filter : subscriptions.takeWanted()) {
            guarded(c -> c.subscribe(filter, terms.subscriptionIdentifiers()));
        }
        for (String filter : subscriptions.takeUnwanted()) {
            guarded(c -> c.unsubscribe(filter));
        }
    }

    /** Sends the birth messages, within the window as all others. */
    private void announce(long now) {
        if (!announcing) {
            announcing = true;
            births.addAll(options.birth().get());
        }
        while (!births.isEmpty() && connection != null && hopelessAt == 0 && inFlight.size() < window()) {
            Announcement birth = births.poll();
            guarded(c -> inFlight.add(c.announce(birth, now)));
        }
        if (births.isEmpty() && connection != null && hopelessAt == 0) {
            state(LinkState.ONLINE, "connected to " + options.broker());
        }
    }

    private void pump(long now) {
        while (connection != null && hopelessAt == 0 && inFlight.size() < window()) {
            QueuedMessage message = outbox.take(options.clock().millis());
            if (message == null) {
                return;
            }
            int qos = outbox.wantsAcknowledgement(message) ? 1 : 0;
            if (message.packetBound() > terms.maxPacket()) {
                outbox.rejected(message.ticket());
                continue;
            }
            Connection.InFlight sending = new Connection.InFlight(message, qos, now);
            inFlight.add(sending);
            guarded(c -> c.publish(sending));
        }
    }

    private int window() {
        return suspect != null ? 1 : Math.min(options.inFlight(), terms.receiveMaximum());
    }

    /** Calls Paho. What it throws means that the connection is, or had better be, gone. */
    private void guarded(PahoCall call) {
        if (connection == null) {
            return;
        }
        try {
            call.on(connection);
        } catch (MqttException e) {
            if (e.getReasonCode() != MqttClientException.REASON_CODE_CLIENT_NOT_CONNECTED) {
                lose(ReasonCode.describe(e));
            } else if (hopelessAt == 0) {
                // The callback that says why is on its way.
                hopelessAt = now() + FORCE_AFTER_NANOS;
            }
        }
    }

    private interface PahoCall {
        void on(Connection connection) throws MqttException;
    }

    private boolean forceWhenDue(long now) {
        if (!outbox.unforced()) {
            forceAt = 0;
            return false;
        }
        if (forceAt == 0) {
            forceAt = now + options.outbox().syncInterval().toNanos();
        } else if (now - forceAt >= 0) {
            outbox.force();
            forceAt = 0;
        }
        return forceAt != 0;
    }

    private void sleep(boolean unforced) {
        long now = now();
        long until = now + Duration.ofMinutes(1).toNanos();
        if (unforced) {
            until = earlier(until, forceAt);
        }
        if (connection == null) {
            until = earlier(until, reaped ? retryAt : now + POLL_NANOS);
        } else if (!opened) {
            until = earlier(until, deadline);
        } else if (hopelessAt != 0) {
            until = earlier(until, hopelessAt);
        } else {
            until = earlier(until, pingAt);
            if (state == LinkState.CONNECTING) {
                until = earlier(until, deadline);
            }
        }
        // Publishers wake this thread only if there is something to do about it: room to send, or a time to force.
        boolean room = state == LinkState.ONLINE && hopelessAt == 0 && inFlight.size() < window();
        asleep = room || !unforced;
        boolean missed = asleep && (room && outbox.waiting(options.clock().millis())
                || !unforced && outbox.unforced());
        if (events.isEmpty() && deadThread == null && !closing && !missed && until - now > 0) {
            LockSupport.parkNanos(this, until - now);
        }
    }

    private static long earlier(long a, long b) {
        return a - b < 0 ? a : b;
    }

    private void farewell() throws MqttException {
        long end = now() + options.closeTimeout().toNanos();
        while (connection != null && state == LinkState.ONLINE && now() - end < 0
                && !(inFlight.isEmpty() && outbox.isEmpty())) {
            takeEvents();
            if (connection != null) {
                pump(now());
                pause();
            }
        }
        if (connection == null || state != LinkState.ONLINE) {
            return;
        }
        if (will != null) {
            Connection.InFlight last = connection.announce(will, now());
            inFlight.add(last);
            while (connection != null && inFlight.contains(last) && now() - end < 0) {
                pause();
                takeEvents();
            }
        }
        if (connection != null) {
            connection.disconnect(Math.max(1, (end - now()) / 1_000_000));
        }
    }

    private void pause() {
        if (events.isEmpty()) {
            LockSupport.parkNanos(this, POLL_NANOS);
        }
    }

    private void awaitThreads() {
        try {
            threads.join(options.closeTimeout().toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void state(LinkState next, String reason) {
        state = next;
        inbox.tell(listener -> listener.onState(next, reason));
    }

    private long now() {
        return options.nanoTime().getAsLong();
    }
}
