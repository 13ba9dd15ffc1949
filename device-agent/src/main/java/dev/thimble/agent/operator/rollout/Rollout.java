package dev.thimble.agent.operator.rollout;

import dev.thimble.agent.operator.rollout.State.Mode;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/**
 * A release on its way over a fleet: one pure function from state and event to state and actions. A stage begins when every
 * device of the one before has committed, or failed within what the plan puts up with, and has been left alone for the soak
 * time. Knows no clock, broker or file; whoever keeps the events can begin again from them.
 */
public final class Rollout {
    /** @param actions to be carried out in this order */
    public record Step(State state, List<Action> actions) {}

    private final Plan plan;
    private final Map<String, Integer> positions;

    public Rollout(Plan plan) {
        this.plan = plan;
        this.positions = plan.positions();
    }

    public Plan plan() {
        return plan;
    }

    /** @throws IllegalArgumentException when the event names a device that is not in the plan */
    public Step step(State before, Event event) {
        if (before.finished()) {
            return new Step(before, List.of());
        }
        State s = switch (event) {
            case Event.Began _ -> before.mode() == Mode.NEW ? with(before, Mode.RUNNING) : before;
            case Event.Paused _ -> before.mode() == Mode.RUNNING ? with(before, Mode.PAUSED) : before;
            case Event.Resumed _ -> before.mode() == Mode.PAUSED ? with(before, Mode.RUNNING) : before;
            case Event.Cancelled _ -> with(before, Mode.CANCELLED);
            case Event.Committed e -> mark(before, e.device(), true);
            case Event.Failed e -> mark(before, e.device(), false);
            case Event.Passed e -> overdue(before, e.at());
        };
        List<Action> actions = new ArrayList<>();
        boolean stops = s.mode() == Mode.RUNNING || s.mode() == Mode.PAUSED;
        if (stops && s.failed().cardinality() > plan.maxFailures()) {
            actions.add(new Action.Halt(s.failed().cardinality() + " devices failed, " + plan.maxFailures() + " are put up with"));
            s = with(s, Mode.HALTED);
        }
        return new Step(advance(s, event.at(), actions), List.copyOf(actions));
    }

    private State advance(State s, long now, List<Action> actions) {
        if (s.underWay() > 0) {
            return quiet(s, 0);
        }
        boolean ends = s.mode() == Mode.HALTED || s.mode() == Mode.CANCELLED;
        if (ends || s.mode() == Mode.RUNNING && s.assigned() == plan.devices().size()) {
            Mode last = ends ? s.mode() : Mode.DONE;
            actions.add(new Action.Finish(last));
            return new State(last, s.stage(), s.assigned(), s.committed(), s.failed(), s.stageAt(), s.quietAt(), true);
        }
        if (s.stage() > 0 && s.quietAt() == 0) {
            s = quiet(s, now);
        }
        if (s.mode() != Mode.RUNNING || s.stage() > 0 && now - s.quietAt() < plan.soak().toMillis()) {
            return s;
        }
        int until = plan.stages().get(s.stage());
        actions.add(new Action.Assign(s.stage() + 1, plan.devices().subList(s.assigned(), until)));
        return new State(s.mode(), s.stage() + 1, until, s.committed(), s.failed(), now, 0, false);
    }

    /** A device that was given up too early is welcome; one that reports twice changes nothing. */
    private State mark(State s, String device, boolean good) {
        Integer position = positions.get(device);
        if (position == null) {
            throw new IllegalArgumentException(device + " is not in the plan");
        }
        if (position >= s.assigned() || s.committed().get(position) || !good && s.failed().get(position)) {
            return s;
        }
        BitSet committed = (BitSet) s.committed().clone();
        BitSet failed = (BitSet) s.failed().clone();
        committed.set(position, good);
        failed.set(position, !good);
        return new State(s.mode(), s.stage(), s.assigned(), committed, failed, s.stageAt(), s.quietAt(), false);
    }

    private State overdue(State s, long now) {
        if (s.underWay() == 0 || now - s.stageAt() < plan.deadline().toMillis()) {
            return s;
        }
        BitSet failed = new BitSet();
        failed.set(0, s.assigned());
        failed.andNot(s.committed());
        return new State(s.mode(), s.stage(), s.assigned(), s.committed(), failed, s.stageAt(), s.quietAt(), false);
    }

    private static State with(State s, Mode mode) {
        return new State(mode, s.stage(), s.assigned(), s.committed(), s.failed(), s.stageAt(), s.quietAt(), s.finished());
    }

    private static State quiet(State s, long at) {
        return new State(s.mode(), s.stage(), s.assigned(), s.committed(), s.failed(), s.stageAt(), at, s.finished());
    }
}
