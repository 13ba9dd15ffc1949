package dev.thimble.agent.cell;

import dev.thimble.agent.shadow.HeldClock;
import dev.thimble.agent.shadow.Tape;
import dev.thimble.hal.host.EventKind;
import dev.thimble.hal.host.Inbox;
import java.util.ArrayDeque;
import java.util.List;
import org.tinylog.Level;
import org.tinylog.Logger;

/**
 * One module on a device: its instance, what it may use, its inbox and what happens when it fails. A failed instance is
 * never called again; the cell starts a new one after a back-off, keeps the incident and reports it.
 *
 * <p>Used on the cells' thread only, except where a method says otherwise. Delivering an event allocates nothing.
 */
public final class Cell implements AutoCloseable {
    private static final int INCIDENTS_KEPT = 8;
    /** A swap waits so long at most for a callback that waits. */
    private static final long SETTLE_NANOS = 1_000_000_000;

    /** What a release did since it was started; {@code fault} is its last failure, empty for none. */
    public record Record(long ticks, int traps, int overruns, List<String> missingOutputs, String fault) {}

    /** Outcome of a swap: the state handed over (null for none) and a note about it for people. */
    public record Swap(Snapshot snapshot, String note) {}

    private final String name;
    private final CellEnvironment environment;
    private final CellListener listener;
    private final Inbox inbox;
    private final EventTrail trail = new EventTrail();
    private final ArrayDeque<Incident> incidents = new ArrayDeque<>();

    private Running running;
    /** What to start again after a failure; null when stopped. */
    private Release wanted;
    private long restartNanos;
    private int failuresInARow;
    private int traps;
    private int overruns;
    private String fault = "";
    private long undelivered;
    private Shadow shadow;
    /** What is to record the next instance, or null. */
    private Tap tap;

    public Cell(String name, CellEnvironment environment, CellListener listener) {
        this.name = name;
        this.environment = environment;
        this.listener = listener;
        inbox = environment.resources().inbox();
    }

    public String name() {
        return name;
    }

    public CellEnvironment environment() {
        return environment;
    }

    /** The release that runs, or waits to be started again; null for none. */
    public Release release() {
        return wanted;
    }

    public boolean isRunning() {
        return running != null;
    }

    /**
     * Stops what runs and starts a release.
     *
     * @param from state to begin with, or null
     * @throws StartException when it cannot be started; then nothing runs
     */
    public String start(Release release, Snapshot from, Reason reason) {
        end(reason);
        wanted = null;
        resetRecord(release);
        running = begin(release, from, reason);
        wanted = release;
        return running.stateNote;
    }

    /** Starts a release, and if that fails starts it again after a back-off, as after a trap. */
    public void startOrRetry(Release release, Snapshot from, Reason reason) {
        try {
            start(release, from, reason);
        } catch (StartException e) {
            wanted = release;
            failed(e, e.step(), release);
        }
    }

