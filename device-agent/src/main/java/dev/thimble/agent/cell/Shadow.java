package dev.thimble.agent.cell;

import dev.thimble.agent.shadow.HeldClock;
import dev.thimble.agent.shadow.Tape;
import dev.thimble.hal.host.EventKind;
import dev.thimble.hal.host.Inbox;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A candidate that follows the running release: it begins with a copy of its state and its keys, is given each of its
 * events when the release is done with it, asks the {@link Tape} where the release asked a device, and has its outputs
 * compared and dropped. It runs under its own fuel, on the cells' thread.
 */
public final class Shadow {
    private static final int MAX_RESUMES = 10_000;
    private static final int SHOWN = 120;

    /**
     * How far it has come.
     *
     * @param ticks followed
     * @param agree outputs that were the same, of both releases, in the same event and order
     * @param differ outputs that were not, or that only one of them made
     * @param unanswered questions to devices that the running release has never asked
     * @param first the first difference, empty for none
     * @param failure why it ended early, empty if it did not
     */
    public record Comparison(long ticks, long agree, long differ, long unanswered, String first, String failure) {
        /** For people and for the audit log. */
        @Override
        public String toString() {
            return "shadow of " + ticks + " ticks: " + agree + " outputs agree, " + differ + " differ"
                + (unanswered > 0 ? ", " + unanswered + " questions to devices had no answer" : "")
                + (first.isEmpty() ? "" : "; first " + first);
        }
    }

    private final CellEnvironment environment;
    private final Tape tape;
    private final HeldClock clock;
    private final Running running;
    private final long unansweredBefore;
    private boolean pending;
    private boolean isTick;
    private long millis;
    private long ticks;
    private long agree;
    private long differ;
    private String first = "";
    private String failure = "";

    /**
     * @param environment its own: devices, messages and store that reach nothing real
     * @param from the running release's state, or null
     * @throws StartException when it cannot even be started
     */
    Shadow(Release candidate, CellEnvironment environment, Tape tape, HeldClock clock, Snapshot from) {
        this.environment = environment;
        this.tape = tape;
        this.clock = clock;
        unansweredBefore = tape.unanswered();
        running = Running.start(candidate, environment, from, Reason.UPDATE, null);
        if (running.guest.isInMain()) {
            stop();
            throw new StartException("_start", "a module that runs a loop of its own cannot follow another one's events", null);
        }
    }

    public Comparison comparison() {
        return new Comparison(ticks, agree, differ, tape.unanswered() - unansweredBefore, first, failure);
    }

    /** The running release's turn begins or ends: only what it does meanwhile is recorded. */
    void listen(boolean on) {
        tape.record(on);
    }

    void expectTick(long nowMillis) {
        expect();
        isTick = true;
        millis = nowMillis;
    }

    /** The event that the inbox shows. */
    void expect(Inbox event) {
        expect();
        isTick = false;
        Inbox own = environment.resources().inbox();
        while (own.peek()) {
            own.drop();
        }
        if (event.kind() == EventKind.MESSAGE) {
            byte[] both = new byte[event.topicLength() + event.value()];
            event.copyMessage(both, 0);
            own.message(event.handle(), both, 0, event.topicLength(), both, event.topicLength(), event.value());
        } else {
            own.event(event.kind(), event.handle(), event.value(), event.nanos());
        }
    }

    private void expect() {
        tape.begin();
        clock.set();
        pending = failure.isEmpty();
    }

    /** The running release failed in this event: there is nothing to compare with. */
    void forget() {
        pending = false;
    }

    /** Does what the running release has just done. */
    void follow() {
        if (!pending) {
            return;
        }
        pending = false;
        try {
            Guest guest = running.guest;
            Inbox own = environment.resources().inbox();
            if (isTick) {
                guest.tick(millis);
            } else if (own.peek() && own.kind() == EventKind.MESSAGE) {
                guest.message(own);
            } else if (own.peek()) {
                guest.event(own.kind(), own.handle(), own.value(), own.nanos());
            }
            finish(guest);
            ticks += isTick ? 1 : 0;
            compare(tape.real(), tape.shadow());
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            failure = running.release.version() + " failed in shadow in " + running.guest.running() + ": " + Faults.describe(e);
            stop();
        }
    }

    /** Waits within an event take no time here. */
    private void finish(Guest guest) {
        for (int i = 0; guest.isSuspended(); i++) {
            if (!guest.isOutOfFuel()) {
                long end = running.host.pauseEndNanos();
                if (end == Long.MAX_VALUE || i == MAX_RESUMES) {
                    throw new StateException("it waits in the middle of " + guest.running());
                }
                clock.sleep(end - clock.nanos());
            }
            guest.resume();
        }
    }

    private void compare(List<Tape.Output> real, List<Tape.Output> mine) {
        for (int i = 0; i < Math.max(real.size(), mine.size()); i++) {
            Tape.Output a = i < real.size() ? real.get(i) : null;
            Tape.Output b = i < mine.size() ? mine.get(i) : null;
            if (a != null && b != null && a.what().equals(b.what()) && java.util.Arrays.equals(a.bytes(), b.bytes())) {
                agree++;
            } else {
                differ++;
                if (first.isEmpty()) {
                    first = "in tick " + ticks + ": " + show(b) + " where the running release has " + show(a);
                }
            }
        }
    }

    private static String show(Tape.Output output) {
        if (output == null) {
            return "nothing";
        }
        String text = new String(output.bytes(), StandardCharsets.UTF_8);
        boolean readable = text.chars().allMatch(c -> c >= 0x20 && c != 0xFFFD);
        String value = readable ? text : java.util.HexFormat.of().formatHex(output.bytes());
        return output.what() + " '" + (value.length() > SHOWN ? value.substring(0, SHOWN) + "…" : value) + "'";
    }

    void stop() {
        pending = false;
        running.guest.cancel();
        running.host.stop();
    }
}
