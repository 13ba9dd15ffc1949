package dev.thimble.mqtt.paho;

import dev.thimble.mqtt.LinkListener;
import dev.thimble.mqtt.LinkState;
import dev.thimble.mqtt.MessageHandler;
import dev.thimble.mqtt.ReceivedMessage;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * What waits for handlers and listeners, and the thread that calls them. Offering never blocks: beyond the bounds,
 * messages of quality of service 0 are dropped and counted; those of 1 are bounded by the receive maximum that the
 * broker was told. Thread-safe.
 */
final class Inbox {

    /** Something to tell; called on the delivery thread. */
    private sealed interface Item {
        record Arrived(Connection connection, int id, ReceivedMessage message, List<Integer> identifiers)
                implements Item {
        }

        record Notice(Consumer<LinkListener> notice) implements Item {
        }

        record Greeting(LinkListener listener, LinkState state) implements Item {
        }
    }

    private final Subscriptions subscriptions;
    private final Consumer<LinkEvent> events;
    private final int maxMessages;
    private final int maxBytes;
    private final ArrayDeque<Item> items = new ArrayDeque<>();
    private final CopyOnWriteArrayList<LinkListener> listeners = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private int messages;
    private long bytes;
    private boolean stopped;

    final AtomicLong received = new AtomicLong();
    final AtomicLong unrouted = new AtomicLong();
    final AtomicLong dropped = new AtomicLong();
    final AtomicLong failures = new AtomicLong();

    Inbox(Subscriptions subscriptions, Consumer<LinkEvent> events, String name, int maxMessages, int maxBytes) {
        this.subscriptions = subscriptions;
        this.events = events;
        this.maxMessages = maxMessages;
        this.maxBytes = maxBytes;
        this.thread = Thread.ofPlatform().name("mqtt-inbox " + name).daemon().unstarted(this::deliver);
    }

    void start() {
        thread.start();
    }

    void offer(Connection connection, int id, ReceivedMessage message, List<Integer> identifiers) {
        received.incrementAndGet();
        synchronized (this) {
            boolean full = messages >= maxMessages || bytes + message.payload().length > maxBytes;
            if (message.qos() == 0 && full) {
                dropped.incrementAndGet();
                return;
            }
            messages++;
            bytes += message.payload().length;
            add(new Item.Arrived(connection, id, message, identifiers));
        }
    }

    /** The broker will send again what a lost connection left unacknowledged here. */
    synchronized void forget(Connection lost) {
        Iterator<Item> all = items.iterator();
        while (all.hasNext()) {
            if (all.next() instanceof Item.Arrived arrived && arrived.connection == lost && arrived.message.qos() > 0) {
                messages--;
                bytes -= arrived.message.payload().length;
                all.remove();
            }
        }
    }

    synchronized void tell(Consumer<LinkListener> notice) {
        add(new Item.Notice(notice));
    }

    synchronized void listen(LinkListener listener, LinkState state) {
        add(new Item.Greeting(listener, state));
    }

    private void add(Item item) {
        if (!stopped) {
            items.add(item);
            notifyAll();
        }
    }

    /** Ends the thread after what is queued has been delivered, or after the timeout. */
    void stop(long timeoutMillis) throws InterruptedException {
        synchronized (this) {
            stopped = true;
            notifyAll();
        }
        if (thread.isAlive() && Thread.currentThread() != thread) {
            thread.join(timeoutMillis);
        }
    }

    private void deliver() {
        while (true) {
            Item item;
            synchronized (this) {
                while (items.isEmpty() && !stopped) {
                    try {
                        wait();
                    } catch (InterruptedException e) {
                        // Only stop() ends this thread; a handler that interrupts it must not.
                    }
                }
                item = items.poll();
                if (item == null) {
                    return;
                }
                if (item instanceof Item.Arrived arrived) {
                    messages--;
                    bytes -= arrived.message.payload().length;
                }
            }
            switch (item) {
                case Item.Arrived arrived -> handle(arrived);
                case Item.Notice notice -> notifyListeners(notice.notice);
                case Item.Greeting greeting -> {
                    listeners.add(greeting.listener);
                    call(greeting.listener, listener -> listener.onState(greeting.state, "present state"));
                }
            }
        }
    }

    private void handle(Item.Arrived arrived) {
        List<MessageHandler> handlers = subscriptions.handlers(arrived.message, arrived.identifiers);
        if (handlers == null) {
            unrouted.incrementAndGet();
            handlers = List.of();
        }
        for (MessageHandler handler : handlers) {
            try {
                handler.onMessage(arrived.message);
            } catch (RuntimeException e) {
                failures.incrementAndGet();
                notifyListeners(listener -> listener.onHandlerFailed(arrived.message.topic(), e));
            }
        }
        if (arrived.message.qos() > 0) {
            events.accept(new LinkEvent.Handled(arrived.connection, arrived.id));
        }
    }

    private void notifyListeners(Consumer<LinkListener> notice) {
        for (LinkListener listener : listeners) {
            call(listener, notice);
        }
    }

    private void call(LinkListener listener, Consumer<LinkListener> notice) {
        try {
            notice.accept(listener);
        } catch (RuntimeException e) {
            failures.incrementAndGet();
        }
    }
}