    /**
     * Exchanges the running release for another between two events: the old one's state goes to the new one if its
     * schema is accepted, and open devices keep their level. With nothing running this is a cold start.
     *
     * @throws StartException when the candidate cannot be started or the running one cannot save; the old one runs on
     */
    public Swap swap(Release candidate) {
        unfollow();
        Running old = running;
        Snapshot snapshot = null;
        if (old != null) {
            try {
                settle(old);
                snapshot = old.guest.save();
            } catch (StateException e) {
                throw new StartException("thimble_save", e.getMessage(), e);
            } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
                failed(e, old.guest.running(), old.release);
                throw new StartException("thimble_save", Faults.describe(e), e);
            }
        }
        Running next = begin(candidate, snapshot, old == null ? Reason.COLD : Reason.UPDATE);
        if (old != null) {
            shutDown(old, Reason.UPDATE);
            old.host.retire();
        }
        running = next;
        wanted = candidate;
        resetRecord(candidate);
        String note = !next.stateNote.isEmpty() ? next.stateNote
            : old == null ? "" : "started clean: the old release hands over no state";
        return new Swap(snapshot, note);
    }

    private Running begin(Release release, Snapshot from, Reason reason) {
        Tap once = tap;
        tap = null;
        return Running.start(release, environment, from, reason, once);
    }

    /**
     * Has the next instance recorded, from its first call on. When one runs, it is exchanged for that at once, with its state, as at an update: only an instance with
     * canonical NaNs can be recorded.
     *
     * @return what became of its state, for people; empty when nothing runs
     * @throws StartException when the exchange fails; the running one goes on
     */
    public String record(Tap with) {
        tap = with;
        return running == null ? "" : swap(running.release).note();
    }

    /**
     * Lets a candidate follow the running release from now on, without any effect.
     *
     * @param mirror an environment that reaches nothing real
     * @throws StartException when the candidate cannot be started, or nothing runs that it could follow
     */
    public void follow(Release candidate, CellEnvironment mirror, Tape tape, HeldClock clock) {
        unfollow();
        if (running == null || !running.guest.ticks()) {
            throw new StartException("thimble_tick", "the running release has no ticks that could be followed", null);
        }
        Snapshot state;
        try {
            state = save();
        } catch (StateException e) {
            throw new StartException("thimble_save", e.getMessage(), e);
        }
        shadow = new Shadow(candidate, mirror, tape, clock, state);
    }

    /** How the candidate that follows compares with the running release; null when none does. */
    public Shadow.Comparison comparison() {
        return shadow == null ? null : shadow.comparison();
    }

    /** Ends the candidate that follows, if there is one. */
    public void unfollow() {
        if (shadow != null) {
            shadow.stop();
            shadow = null;
        }
    }

    /** Ends what runs, with its devices at their safe levels; nothing is started again. */
    public void stop(Reason reason) {
        end(reason);
        wanted = null;
    }

    /** The running release's state, or null when nothing runs or it hands none over. */
    public Snapshot save() {
        if (running == null) {
            return null;
        }
        settle(running);
        return running.guest.save();
    }

    /** What the present release did since it was started by {@link #start} or {@link #swap}. */
    public Record record() {
        return new Record(running == null ? 0 : running.ticks, traps, overruns, environment.messages().missingOutputs(),
            fault);
    }

    /** The last incidents, newest first. */
    public List<Incident> incidents() {
        return List.copyOf(incidents);
    }

    /** Messages and events that the module had no export or no room for. */
    public long undelivered() {
        return undelivered;
    }

    /** Puts an event into the inbox. Thread-safe. */
    public void post(int kind, int handle, int value, long nanos) {
        inbox.event(kind, handle, value, nanos);
    }

    /**
     * Gives the module one turn: delivers at most one tick, event or message, goes on with what is suspended and waits no
     * longer, or starts again what has failed.
     *
     * @return whether there may be more to do at once
     */
    boolean turn(long now) {
        if (shadow == null) {
            return step(now);
        }
        Shadow follower = shadow;
        follower.listen(true);
        boolean more = step(now);
        follower.listen(false);
        if (running != null && !running.guest.isSuspended()) {
            follower.follow();
        }
        return more;
    }

    private boolean step(long now) {
        Running current = running;
        if (current == null) {
            if (wanted != null && now >= restartNanos) {
                restart();
            }
            return false;
        }
        if (current.guest.isFinished()) {
            finish(current);
            return false;
        }
        if (current.host.nextTimerNanos() <= now) {
            current.host.expireTimers();
        }
        try {
            if (current.guest.isSuspended()) {
                return goOn(current, now);
            }
            if (now >= current.nextTickNanos) {
                tick(current, now);
                return true;
            }
            if (inbox.peek()) {
                deliver(current);
                return true;
            }
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            failed(e, current.guest.running(), current.release);
        }
        return false;
    }

    /** When {@link #turn} has something to do next if nothing arrives, on the cell's clock. */
    long nextNanos() {
        if (running == null) {
            return wanted == null ? Long.MAX_VALUE : restartNanos;
        }
        if (running.guest.isFinished()) {
            return running.ended ? Long.MAX_VALUE : running.startedNanos;
        }
        long next = running.guest.isSuspended() ? running.host.pauseEndNanos() : running.nextTickNanos;
        return Math.min(next, running.host.nextTimerNanos());
    }

    @Override
    public void close() {
        stop(Reason.COLD);
        environment.resources().close();
        environment.messages().close();
    }

    /** A program at its end is not called any more; its devices stay as they are until it is stopped or exchanged. */
    private void finish(Running current) {
        if (!current.ended) {
            current.ended = true;
            current.host.endOutput();
            environment.log().add(Level.INFO, current.release.version() + " has finished");
        }
    }

    private void tick(Running current, long now) {
        // A late tick does not make up for the ones it missed.
        long period = current.release.tickNanos();
        current.nextTickNanos += period * (1 + (now - current.nextTickNanos) / period);
        long millis = environment.clock().epochMillis();
        trail.record(EventTrail.TICK, 0, millis, now);
        if (shadow != null) {
            shadow.expectTick(millis);
        }
        current.guest.tick(millis);
        alive(current, now);
    }

    private void alive(Running current, long now) {
        current.ticks++;
        if (failuresInARow > 0 && now - current.startedNanos > environment.restartPolicy().healthyAfter().toNanos()) {
            failuresInARow = 0;
        }
    }

    private boolean goOn(Running current, long now) {
        if (!current.guest.isOutOfFuel()) {
            if (!current.host.isPauseOver(now)) {
                return false;
            }
            if (current.host.awaitsEvent() && inbox.peek()) {
                trail.record(inbox.kind(), inbox.handle(), inbox.value(), inbox.nanos());
            }
            if (current.guest.isInMain()) {
                alive(current, now);
            }
        }
        current.guest.resume();
        return true;
    }

    /** Brings a callback to its end, so that releases change between two events. {@code _start} may stay where it waits. */
    private void settle(Running current) {
        Guest guest = current.guest;
        while (guest.isOutOfFuel() || guest.isSuspended() && !guest.isInMain()) {
            long now = environment.clock().nanos();
            if (!guest.isOutOfFuel() && !current.host.isPauseOver(now)) {
                long wait = current.host.pauseEndNanos() - now;
                if (wait > SETTLE_NANOS) {
                    throw new StateException("the module waits in the middle of " + guest.running());
                }
                environment.clock().sleep(wait);
            }
            guest.resume();
        }
    }

    private void deliver(Running current) {
        try {
            trail.record(inbox.kind(), inbox.handle(), inbox.value(), inbox.nanos());
            if (shadow != null) {
                shadow.expect(inbox);
            }
            if (inbox.kind() != EventKind.MESSAGE) {
                current.guest.event(inbox.kind(), inbox.handle(), inbox.value(), inbox.nanos());
            } else if (!current.guest.message(inbox)) {
                undelivered++;
            }
        } finally {
            // Also when it trapped: the event that killed an instance must not kill the next one.
            inbox.drop();
        }
    }

    private void restart() {
        Release release = wanted;
        try {
            running = begin(release, null, Reason.RESTART);
            environment.log().add(Level.INFO, release.version() + " started again");
        } catch (StartException e) {
            failed(e, e.step(), release);
        }
    }

    private void failed(Throwable thrown, String during, Release release) {
        long now = environment.clock().nanos();
        if (running != null) {
            running.host.stop();
            running.endRecording("the module failed: " + Faults.describe(thrown));
            running = null;
        }
        if (shadow != null) {
            shadow.forget();
        }
        if (Faults.isOverrun(thrown)) {
            overruns++;
        } else {
            traps++;
        }
        failuresInARow++;
        long backoff = environment.restartPolicy().backoffNanos(failuresInARow);
        restartNanos = now + backoff;
        Throwable cause = thrown instanceof StartException && thrown.getCause() != null ? thrown.getCause() : thrown;
        String kind = thrown instanceof StartException && thrown.getCause() == null ? thrown.getMessage() : Faults.kind(cause);
        Incident incident = new Incident(environment.clock().epochMillis(), name, release.version(), kind, during,
            Faults.where(cause), Faults.trace(cause), trail.describe(now), backoff / 1_000_000);
        trail.clear();
        fault = incident.summary();
        incidents.addFirst(incident);
        if (incidents.size() > INCIDENTS_KEPT) {
            incidents.removeLast();
        }
        environment.log().add(Level.ERROR, incident.summary());
        if (incident.trace().size() > 1) {
            incident.trace().forEach(frame -> environment.log().add(Level.ERROR, "    " + frame));
        }
        listener.failed(this, incident);
    }

    private void end(Reason reason) {
        unfollow();
        if (running != null) {
            Running ending = running;
            running = null;
            shutDown(ending, reason);
            ending.host.stop();
        }
    }

    private void shutDown(Running ending, Reason reason) {
        try {
            ending.guest.cancel();
            ending.guest.shutdown(reason);
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            // It ends anyway; the operator should still know.
            environment.log().add(Level.WARN, ending.release.version() + " failed in thimble_shutdown: " + Faults.describe(e));
            Logger.debug(e);
        }
        ending.endRecording("the module was exchanged or stopped");
    }

    private void resetRecord(Release release) {
        traps = 0;
        overruns = 0;
        failuresInARow = 0;
        fault = "";
        environment.messages().require(release.requiredOutputs());
    }
}
