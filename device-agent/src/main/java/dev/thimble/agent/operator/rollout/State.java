package dev.thimble.agent.operator.rollout;

import java.util.BitSet;

/**
 * Where a rollout is. Immutable: the bit sets, one bit for each device in the plan's order, are not to be changed.
 *
 * @param stage that has begun, from 1; 0 before the first
 * @param assigned the first so many devices of the plan
 * @param stageAt when the stage began, in ms since the epoch
 * @param quietAt when the last device of the stage was done; 0 while one is under way
 */
public record State(Mode mode, int stage, int assigned, BitSet committed, BitSet failed, long stageAt, long quietAt, boolean finished) {
    /** {@code HALTED} by failures, {@code CANCELLED} by the operator; neither goes on. */
    public enum Mode { NEW, RUNNING, PAUSED, HALTED, CANCELLED, DONE }

    public static final State NEW = new State(Mode.NEW, 0, 0, new BitSet(), new BitSet(), 0, 0, false);

    /** Devices that have been assigned the release and have neither committed nor failed. */
    public int underWay() {
        return assigned - committed.cardinality() - failed.cardinality();
    }
}
