package dev.thimble.hal.host;

import dev.thimble.hal.board.Clock;

/**
 * A cell's bounded queue of events and messages, delivered between calls, in order. Any thread may put, the cell's
 * thread takes. What does not fit is dropped, counted, and reported as one EVENTS_LOST event as soon as there is room. The
 * inbox belongs to the cell, not to the instance, so a hot swap loses and repeats nothing. Allocates only when it is made.
 */
public final class Inbox {
    private final Clock clock;
    private final Runnable wake;
    private final int capacity;
    private final int[] kinds;
    private final int[] handles;
    private final int[] values;
    private final int[] topicLengths;
    private final long[] stamps;
    /** Topics and payloads of queued messages, in order, wrapping around. */
    private final byte[] bytes;
    private int head;
    private int size;
    private int bytesHead;
    private int bytesSize;
    private int dropped;

    // The event that was peeked at last.
    private int kind;
    private int handle;
    private int value;
    private int topicLength;
    private long nanos;

    /**
     * @param events how many events fit
     * @param messageBytes how many bytes of topics and payloads fit
     * @param wake called after an empty inbox got something, on the thread that put it; must not block
     */
    public Inbox(int events, int messageBytes, Clock clock, Runnable wake) {
        this.clock = clock;
        this.wake = wake;
        // One place is kept for the report of lost events.
        capacity = events + 1;
        kinds = new int[capacity];
        handles = new int[capacity];
        values = new int[capacity];
        topicLengths = new int[capacity];
        stamps = new long[capacity];
        bytes = new byte[messageBytes];
    }

    /** Queues an event. @return false when it was dropped */
    public boolean event(int eventKind, int eventHandle, int eventValue, long eventNanos) {
        boolean wasEmpty;
        synchronized (this) {
            wasEmpty = size == 0;
            if (!makeRoom(0)) {
                return false;
            }
            put(eventKind, eventHandle, eventValue, 0, eventNanos);
        }
        if (wasEmpty) {
            wake.run();
        }
        return true;
    }

    /** Queues a copy of a message. @return false when it was dropped */
    public boolean message(int subscription, byte[] topic, int topicOffset, int topicCount, byte[] payload,
                           int offset, int length) {
        boolean wasEmpty;
        synchronized (this) {
            wasEmpty = size == 0;
            if (!makeRoom(topicCount + length)) {
                return false;
            }
            put(EventKind.MESSAGE, subscription, length, topicCount, clock.nanos());
            append(topic, topicOffset, topicCount);
            append(payload, offset, length);
        }
        if (wasEmpty) {
            wake.run();
        }
        return true;
    }

    /** Looks at the next event, which the accessors then describe. @return false when there is none */
    public synchronized boolean peek() {
        if (size == 0) {
            return false;
        }
        kind = kinds[head];
        handle = handles[head];
        value = values[head];
        topicLength = topicLengths[head];
        nanos = stamps[head];
        return true;
    }

    /** Removes the next event; copy its message first. */
    public synchronized void drop() {
        if (size == 0) {
            return;
        }
        if (kinds[head] == EventKind.MESSAGE) {
            int length = topicLengths[head] + values[head];
            bytesHead = bytes.length == 0 ? 0 : (bytesHead + length) % bytes.length;
            bytesSize -= length;
        }
        head = (head + 1) % capacity;
        size--;
        if (dropped > 0) {
            put(EventKind.EVENTS_LOST, 0, dropped, 0, clock.nanos());
            dropped = 0;
        }
    }

    /** Copies topic, then payload, of the message that {@link #peek} shows: {@code topicLength() + value()} bytes. */
    public synchronized void copyMessage(byte[] into, int offset) {
        int length = topicLength + value;
        int first = Math.min(length, bytes.length - bytesHead);
        System.arraycopy(bytes, bytesHead, into, offset, first);
        System.arraycopy(bytes, 0, into, offset + first, length - first);
    }

    public synchronized boolean isEmpty() {
        return size == 0;
    }

    /** Events waiting. */
    public synchronized int size() {
        return size;
    }

    public int kind() {
        return kind;
    }

    /** Handle, timer id or subscription id. */
    public int handle() {
        return handle;
    }

    /** For a message the payload's length. */
    public int value() {
        return value;
    }

    public int topicLength() {
        return topicLength;
    }

    public long nanos() {
        return nanos;
    }

    private boolean makeRoom(int messageBytes) {
        if (size >= capacity - 1 || dropped > 0 || messageBytes > bytes.length - bytesSize) {
            dropped++;
            return false;
        }
        return true;
    }

    private void put(int eventKind, int eventHandle, int eventValue, int topicCount, long eventNanos) {
        int at = (head + size) % capacity;
        kinds[at] = eventKind;
        handles[at] = eventHandle;
        values[at] = eventValue;
        topicLengths[at] = topicCount;
        stamps[at] = eventNanos;
        size++;
    }

    private void append(byte[] from, int offset, int length) {
        if (length == 0) {
            return;
        }
        int at = (bytesHead + bytesSize) % bytes.length;
        int first = Math.min(length, bytes.length - at);
        System.arraycopy(from, offset, bytes, at, first);
        System.arraycopy(from, offset + first, bytes, 0, length - first);
        bytesSize += length;
    }
}
