package dev.thimble.ota.step;

import dev.thimble.ota.content.Digest;
import dev.thimble.ota.document.Desired;
import dev.thimble.ota.document.ErrorClass;
import dev.thimble.ota.document.Reported;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The working copy of the state during one step, and the actions collected so far. */
final class Turn {
    final Settings settings;
    private final State before;
    final SortedMap<String, ModuleState> modules;
    private final List<Action> actions = new ArrayList<>();
    long generation;
    Digest desired;
    Desired wanted;
    Event.Assigned pending;
    long trustedTime;
    boolean paused;
    boolean linkUp;
    long now;
    long wall;
    String refusal;
    long refusedAt;
    long persisted;
    long persistAt;
    private boolean gated;

    Turn(Settings settings, State s) {
        this.settings = settings;
        this.before = s;
        modules = new TreeMap<>(s.modules());
        generation = s.generation();
        desired = s.desired();
        wanted = s.wanted();
        pending = s.pending();
        trustedTime = s.trustedTime();
        paused = s.paused();
        linkUp = s.linkUp();
        now = s.now();
        wall = s.wall();
        refusal = s.refusal();
        refusedAt = s.refusedAt();
        persisted = s.persisted();
        persistAt = s.persistAt();
    }

    void act(Action action) {
        actions.add(action);
    }

    void audit(String module, String what) {
        actions.add(new Action.Audit(module, what));
    }

    /** The version that this step's table will have; whoever waits for it passes once it is on disk. */
    long gate() {
        gated = true;
        return before.version() + 1;
    }

    long time() {
        return Math.max(wall, trustedTime);
    }

    void persisted(long version) {
        persisted = Math.max(persisted, version);
        if (persisted >= before.version()) {
            persistAt = 0;
        }
    }

    boolean isPersisted(Job job) {
        return job.gate() <= persisted;
    }

    /** Closes the step: hands out the table if it changed, and the report if it changed. */
    Step finish(boolean retryPersist) {
        State after = state(before.version(), before.report());
        if (gated || retryPersist || !after.table().equals(before.table())) {
            // If no answer comes, it is handed out again.
            persistAt = now + settings.timing().persist();
            after = state(before.version() + 1, before.report());
            actions.addFirst(new Action.Persist(after.version(), after.table()));
        }
        Reported report = report();
        if (!report.equals(before.report())) {
            after = state(after.version(), report);
            actions.add(new Action.Report(report));
        }
        return new Step(after, actions);
    }

    private State state(long version, Reported report) {
        return new State(generation, desired, wanted, pending, trustedTime, paused, linkUp, now, wall, modules, refusal,
                refusedAt, version, persisted, persistAt, report);
    }

    private Reported report() {
        List<Reported.Module> rows = new ArrayList<>();
        modules.forEach((name, m) -> {
            if (m.entry().active() != null || m.job() != null || m.failure() != null) {
                rows.add(row(name, m));
            }
        });
        return new Reported(settings.device(), generation, settings.development(), refusal, rows);
    }

    private Reported.Module row(String name, ModuleState m) {
        Release active = m.entry().active();
        Job job = m.job();
        Failure failure = m.failure();
        Digest target = job != null ? job.wanted() : failure != null ? failure.manifest() : null;
        boolean retries = failure != null && failure.kind() == ErrorClass.TRANSIENT && job != null && job.attempts() > 0;
        return new Reported.Module(name, active == null ? null : active.manifest(), active == null ? 0 : active.sequence(),
                m.phase(), target, percent(m), failure == null ? null : failure.kind(), failure == null ? "" : failure.text(),
                retries ? settings.pause(failure, job.attempts()) / 1000 : 0);
    }

    /** In steps of ten, or each chunk would be a message. */
    private static int percent(ModuleState m) {
        return switch (m.phase()) {
            case FETCH -> m.job().have() == null ? 0 : m.job().have().size() * 10 / m.job().have().count() * 10;
            case VERIFY, STAGE, SHADOW, SWAP, PROBATION, COMMITTED -> 100;
            default -> 0;
        };
    }
}
