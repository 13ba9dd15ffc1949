package dev.thimble.ota.step;

import dev.thimble.ota.content.ChunkSet;
import dev.thimble.ota.content.Digest;
import dev.thimble.ota.content.Encoding;
import dev.thimble.ota.document.Desired;
import dev.thimble.ota.document.ErrorClass;
import dev.thimble.ota.document.Manifest;
import dev.thimble.ota.document.Payload;
import dev.thimble.ota.document.Phase;
import dev.thimble.ota.document.Reported;
import dev.thimble.ota.world.Modules;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** One device as a transition system: the step function, and everything around it that may happen next. */
final class DeviceModel {
    private static final String NAME = "m";
    private static final Settings SETTINGS = Settings.of("dev1");
    private final Updater updater = new Updater(SETTINGS);
    private final List<Manifest> manifests = new ArrayList<>();
    private final Table installed;

    enum Kind { ANSWER, FIRST, SECOND, TIME, FAULT }

    /** @param fault whether it takes the one fault that is allowed */
    record Edge(Kind kind, boolean fault, int to) {
    }

    /** Something that may happen: an action is answered (or fails, or its answer is lost), or the world moves. */
    record Move(Kind kind, boolean fault, Action answered, Event event, boolean restart) {
    }

    /**
     * @param disk what a restart would find
     * @param open actions that have not been answered
     * @param running manifest digest of what the board runs, null for nothing
     * @param observed whether the candidate has reported good health
     * @param faults that may still happen
     */
    record Node(State state, Table disk, List<Action> open, Digest running, boolean observed, int faults) {
        /** Equal for states that differ only in the origin of time and of version numbers. */
        Object key() {
            return List.of(canonical(state), disk, open.stream().map(DeviceModel::canonical).sorted().toList(),
                    String.valueOf(running), observed, faults);
        }

        boolean hasArrived() {
            ModuleState m = state.modules().get(NAME);
            return open.isEmpty() && state.generation() == 3 && m != null && m.job() == null && m.phase().isAtRest()
                    && state.table().equals(disk);
        }

        long installedSequence() {
            return disk.modules().get(NAME).active().sequence();
        }
    }

    DeviceModel() {
        for (int sequence = 1; sequence <= 3; sequence++) {
            Manifest t = Modules.template(NAME, sequence, sequence - 1);
            Digest blob = Digest.ofContent(new byte[] {(byte) sequence});
            Payload payload = new Payload(Encoding.NONE, null, blob, 2 * Payload.MIN_CHUNK, Payload.MIN_CHUNK, blob);
            manifests.add(new Manifest(NAME, sequence, t.version(), blob, payload.size(), List.of(payload), List.of(), List.of(),
                    t.resources(), List.of(), t.state(), t.health(), 0, sequence - 1, 0));
        }
        Table.Entry entry = new Table.Entry(release(1), null, null, 0, 0, null, new TreeMap<>());
        installed = new Table(1, digest(101), 0, false, new TreeMap<>(Map.of(NAME, entry)));
    }

    private static Digest digest(int n) {
        return Digest.ofContent(new byte[] {9, (byte) n});
    }

    private Release release(int sequence) {
        return new Release(digest(sequence), sequence, manifests.get(sequence - 1).blob());
    }

    Node initial(int faults) {
        State state = State.recovered(installed);
        Node node = new Node(state, installed, List.of(), null, false, faults);
        return boot(node);
    }

    private Node boot(Node node) {
        Node ticked = feed(node, new Event.Tick(1000, 0));
        return feed(feed(ticked, new Event.Booted()), new Event.Link(true));
    }

