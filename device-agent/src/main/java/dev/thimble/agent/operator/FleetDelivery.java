package dev.thimble.agent.operator;

import dev.thimble.agent.operator.rollout.Action;
import dev.thimble.agent.operator.rollout.Event;
import dev.thimble.agent.operator.rollout.Rollout;
import dev.thimble.agent.operator.rollout.State;
import dev.thimble.ota.bundle.SignedModule;
import dev.thimble.ota.content.Digest;
import dev.thimble.ota.document.Phase;
import dev.thimble.ota.document.Reported;
import dev.thimble.ota.trust.SigningKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Carries a {@link Rollout} out with an {@link Operator} for all devices: assigns, broadcasts while enough devices listen,
 * and turns reports into the rollout's events.
 */
public final class FleetDelivery {
    /** Fewer than this pull by themselves what they need. */
    private static final int WORTH_BROADCASTING = 4;
    /** Rounds of the carousel after which those that still listen are left to pull. */
    private static final int ROUNDS = 3;
    private static final long GATHER_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);
    /** When no device has said anything for so long, a report may have been lost. */
    private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long TURN_MILLIS = 50;
    private static final long TICK_MILLIS = 500;

    /** Told while the rollout goes on. */
    public interface Listener {
        /** An event that means something, before it takes effect; whoever keeps them can go on with {@link #resume}. */
        default void event(Event event) {}

        /** A stage begins, or the rollout halts or ends. */
        default void action(Action action) {}

        /** Several times a second. @return an event of the operator's own, or null */
        default Event turn(State state, int fetching) {
            return null;
        }
    }

    private final Operator operator;
    private final SignedModule release;
    private final Digest digest;
    private final String module;
    private final SigningKey director;
    private final Rollout rollout;
    private final boolean broadcast;
    private final Listener listener;
    private final Map<String, Long> generations = new HashMap<>();
    /** Devices that have been assigned and have not yet ended. */
    private final Set<String> underWay = new HashSet<>();
    /** Those of them that are loading, as far as they have said. */
    private final Set<String> fetching = new HashSet<>();
    private final Carousel carousel;
    private State state = State.NEW;
    private int rounds;
    private long firstListenerNanos;

    /** @param broadcast whether chunks are broadcast while many devices load them at the same time */
    public FleetDelivery(Operator operator, SignedModule release, SigningKey director, Rollout rollout, boolean broadcast, Listener listener) {
        this.operator = operator;
        this.release = release;
        this.digest = release.digest();
        this.module = release.manifest().module();
        this.director = director;
        this.rollout = rollout;
        this.broadcast = broadcast;
        this.listener = listener;
        this.carousel = new Carousel(operator.link(), operator.topics(), release);
    }

    /** Chunks that were broadcast. */
    public long broadcasts() {
        return carousel.sent();
    }

    /**
     * Takes up a rollout where its events left it: devices that were under way are assigned again, which changes nothing for
     * those that have finished meanwhile.
     */
    public void resume(List<Event> events) throws InterruptedException {
        operator.offer(release);
        for (Event event : events) {
            state = rollout.step(state, event).state();
        }
        for (int i = 0; i < state.assigned(); i++) {
            if (!state.committed().get(i) && !state.failed().get(i)) {
                assign(List.of(rollout.plan().devices().get(i)));
            }
        }
    }

    /** Goes on until the rollout has finished. @return how */
    public State run() throws InterruptedException {
        operator.offer(release);
        // What was reported before says nothing about this release.
        operator.reports().clear();
        apply(new Event.Began(now()));
        long tick = System.nanoTime();
        long heard = tick;
        while (!state.finished()) {
            Event own = listener.turn(state, fetching.size());
            if (own != null) {
                apply(own);
            }
            long wait = broadcastTurn();
            Operator.Report report = operator.reports().poll(wait, TimeUnit.NANOSECONDS);
            if (report != null) {
                heard = System.nanoTime();
            } else if (!underWay.isEmpty() && System.nanoTime() - heard > SILENCE_NANOS) {
                heard = System.nanoTime();
                operator.refresh();
            }
            for (; report != null; report = operator.reports().poll()) {
                reported(report);
            }
            if (System.nanoTime() - tick > TICK_MILLIS * 1_000_000) {
                tick = System.nanoTime();
                apply(new Event.Passed(now()));
            }
        }
        return state;
    }

    private void apply(Event event) throws InterruptedException {
        Rollout.Step step = rollout.step(state, event);
        if (!step.state().equals(state)) {
            listener.event(event);
        }
        state = step.state();
        for (Action action : step.actions()) {
            listener.action(action);
            if (action instanceof Action.Assign assign) {
                assign(assign.devices());
            }
        }
    }

    private void assign(List<String> devices) throws InterruptedException {
        boolean many = broadcast && devices.size() >= WORTH_BROADCASTING;
        rounds = 0;
        firstListenerNanos = 0;
        for (String device : devices) {
            generations.put(device, operator.assign(device, Map.of(module, digest), many, director));
            underWay.add(device);
        }
    }

    private void reported(Operator.Report report) throws InterruptedException {
        String device = report.device();
        Long generation = generations.get(device);
        if (generation == null || report.reported().generation() < generation && report.reported().refusal().isEmpty()) {
            return;
        }
        Delivery.Result result = Delivery.result(report.reported(), generation);
        Reported.Module row = report.reported().modules().stream().filter(m -> m.name().equals(module)).findFirst().orElse(null);
        if (result == null && row != null) {
            result = Delivery.result(row, digest);
            if (row.phase() == Phase.FETCH && digest.equals(row.wanted()) && underWay.contains(device)) {
                fetching.add(device);
            } else {
                fetching.remove(device);
            }
        }
        if (result != null && underWay.remove(device)) {
            apply(result.outcome() == Delivery.Outcome.COMMITTED ? new Event.Committed(now(), device)
                : new Event.Failed(now(), device, result.text()));
        }
    }

    /**
     * Sends a chunk if one is due. A round begins when the devices of the stage have gathered or a while after the first,
     * and those whom {@value #ROUNDS} rounds have not satisfied are left to pull.
     *
     * @return nanoseconds until there is something to do
     */
    private long broadcastTurn() {
        long now = System.nanoTime();
        long idle = TURN_MILLIS * 1_000_000;
        if (!broadcast || rounds >= ROUNDS || fetching.size() < WORTH_BROADCASTING) {
            return idle;
        }
        firstListenerNanos = firstListenerNanos == 0 ? now : firstListenerNanos;
        if (fetching.size() < underWay.size() && now - firstListenerNanos < GATHER_NANOS) {
            return idle;
        }
        if (carousel.turn(fetching.size(), now)) {
            rounds++;
            firstListenerNanos = 0;
        }
        return Math.min(idle, carousel.pause(now));
    }

    private static long now() {
        return System.currentTimeMillis();
    }
}
