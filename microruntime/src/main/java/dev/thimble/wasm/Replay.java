package dev.thimble.wasm;

import dev.thimble.wasm.api.FunctionType;
import dev.thimble.wasm.api.HostCall;
import dev.thimble.wasm.api.Progress;
import dev.thimble.wasm.api.RecordingException;
import dev.thimble.wasm.api.ReplayListener;
import dev.thimble.wasm.api.SnapshotException;
import dev.thimble.wasm.api.StackTrace;
import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.api.WasmException;
import dev.thimble.wasm.control.Player;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Supplier;

/**
 * Goes through a recording ({@link Instance#record}) call by call, on this or any other machine: every state of the instance is the
 * recorded one, which checksums of memories and globals confirm after each call, and no host function is called. A call can be stopped at any unit of its
 * fuel to look at the instance. Not thread-safe.
 */
public final class Replay {
    private static final ReplayListener NOBODY = new ReplayListener() {
        @Override
        public void entered(long event, int function, long[] slots) {
            // Nobody listens.
        }

        @Override
        public void hostCalled(int function, HostCall call, Outcome outcome, long[] results, String text) {
            // Nobody listens.
        }
    };

    private final Player player;
    private final Instance instance;
    /** The run that is suspended, or null. */
    private Call running;
    private Player.Entry entry = new Player.Entry(-1, true, 0, new long[0], new Object[0]);
    private long used;
    private RuntimeException failure;

    /** Opens a recording to which nobody listens. */
    public Replay(WasmModule module, InputStream recording) throws IOException {
        this(module, recording, NOBODY);
    }

    /**
     * Opens a recording of {@code module}, which may import functions only; its NaNs are made canonical here.
     *
     * @throws RecordingException when it is damaged or of another version
     * @throws SnapshotException  when it is of another module
     */
    public Replay(WasmModule module, InputStream recording, ReplayListener listener) throws IOException {
        player = new Player(recording);
        Imports.Builder imports = Imports.builder();
        module.imports().forEach(i -> {
            if (!(i.type() instanceof FunctionType type)) {
                throw new RecordingException("the module imports more than functions: " + i.module() + "." + i.name());
            }
            imports.function(i.module(), i.name(), type, call -> {
                throw new RecordingException("a host function is called outside of the recording");
            });
        });
        instance = module.canonicalNans().restore(player.snapshot(), imports.build(),
                new InstanceOptions(player.maxMemoryBytes(), player.maxTableElements(), Long.MAX_VALUE, player.maxDepth(), null));
        instance.replay(player, listener);
        instance.fuel(0);
        running = instance.suspended();
    }

    /** The instance, to be looked at. */
    public Instance instance() {
        return instance;
    }

    /** Calls from outside and resumptions so far. */
    public long calls() {
        return player.events();
    }

    /** Units of fuel that all calls have used so far. */
    public long used() {
        return used + entry.fuel() - player.withheld() - instance.fuel();
    }

    /** Why the recording has ended, in the words of whoever ended it, or where it breaks off; null before {@link #next} has given null. */
    public String end() {
        return player.end();
    }

    /** The trap or exception of the module's with which the last call has ended, or what stands for an exception of the host's; null for none. */
    public RuntimeException failure() {
        return failure;
    }

    /** Where the last call was when it failed, or where the run is suspended. */
    public StackTrace trace() {
        return failure instanceof Trap trap ? trap.trace() : failure instanceof WasmException thrown ? thrown.trace() : instance.stack();
    }

    /**
     * Goes on with the next call or resumption, or with the one that was stopped.
     *
     * @param fuel after so many units of this call it is stopped: the result is {@code OUT_OF_FUEL}, and the recording did not
     * @return how the call has ended, {@code FINISHED} also with a trap; or null when the recording has ended, with the run that it ends in, if
     *         there is one, suspended
     * @throws RecordingException when the recording is damaged or the run differs from it; the run is then suspended where it does
     */
    public Progress next(long fuel) {
        try {
            return player.withheld() > 0 ? goOn(fuel) : begin(fuel);
        } catch (RecordingException e) {
            throw new RecordingException("event " + calls() + (entry.function() < 0 ? "" : ", " + name(entry.function())) + ": " + e.getMessage());
        }
    }

    /** The next call as a whole. */
    public Progress next() {
        return next(Long.MAX_VALUE);
    }

    private String name(int function) {
        String name = instance.module().functions().get(function).name();
        return name == null ? "function " + function : name;
    }

    private Progress goOn(long fuel) {
        long more = Math.min(fuel, player.withheld());
        player.withhold(player.withheld() - more);
        instance.fuel(instance.fuel() + more);
        return finish(running, true);
    }

    private Progress begin(long fuel) {
        player.verify();
        long before = used();
        Player.Entry next = player.next();
        if (next == null) {
            return null;
        }
        failure = null;
        used = before;
        entry = next;
        // A plain call while a run is suspended is not one that could be stopped.
        boolean whole = !next.maySuspend() && instance.isSuspended();
        player.withhold(whole ? 0 : Math.max(next.fuel() - Math.max(fuel, 0), 0));
        instance.fuel(next.fuel() - player.withheld());
        if (next.function() < 0) {
            if (running == null) {
                throw new RecordingException("the recording resumes a run, but none is suspended");
            }
            return finish(running, true);
        }
        Call call = instance.call(next.function());
        call.arguments(next.slots());
        call.references(next.references());
        if (whole) {
            return judge(go(() -> {
                call.run();
                return Progress.FINISHED;
            }));
        }
        return finish(call, false);
    }

    private Progress finish(Call call, boolean resumes) {
        Progress progress = go(resumes ? call::resume : call::start);
        running = call.isSuspended() ? call : null;
        if (player.end() == null && progress == Progress.OUT_OF_FUEL) {
            if (player.withheld() > 0) {
                return progress;
            }
            if (!entry.maySuspend()) {
                failure = new Trap(Trap.Kind.OUT_OF_FUEL, instance.stack());
                call.cancel();
                running = null;
                instance.fuel(0);
                progress = null;
            }
        }
        return judge(progress);
    }

    /** @return null when the run has failed, or when the recording ends in it */
    private Progress go(Supplier<Progress> run) {
        Progress progress = null;
        try {
            progress = run.get();
        } catch (Trap | WasmException | Player.Failed e) {
            failure = e;
        } catch (Player.Ended e) {
            // The player knows why.
        }
        player.verify();
        return progress;
    }

    private Progress judge(Progress progress) {
        if (player.end() != null) {
            return null;
        }
        instance.fuel(instance.fuel() + player.withheld());
        player.withhold(0);
        player.check(progress, failure);
        return progress == null ? Progress.FINISHED : progress;
    }
}