    List<Move> moves(Node node) {
        List<Move> moves = new ArrayList<>();
        for (Action action : node.open) {
            answers(node, action, moves);
        }
        if (node.state.generation() < 2) {
            moves.add(new Move(Kind.FIRST, false, null, assigned(2), false));
        }
        moves.add(new Move(Kind.SECOND, false, null, assigned(3), false));
        ModuleState m = node.state.modules().get(NAME);
        if (m.phase() == Phase.PROBATION && m.isOnTrial() && !node.observed && m.job().started() > 0) {
            moves.add(new Move(Kind.ANSWER, false, null, observed(node, 0), false));
        }
        boolean silent = m.phase() == Phase.PROBATION && m.isOnTrial() && !node.observed;
        boolean waits = node.open.isEmpty() && !silent || m.phase() == Phase.PROBATION && node.observed
                && node.open.stream().noneMatch(a -> a instanceof Action.Persist);
        if (waits && due(node) != Job.NEVER) {
            moves.add(new Move(Kind.TIME, false, null, new Event.Tick(due(node), 0), false));
        }
        if (node.faults > 0) {
            faults(node, m, moves);
        }
        return moves;
    }

    private void faults(Node node, ModuleState m, List<Move> moves) {
        moves.add(new Move(Kind.FAULT, true, null, null, true));
        if (node.open.stream().anyMatch(a -> a instanceof Action.Persist)) {
            Action persist = node.open.stream().filter(a -> a instanceof Action.Persist).findFirst().orElseThrow();
            moves.add(new Move(Kind.FAULT, true, persist, new Event.Persisted(0), true));
        }
        if (due(node) != Job.NEVER) {
            moves.add(new Move(Kind.FAULT, true, null, new Event.Tick(due(node), 0), false));
        }
        if (m.phase() == Phase.PROBATION && m.isOnTrial() && m.job().started() > 0) {
            moves.add(new Move(Kind.FAULT, true, null, observed(node, 1), false));
            moves.add(new Move(Kind.FAULT, true, null, new Event.Link(false), false));
        }
        moves.add(new Move(Kind.FAULT, true, null, new Event.Command(Event.Verb.CANCEL, NAME), false));
        for (Action action : node.open) {
            moves.add(new Move(Kind.FAULT, true, action, null, false));
            failures(action, moves);
        }
    }

    private Event observed(Node node, int traps) {
        Digest candidate = node.state.modules().get(NAME).job().wanted();
        return new Event.Observed(NAME, candidate, new Health(5, traps, 0, Set.of("reading")));
    }

    private Event assigned(long generation) {
        Desired doc = Modules.assignment("device:dev1", generation, Map.of(NAME, digest((int) generation)));
        return new Event.Assigned(doc, digest(100 + (int) generation));
    }

    private Manifest manifest(Digest digest) {
        for (int sequence = 1; sequence <= 3; sequence++) {
            if (digest(sequence).equals(digest)) {
                return manifests.get(sequence - 1);
            }
        }
        throw new IllegalArgumentException(digest.toString());
    }

    private void answers(Node node, Action action, List<Move> moves) {
        switch (action) {
            case Action.Persist a -> answer(moves, a, new Event.Persisted(a.version()));
            case Action.FindManifest a -> answer(moves, a, new Event.ManifestReady(a.manifest(), manifest(a.manifest())));
            case Action.Preflight a -> answer(moves, a, new Event.Preflighted(NAME, a.digest(), 0, List.of()));
            case Action.OpenPart a -> answer(moves, a, new Event.PartOpened(a.payload().digest(), ChunkSet.none(2)));
            case Action.RequestChunks a -> {
                for (int chunk : a.chunks().toArray()) {
                    answer(moves, a, new Event.ChunkStored(a.payload(), chunk, false));
                }
            }
            case Action.Assemble a -> answer(moves, a, new Event.BlobReady(NAME, a.digest()));
            case Action.Stage a -> answer(moves, a, new Event.Staged(NAME, a.digest()));
            case Action.Swap a -> answer(moves, a, new Event.Swapped(NAME, a.digest(), digest(50)));
            case Action.Start a -> answer(moves, a, new Event.Running(NAME));
            case Action.Restore a -> answer(moves, a, new Event.Running(NAME));
            default -> throw new IllegalArgumentException("nobody waits for " + action);
        }
    }

