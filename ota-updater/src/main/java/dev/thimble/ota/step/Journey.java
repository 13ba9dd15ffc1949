package dev.thimble.ota.step;

import dev.thimble.ota.content.ChunkSet;
import dev.thimble.ota.content.Digest;
import dev.thimble.ota.document.ErrorClass;
import dev.thimble.ota.document.Manifest;
import dev.thimble.ota.document.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Moves one module at a time along its phases, within one step. {@link Trial} has the part from the swap on. */
final class Journey {
    private final Turn turn;
    private final Trial trial;

    Journey(Turn turn) {
        this.turn = turn;
        this.trial = new Trial(turn, this);
    }

    private Timing timing() {
        return turn.settings.timing();
    }

    void put(String name, ModuleState module) {
        turn.modules.put(name, module);
    }

    void boot(String name) {
        ModuleState m = turn.modules.get(name);
        if (m.isOnTrial()) {
            trial.boot(name, m);
        } else if (m.entry().active() != null) {
            turn.act(new Action.Start(name, m.entry().active(), m.entry().snapshot(), false));
        }
    }

    /** Compares what is with what should be; starts, drops or vetoes the update. */
    void reconcile(String name) {
        ModuleState m = turn.modules.get(name);
        Digest target = turn.wanted.modules().get(name);
        Digest settings = turn.wanted.settingsDigest(name);
        Release active = m.entry().active();
        boolean runs = target != null && m.runs(target) && Objects.equals(settings, active.settings());
        Job job = m.job();
        if (job != null) {
            if (job.isFor(target, settings)) {
                return;
            }
            if (!m.phase().isBeforeSwap()) {
                if (target == null || runs) {
                    trial.veto(name, m, "the operator assigned something else");
                }
                return;
            }
            closeTransfer(m, false);
            m = m.with(m.restPhase(), null);
            put(name, m);
        }
        if (target == null) {
            if (active != null) {
                put(name, m.retired());
                turn.act(new Action.Retire(name));
                turn.audit(name, "removed, because the assignment does not name it");
            } else if (m.failure() != null) {
                put(name, m.retired());
            }
        } else if (runs) {
            if (m.phase() == Phase.QUARANTINED) {
                put(name, m.with(Phase.COMMITTED, null).with((Failure) null));
            }
        } else if (m.entry().quarantined().containsKey(m.verdictKey(target, settings))) {
            if (m.phase() != Phase.QUARANTINED) {
                Failure known = m.failure() != null && m.failure().manifest().equals(target) ? m.failure()
                        : new Failure(target, Phase.QUARANTINED, ErrorClass.PERMANENT,
                                "this release has failed before" + (m.runs(target) ? " with these settings" : ""));
                put(name, m.with(Phase.QUARANTINED, null).with(known));
            }
        } else if (m.failure() == null || !m.failure().kind().awaitsOperator() || !m.failure().manifest().equals(target)) {
            Failure old = m.failure() != null && m.failure().manifest().equals(target) ? m.failure() : null;
            long start = turn.now + turn.settings.spread(turn.generation, turn.settings.jitterMillis());
            begin(name, m.with(old), Job.of(target, settings, 0, start));
        }
    }

    private void begin(String name, ModuleState m, Job job) {
        put(name, turn.paused ? m.with(Phase.PAUSED, job.withWake(Job.NEVER)) : m.with(Phase.ASSIGNED, job));
        if (!turn.paused && job.wakeAt() <= turn.now) {
            onTime(name);
        }
    }

    void pause(String name) {
        ModuleState m = turn.modules.get(name);
        if (m.job() != null && m.phase().isBeforeSwap()) {
            closeTransfer(m, false);
            put(name, m.with(Phase.PAUSED, Job.of(m.job().wanted(), m.job().settings(), 0, Job.NEVER)));
        }
    }

