package dev.thimble.ota.step;

import dev.thimble.ota.document.ErrorClass;
import dev.thimble.ota.document.Manifest;
import dev.thimble.ota.document.Phase;
import java.util.ArrayList;
import java.util.List;

/** The part of the journey in which candidate code may run: SWAP, PROBATION, and the ways out. */
final class Trial {
    /** How long after probation a candidate of which something is missing may still be seen to have done it. */
    private static final long LAST_LOOK = 3_000;

    private final Turn turn;
    private final Journey journey;

    Trial(Turn turn, Journey journey) {
        this.turn = turn;
        this.journey = journey;
    }

    /** Decides to swap: durably first, so that a crash loop is counted from the first run on. */
    void enter(String name, ModuleState m) {
        Job job = m.job();
        journey.put(name, m.withTrial(job.candidate(), 1, null)
                .with(Phase.SWAP, job.withGate(turn.gate()).withDeadline(turn.now + turn.settings.timing().persist())));
    }

    /** A restart found a candidate: try it again, or give it up when it has had its tries. */
    void boot(String name, ModuleState m) {
        Table.Entry entry = m.entry();
        Job job = Job.of(entry.candidate().manifest(), entry.candidate().settings(), 0, Job.NEVER);
        if (entry.tries() >= turn.settings.maxTries()) {
            ModuleState onTrial = m.with(Phase.PROBATION, job);
            rollBack(name, onTrial, new Failure(job.wanted(), Phase.PROBATION, ErrorClass.PERMANENT,
                    "the device restarted " + entry.tries() + " times during probation"));
        } else {
            journey.put(name, m.withTrial(entry.candidate(), entry.tries() + 1, entry.snapshot())
                    .with(Phase.PROBATION, job.withGate(turn.gate()).withDeadline(turn.now + turn.settings.timing().persist())));
            turn.act(new Action.FindManifest(name, job.wanted()));
        }
    }

    void persisted(String name, ModuleState m) {
        Job job = m.job();
        if (job == null || job.gate() == 0 || !turn.isPersisted(job)) {
            return;
        }
        Job open = job.withGate(0);
        switch (m.phase()) {
            case SWAP -> {
                if (job.ending() != null) {
                    abandon(name, m.with(open), job.ending());
                } else {
                    journey.put(name, m.with(open.withDeadline(turn.now + turn.settings.timing().swap())));
                    turn.act(new Action.Swap(name, job.candidate(), job.manifest()));
                }
            }
            case PROBATION -> {
                if (!m.isOnTrial()) {
                    journey.put(name, m.with(Phase.COMMITTED, null).with((Failure) null));
                    turn.audit(name, "committed sequence " + m.entry().active().sequence());
                    turn.act(new Action.CollectGarbage());
                } else if (job.started() == 0) {
                    journey.put(name, m.with(open.withDeadline(turn.now + turn.settings.timing().swap())));
                    turn.act(new Action.Start(name, m.entry().candidate(), m.entry().snapshot(), true));
                } else {
                    journey.put(name, m.with(open));
                }
            }
            case ROLLED_BACK -> {
                journey.put(name, m.with(open));
                finishRollBack(name);
            }
            default -> throw new IllegalStateException("nobody waits for the disk in " + m.phase());
        }
    }

    void swapped(String name, ModuleState m, Event.Swapped e) {
        if (!Updater.isAwaited(m, e.manifest(), Phase.SWAP) || m.job().gate() != 0) {
            return;
        }
        ModuleState swapped = m.withTrial(m.entry().candidate(), m.entry().tries(), e.snapshot());
        if (m.job().ending() != null) {
            rollBack(name, swapped.with(Phase.PROBATION, m.job()), m.job().ending());
        } else {
            turn.audit(name, (m.runs(e.manifest()) ? "took new settings in sequence " : "swapped to sequence ") + m.entry().candidate().sequence()
                    + (e.snapshot() == null ? ", which starts without state" : ", with state handed over"));
            watch(name, swapped, m.job(), turn.linkUp);
        }
    }

    private void watch(String name, ModuleState m, Job job, boolean online) {
        Job watched = job.withStart(Math.max(1, turn.now), online).withDeadline(Job.NEVER);
        long end = turn.now + 1000L * job.manifest().health().probationSeconds();
        journey.put(name, m.with(Phase.PROBATION, watched.withWake(end)));
    }

    void manifestReady(String name, ModuleState m, Manifest manifest) {
        Job job = m.job().withManifest(manifest);
        if (job.started() > 0) {
            watch(name, m, job, job.online());
        } else {
            journey.put(name, m.with(job));
        }
    }

