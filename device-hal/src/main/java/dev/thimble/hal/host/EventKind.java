package dev.thimble.hal.host;

/** The first argument of {@code thimble_event}, and the first word of what {@code thimble:event/1 wait} gives. */
public final class EventKind {
    /** handle; value 1 rising, 2 falling. */
    public static final int GPIO_EDGE = 1;
    /** timer id; value is how many periods have ended since the last event of this timer. */
    public static final int TIMER = 2;
    /** handle; value is how many bytes wait. */
    public static final int UART = 3;
    /** value 1 up, 0 down. */
    public static final int LINK_STATE = 4;
    /** handle, or 0 when the inbox was full; value is how many events are lost. */
    public static final int EVENTS_LOST = 5;
    /** subscription id; value is the payload's length. Never passed to {@code thimble_event}: it has {@code thimble_message}. */
    public static final int MESSAGE = 6;

    private EventKind() { }
}