    private static void answer(List<Move> moves, Action action, Event event) {
        moves.add(new Move(Kind.ANSWER, false, action, event, false));
    }

    private static void failures(Action action, List<Move> moves) {
        for (ErrorClass kind : ErrorClass.values()) {
            Event event = switch (action) {
                case Action.Persist a -> new Event.PersistFailed(a.version(), "full");
                case Action.FindManifest a -> new Event.ManifestRefused(a.manifest(), kind, "x");
                case Action.Preflight a -> new Event.Preflighted(NAME, a.digest(), 0, List.of(new Event.Refusal(kind, "x")));
                case Action.OpenPart a -> new Event.Failed(NAME, a.manifest(), Phase.FETCH, kind, "x");
                case Action.Assemble a -> new Event.Failed(NAME, a.digest(), Phase.VERIFY, kind, "x");
                case Action.Stage a -> new Event.Failed(NAME, a.digest(), Phase.STAGE, kind, "x");
                case Action.Swap a -> new Event.Failed(NAME, a.digest(), Phase.SWAP, kind, "x");
                default -> null;
            };
            if (event != null) {
                moves.add(new Move(Kind.FAULT, true, action, event, false));
            }
        }
    }

    Node apply(Node node, Move move) {
        Node spent = move.fault ? new Node(node.state, node.disk, node.open, node.running, node.observed, node.faults - 1) : node;
        List<Action> open = new ArrayList<>(spent.open);
        Table disk = spent.disk;
        Digest running = spent.running;
        if (move.answered != null) {
            if (move.answered instanceof Action.RequestChunks r && move.event instanceof Event.ChunkStored c) {
                open.remove(move.answered);
                int[] rest = java.util.Arrays.stream(r.chunks().toArray()).filter(n -> n != c.chunk()).toArray();
                if (rest.length > 0) {
                    open.add(new Action.RequestChunks(r.payload(), ChunkSet.of(2, rest)));
                }
            } else {
                open.remove(move.answered);
            }
            if (move.answered instanceof Action.Persist p && move.event instanceof Event.Persisted) {
                disk = p.table();
                // The disk writes in order: an older table that is still on its way is not written after this one.
                open.removeIf(a -> a instanceof Action.Persist older && older.version() <= p.version());
            }
            if (move.answered instanceof Action.Swap s && move.event instanceof Event.Swapped) {
                running = s.digest();
            }
        }
        if (move.restart) {
            Node dark = new Node(State.recovered(disk), disk, List.of(), null, false, spent.faults);
            Node booted = boot(dark);
            return disk.generation() > 1 ? feed(booted, assigned(disk.generation())) : booted;
        }
        boolean observed = spent.observed || move.event instanceof Event.Observed;
        Node prepared = new Node(spent.state, disk, open, running, observed, spent.faults);
        Node next = move.event == null ? prepared : feed(prepared, move.event);
        if (move.event instanceof Event.Link down && !down.up()) {
            return feed(next, new Event.Link(true));
        }
        return next;
    }

    private Node feed(Node node, Event event) {
        Step step = updater.step(node.state, event);
        List<Action> open = new ArrayList<>(node.open);
        Digest running = node.running;
        boolean observed = node.observed;
        for (Action action : step.actions()) {
            switch (action) {
                case Action.Start a -> {
                    running = a.release().manifest();
                    observed = false;
                    open.add(a);
                }
                case Action.Restore a -> {
                    // As the host promises: actions on cells are carried out in order, so the swap is over or withdrawn.
                    open.removeIf(o -> o instanceof Action.Swap || o instanceof Action.Start || o instanceof Action.Restore);
                    running = a.release() == null ? null : a.release().manifest();
                    open.add(a);
                }
                case Action.Swap a -> {
                    observed = false;
                    open.add(a);
                }
                case Action.Retire _ -> running = null;
                case Action.Audit _, Action.Report _, Action.CollectGarbage _, Action.ClosePart _, Action.OpenTransfer _,
                     Action.CloseTransfer _ -> { }
                default -> open.add(action);
            }
        }
        return new Node(step.state(), node.disk, open, running, observed, node.faults);
    }