    void running(String name, ModuleState m) {
        if (m.job() == null) {
            if (m.entry().snapshot() != null) {
                journey.put(name, m.withoutSnapshot());
            }
        } else if (m.phase() == Phase.ROLLED_BACK) {
            journey.put(name, m.with(m.job().withRestored()));
            finishRollBack(name);
        } else if (m.phase() == Phase.PROBATION && m.isOnTrial() && m.job().started() == 0 && m.job().gate() == 0) {
            if (m.job().manifest() == null) {
                journey.put(name, m.with(m.job().withStart(Math.max(1, turn.now), m.job().online())));
            } else {
                watch(name, m, m.job(), m.job().online());
            }
        }
    }

    void observed(String name, ModuleState m, Event.Observed e) {
        if (!Updater.isAwaited(m, e.manifest(), Phase.PROBATION) || !m.isOnTrial() || m.job().manifest() == null) {
            return;
        }
        Manifest.HealthRules rules = m.job().manifest().health();
        List<String> faults = new ArrayList<>();
        if (e.health().traps() > rules.maximumTraps()) {
            faults.add("trapped " + e.health().traps() + " times, " + rules.maximumTraps() + " are allowed");
        }
        if (e.health().overruns() > rules.maximumOverruns()) {
            faults.add("ran out of fuel " + e.health().overruns() + " times, " + rules.maximumOverruns() + " are allowed");
        }
        if (!faults.isEmpty() && !e.health().fault().isEmpty()) {
            faults.add(e.health().fault());
        }
        if (faults.isEmpty()) {
            ModuleState seen = m.with(m.job().withHealth(e.health()));
            journey.put(name, seen);
            if (isLastLook(m.job()) && missing(seen.job()).isEmpty()) {
                decide(name, seen);
            }
        } else {
            rollBack(name, m, new Failure(e.manifest(), Phase.PROBATION, ErrorClass.PERMANENT, String.join("\n", faults)));
        }
    }

    /** Probation is over: commit, wait a little for the broker, or go back. */
    void decide(String name, ModuleState m) {
        Job job = m.job();
        if (!m.isOnTrial() || job.manifest() == null) {
            journey.put(name, m.with(job.withWake(Job.NEVER)));
            return;
        }
        List<String> missing = missing(job);
        long patience = job.started() + 1000L * job.manifest().health().probationSeconds() + turn.settings.timing().linkGrace();
        if (!missing.isEmpty() && job.deadline() <= turn.now) {
            rollBack(name, m, new Failure(job.wanted(), Phase.PROBATION, ErrorClass.PERMANENT, String.join("\n", missing)));
        } else if (!missing.isEmpty()) {
            // A device that stood still knows only what was so before: nobody is condemned unseen.
            journey.put(name, m.with(job.withDeadline(turn.now + LAST_LOOK)));
        } else if (turn.linkUp || !job.online()) {
            journey.put(name, m.withCommit(job.manifest().floor())
                    .with(Phase.PROBATION, job.withGate(turn.gate()).withDeadline(Job.NEVER)));
        } else if (turn.now < patience) {
            journey.put(name, m.with(job.withDeadline(Job.NEVER).withWake(Math.min(patience, turn.now + 1000))));
        } else {
            rollBack(name, m, new Failure(job.wanted(), Phase.PROBATION, ErrorClass.TRANSIENT,
                    "the broker was reachable before the swap and not after it"));
        }
    }

    /** What the candidate should have done by the end of its probation, and as far as is known has not. */
    private static List<String> missing(Job job) {
        Manifest.HealthRules rules = job.manifest().health();
        List<String> missing = new ArrayList<>();
        if (job.health().ticks() < rules.minimumTicks()) {
            missing.add("completed " + job.health().ticks() + " ticks, " + rules.minimumTicks() + " are required");
        }
        for (String output : rules.requiredOutputs()) {
            if (!job.health().outputs().contains(output)) {
                missing.add("published nothing on " + output);
            }
        }
        return missing;
    }

    private static boolean isLastLook(Job job) {
        return job.started() > 0 && job.deadline() != Job.NEVER;
    }

    /** The operator wants the candidate gone. */
    void veto(String name, ModuleState m, String why) {
        Failure failure = new Failure(m.job().wanted(), m.phase(), ErrorClass.POLICY, why);
        if (m.phase() == Phase.SWAP) {
            if (m.job().ending() == null) {
                journey.put(name, m.with(m.job().withEnding(failure)));
            }
        } else if (m.phase() == Phase.PROBATION && m.isOnTrial()) {
            rollBack(name, m, failure);
        }
    }

