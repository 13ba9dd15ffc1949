package dev.thimble.wasm;

import dev.thimble.wasm.api.FunctionType;
import dev.thimble.wasm.api.Progress;
import dev.thimble.wasm.api.RecordingException;
import dev.thimble.wasm.api.SnapshotException;
import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.api.WasmException;
import dev.thimble.wasm.control.Player;
import java.io.IOException;
import java.io.InputStream;

/**
 * Goes through a recording ({@link Instance#record}) call by call, on this or any other machine: every state of the instance is the
 * recorded one, and no host function is called. A call can be stopped at any unit of its fuel to look at the instance.
 * Not thread-safe.
 */
public final class Replay {
    private final Player player;
    private final Instance instance;
    private Call running;
    /** Whether the recorded call could be suspended. */
    private boolean maySuspend;
    private long withheld;
    private long calls;

    /**
     * Opens a recording of {@code module}, which may import functions only; its NaNs are made canonical here.
     *
     * @throws RecordingException when it is damaged or of another version
     * @throws SnapshotException  when it is of another module
     */
    public Replay(WasmModule module, InputStream recording) throws IOException {
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
        instance = module.canonicalNans().restore(player.snapshot(), imports.build(), InstanceOptions.DEFAULT);
        instance.replay(player);
        running = instance.suspended();
    }

    /** The instance, to be looked at. */
    public Instance instance() {
        return instance;
    }

    /** Calls from outside and resumptions so far. */
    public long calls() {
        return calls;
    }

    /**
     * Goes on with the next call or resumption, or with the one that was stopped.
     *
     * @param fuel after so many units of this call it is stopped: the result is {@code OUT_OF_FUEL}, and the recording did not
     * @return how the call has ended, {@code FINISHED} also with a trap; or null when the recording has ended
     * @throws RecordingException when the recording is damaged or the run differs from it
     */
    public Progress next(long fuel) {
        long given;
        boolean resumes = withheld > 0;
        Call call = running;
        if (resumes) {
            given = Math.min(fuel, withheld);
            instance.fuel(instance.fuel() + given);
            withheld -= given;
        } else {
            Player.Entry entry = player.next();
            if (entry == null) {
                return null;
            }
            calls++;
            maySuspend = entry.maySuspend();
            given = Math.min(fuel, Math.max(entry.fuel(), 0));
            withheld = Math.max(entry.fuel(), 0) - given;
            instance.fuel(entry.fuel() - withheld);
            resumes = entry.function() < 0;
            if (!resumes) {
                call = instance.call(entry.function());
                call.arguments(entry.arguments());
            } else if (call == null) {
                throw new RecordingException("the recording resumes a run, but none is suspended");
            }
        }
        return finish(call, resumes);
    }

    private Progress finish(Call call, boolean resumes) {
        Progress progress;
        try {
            progress = resumes ? call.resume() : call.start();
        } catch (Trap | WasmException | Player.Failed e) {
            running = null;
            instance.fuel(instance.fuel() + withheld);
            withheld = 0;
            player.check(null);
            return Progress.FINISHED;
        }
        running = progress == Progress.FINISHED ? null : call;
        if (progress == Progress.OUT_OF_FUEL && withheld > 0) {
            return progress;
        }
        instance.fuel(instance.fuel() + withheld);
        withheld = 0;
        if (progress == Progress.OUT_OF_FUEL && !maySuspend) {
            // It was a trap.
            call.cancel();
            running = null;
            instance.fuel(0);
            player.check(null);
            return Progress.FINISHED;
        }
        player.check(progress);
        return progress;
    }

    /** The next call as a whole. */
    public Progress next() {
        return next(Long.MAX_VALUE);
    }
}
