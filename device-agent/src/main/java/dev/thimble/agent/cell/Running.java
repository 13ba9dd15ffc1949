package dev.thimble.agent.cell;

import dev.thimble.hal.board.Errno;
import dev.thimble.hal.host.CellHost;
import dev.thimble.hal.host.CellPorts;
import dev.thimble.hal.host.HostImports;
import dev.thimble.wasm.Imports;
import dev.thimble.wasm.Instance;
import dev.thimble.wasm.InstanceOptions;
import dev.thimble.wasm.Recording;
import dev.thimble.wasm.WasmModule;

/** One live instance of a release with the host's side of it. Used on the cells' thread only. */
final class Running {
    private static final long PAGE = 64 << 10;

    final Release release;
    /** What is written down about it, or null. */
    final Recording recording;
    final CellHost host;
    final Guest guest;
    final long startedNanos;
    /** What became of the predecessor's state, for people; empty when there was none. */
    final String stateNote;
    long nextTickNanos;
    /** Calls of {@code thimble_tick}, and how often {@code _start} has come back from a wait. */
    long ticks;

    /** The program has come to its end, and that has been said. */
    boolean ended;

    private Running(Release release, Recording recording, CellHost host, Guest guest, String stateNote, long now) {
        this.release = release;
        this.recording = recording;
        this.host = host;
        this.guest = guest;
        this.stateNote = stateNote;
        startedNanos = now;
        nextTickNanos = release.tickNanos() > 0 && guest.ticks() ? now + release.tickNanos() : Long.MAX_VALUE;
    }

    /**
     * Instantiates, hands over the state and initialises. Whatever goes wrong, the host's side is stopped again and a
     * predecessor keeps what it holds.
     *
     * @param from state of the predecessor, or null
     * @param tap records it, or null
     * @throws StartException naming the step that failed
     */
    static Running start(Release release, CellEnvironment environment, Snapshot from, Reason reason, Tap tap) {
        if (from != null && release.accepts().contains(from.schema())) {
            try {
                return attempt(release, environment, from, reason, tap, "took over " + from.state().length
                    + " bytes of state, schema " + from.schema());
            } catch (StateException e) {
                // A half-restored memory is worse than none: begin again with a new instance.
                return attempt(release, environment, null, reason, tap, "started clean: " + e.getMessage());
            }
        }
        String note = from == null ? "" : "started clean: schema " + from.schema() + " is not among the accepted "
            + release.accepts();
        return attempt(release, environment, null, reason, tap, note);
    }

    private static Running attempt(Release release, CellEnvironment environment, Snapshot from, Reason reason, Tap tap, String note) {
        CellPorts ports = new CellPorts(environment.clock(), environment.random(), environment.log(),
            environment.store(), environment.messages(), environment.metrics(), release.config());
        CellHost host = new CellHost(release.grant(), environment.resources(), ports);
        String step = "instantiate";
        boolean started = false;
        Recording recording = null;
        try {
            Imports imports = HostImports.add(Imports.builder(), host, release.module().imports()).build();
            WasmModule module = tap == null ? release.module() : release.module().canonicalNans();
            Instance instance = module.instantiate(imports, new InstanceOptions(
                release.grant().quotas().memoryPages() * PAGE, InstanceOptions.DEFAULT.maxTableElements(),
                release.grant().quotas().fuelPerEvent(), release.maxCallDepth(), null));
            Guest guest = new Guest(instance, release.grant().quotas().fuelPerEvent());
            recording = tap == null ? null : tap.begin(release, instance);
            step = "_initialize";
            guest.initialize();
            if (from != null) {
                step = "thimble_restore";
                int taken = guest.restore(from);
                if (taken < 0) {
                    throw new StateException("thimble_restore refused schema " + from.schema() + " with " + taken);
                }
            }
            step = "thimble_init";
            int ready = guest.init(reason);
            if (ready < 0) {
                throw new StartException(step, "the module refused to start: thimble_init returned " + ready + " ("
                    + Errno.name(ready) + ")", null);
            }
            step = "_start";
            // As far as its first wait, so that it has opened its devices before a predecessor lets go of them.
            guest.main();
            while (guest.isOutOfFuel()) {
                guest.resume();
            }
            started = true;
            return new Running(release, recording, host, guest, note, environment.clock().nanos());
        } catch (StateException | StartException e) {
            throw e;
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            throw new StartException(step, Faults.describe(e), e);
        } finally {
            if (!started) {
                host.stop();
                endRecording(recording, "the module could not be started: " + step);
            }
        }
    }

    /** Ends what is written down about it, if it is recorded. */
    void endRecording(String why) {
        endRecording(recording, why);
    }

    private static void endRecording(Recording recording, String why) {
        if (recording != null) {
            recording.end(why);
        }
    }
}