    void resume(String name) {
        ModuleState m = turn.modules.get(name);
        if (m.phase() == Phase.PAUSED) {
            begin(name, m, Job.of(m.job().wanted(), m.job().settings(), 0, turn.now));
        }
    }

    void cancel(String name) {
        ModuleState m = turn.modules.get(name);
        if (m.job() == null) {
            return;
        }
        if (m.phase().isBeforeSwap()) {
            fail(name, m, ErrorClass.POLICY, "cancelled by the operator");
        } else {
            trial.veto(name, m, "vetoed by the operator");
        }
    }

    /** Acts on what is due. */
    void onTime(String name) {
        ModuleState m = turn.modules.get(name);
        Job job = m.job();
        if (job == null) {
            return;
        }
        if (job.deadline() <= turn.now) {
            trial.orFail(name, m, ErrorClass.TRANSIENT, m.phase() + " was not finished in time");
        } else if (job.wakeAt() <= turn.now) {
            switch (m.phase()) {
                case ASSIGNED -> {
                    put(name, m.with(job.withDeadline(turn.now + timing().manifest())));
                    turn.act(new Action.FindManifest(name, job.wanted()));
                }
                case FETCH -> request(name, m, true);
                case PROBATION -> trial.decide(name, m);
                case ROLLED_BACK -> trial.restoreAgain(name, m);
                default -> put(name, m.with(job.withWake(Job.NEVER)));
            }
        }
    }

    void persisted(String name) {
        trial.persisted(name, turn.modules.get(name));
    }

    void on(String name, Event event) {
        ModuleState m = turn.modules.get(name);
        switch (event) {
            case Event.ManifestReady e -> manifestReady(name, m, e);
            case Event.ManifestRefused e -> {
                if (Updater.isAwaited(m, e.digest(), Phase.ASSIGNED, Phase.PROBATION) && m.job().manifest() == null) {
                    trial.orFail(name, m, e.kind(), e.text());
                }
            }
            case Event.Preflighted e when e.module().equals(name) -> {
                if (Updater.isAwaited(m, e.manifest(), Phase.PREFLIGHT)) {
                    preflighted(name, m, e);
                }
            }
            case Event.PartOpened e -> {
                if (isFetching(m, e.payload()) && m.job().have() == null) {
                    partOpened(name, m, e.have());
                }
            }
            case Event.ChunkStored e -> {
                if (isFetching(m, e.payload()) && m.job().have() != null) {
                    chunkStored(name, m, e);
                }
            }
            case Event.BlobReady e when e.module().equals(name) -> {
                if (Updater.isAwaited(m, e.manifest(), Phase.FETCH, Phase.VERIFY)) {
                    closeTransfer(m, true);
                    put(name, m.with(Phase.STAGE, m.job().withDeadline(turn.now + timing().stage())));
                    turn.act(new Action.Stage(name, m.job().candidate(), m.job().manifest()));
                }
            }
            case Event.Staged e when e.module().equals(name) -> {
                if (Updater.isAwaited(m, e.manifest(), Phase.STAGE)) {
                    staged(name, m);
                }
            }
            case Event.Shadowed e when e.module().equals(name) -> {
                if (Updater.isAwaited(m, e.manifest(), Phase.SHADOW)) {
                    turn.audit(name, e.note());
                    trial.enter(name, m);
                }
            }
            case Event.Failed e when e.module().equals(name) -> failed(name, m, e);
            case Event.Swapped e when e.module().equals(name) -> trial.swapped(name, m, e);
            case Event.Running e when e.module().equals(name) -> trial.running(name, m);
            case Event.Observed e when e.module().equals(name) -> trial.observed(name, m, e);
            default -> { }
        }
    }

    private void manifestReady(String name, ModuleState m, Event.ManifestReady e) {
        if (m.job() == null || !m.job().wanted().equals(e.digest()) || m.job().manifest() != null) {
            return;
        }
        if (m.phase() == Phase.ASSIGNED) {
            put(name, m.with(Phase.PREFLIGHT, m.job().withManifest(e.manifest()).withDeadline(turn.now + timing().preflight())));
            turn.act(new Action.Preflight(name, e.digest(), e.manifest()));
        } else if (m.phase() == Phase.PROBATION) {
            trial.manifestReady(name, m, e.manifest());
        }
    }

