package dev.thimble.mqtt.outbox;

import dev.thimble.mqtt.LinkListener.LossReason;
import dev.thimble.mqtt.LinkStatistics;

/** What happened in a lane. Read and written under the outbox's lock. */
final class LaneCounters {
    long queued;
    long accepted;
    long sent;
    long refused;
    long overflow;
    long expired;
    long rejected;
    long damaged;

    long lost(LossReason reason) {
        return switch (reason) {
            case OVERFLOW -> overflow;
            case EXPIRED -> expired;
            case REJECTED -> rejected;
            case DAMAGED -> damaged;
        };
    }

    LinkStatistics.Lane row(String name) {
        return new LinkStatistics.Lane(name, queued, accepted, sent, refused, overflow, expired, rejected, damaged);
    }
}
