package dev.thimble.agent.operator.rollout;

/** What happened to a rollout; {@code at} in milliseconds since the epoch. Its state follows from its events alone. */
public sealed interface Event {
    long at();

    record Began(long at) implements Event {}

    /** Time has passed, and nothing else. */
    record Passed(long at) implements Event {}

    /** A device has committed the release. */
    record Committed(long at, String device) implements Event {}

    /** A device has given the release up and runs what it ran before. */
    record Failed(long at, String device, String text) implements Event {}

    /** No further device is assigned until {@link Resumed}. */
    record Paused(long at) implements Event {}

    record Resumed(long at) implements Event {}

    /** No further device is assigned any more; those under way go on. */
    record Cancelled(long at) implements Event {}
}
