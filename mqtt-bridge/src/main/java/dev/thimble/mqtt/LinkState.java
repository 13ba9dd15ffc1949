package dev.thimble.mqtt;

/** The states of a link. */
public enum LinkState {
    /** Not started, or waiting before the next attempt. */
    OFFLINE,
    /** An attempt is under way. */
    CONNECTING,
    /** Connected, subscribed and announced. */
    ONLINE,
    /** Closed for good. */
    CLOSED
}
