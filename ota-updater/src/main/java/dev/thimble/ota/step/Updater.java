package dev.thimble.ota.step;

import dev.thimble.ota.content.Digest;
import dev.thimble.ota.document.Desired;
import dev.thimble.ota.document.Phase;
import java.util.List;

/**
 * The updater: one pure function from state and event to state and actions.
 *
 * <p>No threads, clocks, sockets or files; the same function runs on the device, in the crash
 * enumerator, in the fleet simulation and in the model check. This class handles what concerns the
 * device as a whole; {@link Journey} moves single modules.
 */
public final class Updater {
    private static final long REFUSAL_PAUSE = 10_000;
    private final Settings settings;

    public Updater(Settings settings) {
        this.settings = settings;
    }

    public Settings settings() {
        return settings;
    }

    public Step step(State state, Event event) {
        Turn turn = new Turn(settings, state);
        Journey journey = new Journey(turn);
        boolean retryPersist = false;
        switch (event) {
            case Event.Tick tick -> retryPersist = tick(turn, journey, tick);
            case Event.Booted _ -> names(turn).forEach(journey::boot);
            case Event.Assigned assigned -> assign(turn, assigned);
            case Event.AssignmentRefused refused -> refuse(turn, refused.text());
            case Event.TimeTrusted time -> trust(turn, time.seconds());
            case Event.Link link -> turn.linkUp = link.up();
            case Event.Command command -> command(turn, journey, command);
            case Event.Persisted done -> {
                turn.persisted(done.version());
                names(turn).forEach(journey::persisted);
            }
            case Event.PersistFailed failed -> {
                turn.audit("", "the table could not be written: " + failed.text());
                turn.persistAt = turn.now + settings.timing().backoffMin();
            }
            default -> names(turn).forEach(name -> journey.on(name, event));
        }
        if (turn.wanted != null) {
            turn.wanted.modules().keySet().forEach(name -> turn.modules.putIfAbsent(name, ModuleState.NEW));
            names(turn).forEach(journey::reconcile);
        }
        return turn.finish(retryPersist);
    }

    private static List<String> names(Turn turn) {
        return List.copyOf(turn.modules.keySet());
    }

    private static boolean tick(Turn turn, Journey journey, Event.Tick tick) {
        turn.now = Math.max(turn.now, tick.mono());
        turn.wall = tick.wall();
        Event.Assigned due = turn.pending;
        if (due != null && due.desired().notBefore() <= turn.time()) {
            turn.pending = null;
            assign(turn, due);
        }
        names(turn).forEach(journey::onTime);
        return turn.persistAt != 0 && turn.persistAt <= turn.now;
    }

    private static void assign(Turn turn, Event.Assigned assigned) {
        Desired doc = assigned.desired();
        Settings settings = turn.settings;
        if (!doc.addresses(settings.device(), settings.groups())) {
            refuse(turn, "the assignment is for " + doc.target() + ", not for this device");
        } else if (doc.generation() < turn.generation) {
            refuse(turn, "the assignment has generation " + doc.generation() + ", generation " + turn.generation + " was accepted before");
        } else if (doc.generation() == turn.generation && turn.desired != null && !assigned.digest().equals(turn.desired)) {
            refuse(turn, "another assignment with generation " + doc.generation() + " was accepted before");
        } else if (doc.notAfter() != 0 && doc.notAfter() < turn.time()) {
            refuse(turn, "the assignment has expired");
        } else if (doc.notBefore() > turn.time()) {
            turn.pending = assigned;
        } else {
            accept(turn, assigned);
        }
    }

    private static void accept(Turn turn, Event.Assigned assigned) {
        Desired doc = assigned.desired();
        boolean isNew = doc.generation() != turn.generation || turn.desired == null;
        turn.wanted = doc;
        turn.refusal = "";
        if (turn.pending != null && turn.pending.desired().generation() <= doc.generation()) {
            turn.pending = null;
        }
        if (isNew) {
            turn.generation = doc.generation();
            turn.desired = assigned.digest();
            turn.audit("", "accepted assignment generation " + doc.generation());
            // A new word of the operator gives releases that policy refused another chance.
            turn.modules.replaceAll((_, m) -> m.job() == null && m.failure() != null && m.failure().kind().awaitsOperator()
                    ? m.with((Failure) null) : m);
        }
    }

    /** One refusal in ten seconds is reported: whoever floods the topic must not wear out the flash or the network. */
    private static void refuse(Turn turn, String text) {
        if (turn.refusal.isEmpty() || !text.equals(turn.refusal) && turn.now >= turn.refusedAt + REFUSAL_PAUSE) {
            turn.refusal = text;
            turn.refusedAt = turn.now;
            turn.audit("", "refused: " + text);
        }
    }

    /** Stored in steps of an hour, since each step is a write to flash. */
    private static void trust(Turn turn, long seconds) {
        if (turn.trustedTime == 0 ? seconds > 0 : seconds >= turn.trustedTime + 3600) {
            turn.trustedTime = seconds;
        }
    }

    private static void command(Turn turn, Journey journey, Event.Command command) {
        List<String> names = command.module() == null ? names(turn)
                : turn.modules.containsKey(command.module()) ? List.of(command.module()) : List.of();
        switch (command.verb()) {
            case PAUSE -> {
                if (!turn.paused) {
                    turn.paused = true;
                    turn.audit("", "paused by the operator");
                    names(turn).forEach(journey::pause);
                }
            }
            case RESUME -> {
                if (turn.paused) {
                    turn.paused = false;
                    turn.audit("", "resumed by the operator");
                    names(turn).forEach(journey::resume);
                }
            }
            case CANCEL -> names.forEach(journey::cancel);
        }
    }

    /** The release that a module has in its current phase under way, for the shell's late answers. */
    static boolean isAwaited(ModuleState m, Digest manifest, Phase... phases) {
        return m.job() != null && m.job().wanted().equals(manifest) && List.of(phases).contains(m.phase());
    }
}