    /** A failure in any phase: before the swap nothing is to be undone, afterwards the old release comes back. */
    void orFail(String name, ModuleState m, ErrorClass kind, String text) {
        Failure failure = new Failure(m.job().wanted(), m.phase(), kind, text);
        switch (m.phase()) {
            case SWAP -> {
                // The operator's veto counts for more than how the swap ended: it must not be tried again.
                Failure why = m.job().ending() != null ? m.job().ending() : failure;
                boolean timedOut = m.job().gate() == 0 && m.job().deadline() <= turn.now;
                if (timedOut) {
                    rollBack(name, m, why);
                } else {
                    abandon(name, m, why);
                }
            }
            case PROBATION -> {
                if (m.isOnTrial() && isLastLook(m.job()) && m.job().deadline() <= turn.now) {
                    decide(name, m);
                } else if (m.isOnTrial()) {
                    rollBack(name, m, failure);
                } else {
                    // Decided, but not yet on disk: the table is handed out until it is.
                    journey.put(name, m.with(m.job().withDeadline(Job.NEVER)));
                }
            }
            case ROLLED_BACK -> {
                if (m.job().deadline() <= turn.now) {
                    restoreAgain(name, m);
                    return;
                }
                turn.audit(name, "the release to go back to does not run: " + text);
                if (kind == ErrorClass.PERMANENT && m.entry().active() != null) {
                    ModuleState older = fallBack(m);
                    journey.put(name, older.with(m.job().withGate(turn.gate()).withDeadline(turn.now + turn.settings.timing().swap())));
                    turn.act(new Action.Restore(name, older.entry().active(), null));
                } else {
                    journey.put(name, m.with(m.job().withDeadline(Job.NEVER).withWake(turn.now + turn.settings.timing().backoffMin())));
                }
            }
            default -> journey.fail(name, m, kind, text);
        }
    }

    /** Takes back the decision to swap; the old release has been running all along. */
    private void abandon(String name, ModuleState m, Failure failure) {
        journey.fail(name, m.withoutTrial(), failure.kind(), failure.text());
    }

    private void rollBack(String name, ModuleState m, Failure why) {
        boolean givenUp = why.kind() == ErrorClass.TRANSIENT && m.job().attempts() + 1 >= turn.settings.maxAttempts();
        Failure failure = givenUp ? new Failure(why.manifest(), why.at(), ErrorClass.PERMANENT, why.text()) : why;
        ModuleState back = m.withoutTrial();
        if (failure.kind() == ErrorClass.PERMANENT) {
            back = back.withQuarantine(m.job().wanted(), m.job().settings(), m.entry().candidate().sequence());
        }
        journey.put(name, back.with(failure).with(Phase.ROLLED_BACK,
                m.job().withEnding(failure).withGate(turn.gate()).withDeadline(turn.now + turn.settings.timing().swap())));
        turn.act(new Action.Restore(name, m.entry().active(), m.entry().snapshot()));
        turn.audit(name, "rolled back: " + failure.text());
    }

    private void finishRollBack(String name) {
        ModuleState m = turn.modules.get(name);
        if (m.job().restored() && m.job().gate() == 0) {
            journey.conclude(name, m.withoutSnapshot(), m.job().ending());
        }
    }

    /** The old release has to run: ask again for as long as it takes. */
    void restoreAgain(String name, ModuleState m) {
        journey.put(name, m.with(m.job().withDeadline(turn.now + turn.settings.timing().swap())));
        if (!m.job().restored()) {
            turn.act(new Action.Restore(name, m.entry().active(), m.entry().snapshot()));
        }
    }

    /**
     * What was committed cannot run any more, say because its blob is damaged: the previous release is
     * better than none. Reconciling then fetches what is wanted anew.
     */
    void activeUnusable(String name, ModuleState m, Event.Failed e) {
        turn.audit(name, "the active release does not run: " + e.text());
        ModuleState failed = m.with(new Failure(e.manifest(), e.at(), e.kind(), e.text()));
        if (e.kind() == ErrorClass.PERMANENT) {
            failed = fallBack(failed);
            turn.act(new Action.Restore(name, failed.entry().active(), null));
        }
        journey.put(name, failed);
    }

    private static ModuleState fallBack(ModuleState m) {
        Release previous = m.entry().previous();
        return m.fallenBack(previous != null && previous.sequence() >= m.entry().floor() ? previous : null);
    }
}