    private void preflighted(String name, ModuleState m, Event.Preflighted e) {
        Manifest manifest = m.job().manifest();
        List<Event.Refusal> refusals = new ArrayList<>(e.refusals());
        if (!manifest.module().equals(name)) {
            refusals.add(new Event.Refusal(ErrorClass.POLICY, "the manifest is for module '" + manifest.module() + "'"));
        }
        if (manifest.sequence() < m.entry().floor()) {
            refusals.add(new Event.Refusal(ErrorClass.POLICY, "sequence " + manifest.sequence() + " is below the floor " + m.entry().floor()));
        }
        if (manifest.notAfter() != 0 && manifest.notAfter() < turn.time() && !m.runs(e.manifest())) {
            refusals.add(new Event.Refusal(ErrorClass.POLICY, "the release has expired"));
        }
        if (!refusals.isEmpty()) {
            String text = String.join("\n", refusals.stream().map(Event.Refusal::text).toList());
            fail(name, m, worst(refusals), text);
            return;
        }
        var payload = manifest.payloads().get(e.payload());
        put(name, m.with(Phase.FETCH, m.job().withPayload(payload).withDeadline(turn.now + timing().fetchSilence())));
        turn.act(new Action.OpenPart(name, e.manifest(), payload));
    }

    private static ErrorClass worst(List<Event.Refusal> refusals) {
        for (ErrorClass kind : List.of(ErrorClass.PERMANENT, ErrorClass.SIGNATURE, ErrorClass.POLICY)) {
            if (refusals.stream().anyMatch(r -> r.kind() == kind)) {
                return kind;
            }
        }
        return ErrorClass.TRANSIENT;
    }

    private static boolean isFetching(ModuleState m, Digest payload) {
        return m.phase() == Phase.FETCH && m.job().payload().digest().equals(payload);
    }

    private void partOpened(String name, ModuleState m, ChunkSet have) {
        ModuleState open = m.with(m.job().withChunks(have, have));
        turn.act(new Action.OpenTransfer(m.job().payload().digest(), have.count()));
        if (have.isComplete()) {
            assemble(name, open);
        } else if (turn.wanted != null && turn.wanted.carousel()) {
            put(name, open.with(open.job().withWake(turn.now + timing().carouselSilence())));
        } else {
            request(name, open, false);
        }
    }

    private void chunkStored(String name, ModuleState m, Event.ChunkStored e) {
        Job job = m.job();
        ChunkSet have = job.have().with(e.chunk());
        ModuleState next = m.with(job.withChunks(have, job.requested().with(e.chunk())).withAttempts(0)
                .withDeadline(turn.now + timing().fetchSilence()));
        if (have.isComplete()) {
            assemble(name, next);
        } else if (e.broadcast()) {
            put(name, next.with(next.job().withWake(turn.now + timing().carouselSilence())));
        } else if (next.job().requested().size() - have.size() <= turn.settings.window() / 2) {
            request(name, next, false);
        } else {
            put(name, next.with(next.job().withWake(turn.now + timing().chunkSilence())));
        }
    }

    /** Asks for as many further chunks as the window has room for; after silence, for what was asked before as well. */
    private void request(String name, ModuleState m, boolean silent) {
        Job job = m.job();
        if (job.have() == null) {
            put(name, m.with(job.withWake(Job.NEVER)));
            return;
        }
        ChunkSet asked = silent ? job.have() : job.requested();
        ChunkSet more = asked.missing(turn.settings.window() - (asked.size() - job.have().size()));
        for (int chunk : more.toArray()) {
            asked = asked.with(chunk);
        }
        int attempts = silent ? job.attempts() + 1 : job.attempts();
        long patience = timing().chunkSilence() << Math.min(attempts, 6);
        put(name, m.with(job.withChunks(job.have(), asked).withAttempts(attempts).withWake(turn.now + patience)));
        if (more.size() > 0) {
            turn.act(new Action.RequestChunks(job.payload().digest(), more));
        }
    }