    private static long due(Node node) {
        Job job = node.state.modules().get(NAME).job();
        long at = job == null ? Job.NEVER : Math.min(job.deadline(), job.wakeAt());
        return node.state.persistAt() == 0 ? at : Math.min(at, node.state.persistAt());
    }

    /** What must hold in every state, whatever came before. */
    void check(Node before, Move move, Node after) {
        Table.Entry entry = after.disk.modules().get(NAME);
        String where = move + " led to " + after;
        require(after.running != null || isCountingTheTry(after), "nothing runs", where);
        if (after.running != null) {
            boolean known = after.running.equals(entry.active().manifest())
                    || entry.candidate() != null && after.running.equals(entry.candidate().manifest()) && entry.tries() > 0
                    || entry.previous() != null && after.running.equals(entry.previous().manifest())
                    || isBeingUndone(after);
            require(known, "what runs is not on disk", where);
            require(manifest(after.running).sequence() >= entry.floor(), "below the floor", where);
        }
        Table.Entry old = before.disk.modules().get(NAME);
        require(entry.floor() >= old.floor(), "the floor fell", where);
        require(after.disk.generation() >= before.disk.generation(), "the generation fell", where);
        require(entry.tries() <= SETTINGS.maxTries(), "too many tries", where);
        Reported.Module row = after.state.report().modules().getFirst();
        if (row.phase() == Phase.COMMITTED) {
            require(row.running().equals(entry.active().manifest()), "success was reported before it was on disk", where);
        }
        if (after.hasArrived()) {
            require(entry.candidate() == null, "at rest with a candidate on disk", where);
            require(entry.active().manifest().equals(after.running), "at rest, but something else runs", where);
        }
    }

    /** After a restart in probation nothing runs until the try is on disk, or the deadline brings the old release back. */
    private static boolean isCountingTheTry(Node node) {
        ModuleState m = node.state.modules().get(NAME);
        return m.phase() == Phase.PROBATION && m.job().started() == 0 && m.job().deadline() != Job.NEVER;
    }

    /** The table with the rollback is on disk while a late answer of the candidate's cell is still on its way. */
    private static boolean isBeingUndone(Node node) {
        return node.state.modules().get(NAME).phase() == Phase.ROLLED_BACK;
    }

    private static void require(boolean holds, String what, String where) {
        if (!holds) {
            throw new AssertionError(what + ": " + where);
        }
    }

    private static String canonical(Action action) {
        return action instanceof Action.Persist p ? "persist " + p.table() : action.toString();
    }

    private static Object canonical(State s) {
        ModuleState m = s.modules().get(NAME);
        Job j = m.job();
        List<Object> job = j == null ? List.of() : List.of(j.wanted(), j.manifest() != null, j.payload() != null,
                String.valueOf(j.have()), String.valueOf(j.requested()), span(j.deadline(), s.now()), span(j.wakeAt(), s.now()),
                j.attempts(), j.gate() == 0 ? -1 : s.version() - j.gate(), j.started() == 0 || m.phase() != Phase.PROBATION ? -1 : s.now() - j.started(), j.health(),
                String.valueOf(j.ending()), j.restored(), j.online());
        return List.of(s.generation(), String.valueOf(s.wanted()), s.linkUp(), s.paused(), m.entry(), m.phase(), job,
                String.valueOf(m.failure()), s.version() - s.persisted(), s.persistAt() == 0 ? -1 : s.persistAt() - s.now());
    }

    private static long span(long at, long now) {
        return at == Job.NEVER ? -1 : at - now;
    }
}
