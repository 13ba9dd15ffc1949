package dev.thimble.mqtt;

import java.util.List;

/**
 * The counters of a link since it was created.
 *
 * @param connects         successful connects
 * @param failedAttempts   attempts that failed
 * @param received         messages that arrived
 * @param unrouted         messages that no handler wanted
 * @param inboxDropped     messages of quality of service 0 dropped because handlers were too slow
 * @param handlerFailures  exceptions from handlers and listeners
 * @param lanes            one row for each outbox lane
 * @param publishers       one row for each name given to {@link MqttLink#publisher}
 */
public record LinkStatistics(long connects, long failedAttempts, long received, long unrouted, long inboxDropped,
                             long handlerFailures, List<Lane> lanes, List<Named> publishers) {

    /**
     * One lane of the outbox.
     *
     * @param queued   messages waiting or in flight
     * @param accepted messages accepted, or found at start
     * @param sent     messages written (quality of service 0) or acknowledged by the broker (1)
     * @param refused  messages refused with {@link PublishResult#FULL}
     * @param overflow accepted messages dropped as the oldest
     * @param expired  accepted messages that expired in the outbox
     * @param rejected accepted messages that the broker refused
     * @param damaged  accepted messages found damaged when the outbox was opened
     */
    public record Lane(String name, long queued, long accepted, long sent, long refused, long overflow, long expired,
                       long rejected, long damaged) {
    }

    /**
     * One publisher.
     *
     * @param accepted    messages queued
     * @param rateLimited messages refused for their rate
     */
    public record Named(String name, long accepted, long rateLimited) {
    }
}