    private void assemble(String name, ModuleState m) {
        Job job = m.job();
        put(name, m.with(Phase.VERIFY, job.withDeadline(turn.now + timing().verify())));
        turn.act(new Action.Assemble(name, job.wanted(), job.manifest(), job.payload()));
    }

    private void staged(String name, ModuleState m) {
        if (m.job().manifest().shadowTicks() > 0 && m.entry().active() != null && !m.runs(m.job().wanted())) {
            put(name, m.with(Phase.SHADOW, m.job().withDeadline(turn.now + timing().shadow())));
            turn.act(new Action.Shadow(name, m.job().candidate(), m.job().manifest()));
        } else {
            trial.enter(name, m);
        }
    }

    private void failed(String name, ModuleState m, Event.Failed e) {
        boolean goingBack = m.phase() == Phase.ROLLED_BACK && e.at() == Phase.ROLLED_BACK && m.runs(e.manifest());
        // A late answer to a step that was given up says nothing about the release that runs, even if it is the same one.
        boolean ofUpdate = e.at().compareTo(Phase.PREFLIGHT) >= 0 && e.at().compareTo(Phase.PROBATION) <= 0;
        if (Updater.isAwaited(m, e.manifest(), e.at()) || goingBack) {
            trial.orFail(name, m, e.kind(), e.text());
        } else if (!ofUpdate && m.phase().isBeforeSwap() && m.runs(e.manifest())) {
            trial.activeUnusable(name, m, e);
        }
    }

    /** Ends an attempt in which no candidate code has taken effect. */
    void fail(String name, ModuleState m, ErrorClass kind, String text) {
        Job job = m.job();
        boolean givenUp = kind == ErrorClass.TRANSIENT && m.phase().compareTo(Phase.STAGE) >= 0 && m.phase() != Phase.PAUSED
                && job.attempts() + 1 >= turn.settings.maxAttempts();
        ErrorClass verdict = givenUp ? ErrorClass.PERMANENT : kind;
        Failure failure = new Failure(job.wanted(), m.phase(), verdict, text);
        turn.audit(name, verdict + " in " + m.phase() + ": " + text);
        closeTransfer(m, verdict == ErrorClass.PERMANENT);
        conclude(name, m, failure);
    }

    /** What follows a failure of each kind, once the old release runs. */
    void conclude(String name, ModuleState m, Failure failure) {
        Job job = m.job();
        switch (failure.kind()) {
            case TRANSIENT -> {
                int attempts = job.attempts() + 1;
                Job again = Job.of(job.wanted(), job.settings(), attempts, turn.now + turn.settings.pause(failure, attempts));
                put(name, m.with(turn.paused ? Phase.PAUSED : Phase.ASSIGNED, turn.paused ? again.withWake(Job.NEVER) : again)
                        .with(failure));
            }
            case PERMANENT -> {
                long sequence = job.manifest() == null ? Long.MAX_VALUE : job.manifest().sequence();
                put(name, m.withQuarantine(job.wanted(), job.settings(), sequence).with(Phase.QUARANTINED, null).with(failure));
                turn.act(new Action.CollectGarbage());
            }
            case POLICY, SIGNATURE -> put(name, m.with(m.restPhase(), null).with(failure));
        }
    }

    private void closeTransfer(ModuleState m, boolean delete) {
        if (m.job().payload() != null && m.phase().compareTo(Phase.VERIFY) <= 0) {
            Digest payload = m.job().payload().digest();
            turn.act(new Action.CloseTransfer(payload));
            turn.act(new Action.ClosePart(payload, delete));
        }
    }
}
