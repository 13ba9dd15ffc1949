package dev.thimble.agent.cell;

import dev.thimble.hal.host.Inbox;
import dev.thimble.wasm.Call;
import dev.thimble.wasm.Function;
import dev.thimble.wasm.Instance;
import dev.thimble.wasm.api.Memory;
import dev.thimble.wasm.api.Progress;
import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.wasi.ProcExit;
import java.util.ArrayList;
import java.util.List;

/**
 * The exports of one instance, bound to reusable calls: delivering a tick or an event allocates nothing. An absent
 * export is a call that does nothing. Used on the cells' thread only.
 *
 * <p>{@code _start} and the callbacks run in turns: each is suspended when an import waits or when the fuel of its turn is
 * used up, and {@link #resume} goes on with it; until then nothing but the other calls may be made. All turns together
 * get the fuel of one event, and fresh fuel after each wait. The other calls run to their end.
 */
final class Guest {
    private static final long NO_POINTER = 0;
    /** What the neighbours wait for at most: some milliseconds under C1 on a small board. */
    private static final long TURN_FUEL = 250_000;
    /** Largest state that a module may hand over, in bytes. */
    static final int MAX_STATE = 1 << 20;

    private final Instance instance;
    private final long fuelPerCall;
    private final Call main;
    private final Call initialize;
    private final Call init;
    private final Call tick;
    private final Call event;
    private final Call message;
    private final Call alloc;
    private final Call save;
    private final Call restore;
    private final Call schema;
    private final Call selftest;
    private final Call shutdown;
    private String running = "";
    /** The run that is suspended, or null. */
    private Call suspended;
    private boolean outOfFuel;
    private boolean finished;
    private long fuelLeft;

    /** @throws IllegalArgumentException when an export has another type than ABI 1 says, naming each */
    Guest(Instance instance, long fuelPerCall) {
        this.instance = instance;
        this.fuelPerCall = fuelPerCall;
        List<String> wrong = new ArrayList<>();
        main = bind(wrong, "_start", "() -> ()");
        initialize = bind(wrong, "_initialize", "() -> ()");
        init = bind(wrong, "thimble_init", "(i32) -> (i32)");
        tick = bind(wrong, "thimble_tick", "(i64) -> ()");
        event = bind(wrong, "thimble_event", "(i32, i32, i32, i64) -> ()");
        message = bind(wrong, "thimble_message", "(i32, i32, i32, i32, i32) -> ()");
        alloc = bind(wrong, "thimble_alloc", "(i32) -> (i32)");
        save = bind(wrong, "thimble_save", "(i32, i32) -> (i32)");
        restore = bind(wrong, "thimble_restore", "(i32, i32, i32) -> (i32)");
        schema = bind(wrong, "thimble_schema", "() -> (i32)");
        selftest = bind(wrong, "thimble_selftest", "() -> (i32)");
        shutdown = bind(wrong, "thimble_shutdown", "(i32) -> ()");
        if (!wrong.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", wrong));
        }
    }

    private Call bind(List<String> wrong, String name, String type) {
        Function function = instance.function(name);
        if (function == null) {
            return null;
        }
        String actual = function.type().toString();
        if (!actual.equals(type)) {
            wrong.add("export " + name + " has type " + actual + ", ABI 1 says " + type);
        }
        return function.newCall();
    }

    /** The export that is running or ran last; after a trap the one that trapped. */
    String running() {
        return running;
    }

    boolean handsOverState() {
        return save != null && schema != null && alloc != null;
    }

    boolean ticks() {
        return tick != null;
    }

    /** Whether a run is suspended, so that nothing may be begun. */
    boolean isSuspended() {
        return suspended != null;
    }

    /** Whether the suspended run goes on as soon as it is its turn, and does not wait for anything. */
    boolean isOutOfFuel() {
        return outOfFuel;
    }

    /** Whether the suspended run is the module's {@code _start}. */
    boolean isInMain() {
        return suspended != null && suspended == main;
    }

    /** Whether the program has come to its end: it has exited, or {@code _start} has returned and there is no other entry. */
    boolean isFinished() {
        return finished;
    }

    /** Begins {@code _start}. */
    void main() {
        if (main != null) {
            begin(main, "_start");
        }
    }

    /** The next turn of the suspended run. */
    void resume() {
        turn(suspended, true);
    }

    /** Gives the suspended run up. */
    void cancel() {
        if (suspended != null) {
            suspended.cancel();
            suspended = null;
        }
    }

    /** What compilers for WASI want to be called before anything else. */
    void initialize() {
        if (initialize != null) {
            run(initialize, "_initialize");
        }
    }

    /** @return 0 or more when the module is ready, else an errno of its own choice */
    int init(Reason reason) {
        if (init == null) {
            return 0;
        }
        init.i32(0, reason.ordinal());
        run(init, "thimble_init");
        return init.i32Result(0);
    }

    void tick(long nowMillis) {
        if (tick != null) {
            tick.i64(0, nowMillis);
            begin(tick, "thimble_tick");
        }
    }

    void event(int kind, int handle, int value, long nanos) {
        if (event != null) {
            event.i32(0, kind);
            event.i32(1, handle);
            event.i32(2, value);
            event.i64(3, nanos);
            begin(event, "thimble_event");
        }
    }

    /**
     * Delivers the message that the inbox shows.
     *
     * @return false when the module has no room for it
     */
    boolean message(Inbox inbox) {
        if (message == null || alloc == null) {
            return false;
        }
        int length = inbox.topicLength() + inbox.value();
        int at = allocate(length);
        Memory memory = instance.memory();
        if (at == NO_POINTER || !memory.spans(at, length)) {
            return false;
        }
        inbox.copyMessage(memory.array(), at);
        message.i32(0, inbox.handle());
        message.i32(1, at);
        message.i32(2, inbox.topicLength());
        message.i32(3, at + inbox.topicLength());
        message.i32(4, inbox.value());
        begin(message, "thimble_message");
        return true;
    }

    /** The state for a successor, or null when the module hands none over. */
    Snapshot save() {
        if (!handsOverState()) {
            return null;
        }
        run(schema, "thimble_schema");
        int version = schema.i32Result(0);
        int length = save(0, 0);
        if (length < 0 || length > MAX_STATE) {
            throw new StateException("thimble_save gave " + length + "; 0 to " + MAX_STATE + " bytes are allowed");
        }
        byte[] state = new byte[length];
        if (length > 0) {
            int at = allocate(length);
            if (at == NO_POINTER || !instance.memory().spans(at, length)) {
                throw new StateException("thimble_alloc has no room for the state of " + length + " bytes");
            }
            int written = save(at, length);
            if (written != length) {
                throw new StateException("thimble_save promised " + length + " bytes and wrote " + written);
            }
            instance.memory().read(at, state, 0, length);
        }
        return new Snapshot(version, state);
    }

    /** @return 0 or more when the state was taken over, else an errno of the module's own choice */
    int restore(Snapshot snapshot) {
        if (restore == null || alloc == null) {
            throw new StateException("the module has no thimble_restore or no thimble_alloc");
        }
        int length = snapshot.state().length;
        int at = allocate(length);
        if (length > 0 && (at == NO_POINTER || !instance.memory().spans(at, length))) {
            throw new StateException("thimble_alloc has no room for the state of " + length + " bytes");
        }
        instance.memory().write(at, snapshot.state(), 0, length);
        restore.i32(0, at);
        restore.i32(1, length);
        restore.i32(2, snapshot.schema());
        run(restore, "thimble_restore");
        return restore.i32Result(0);
    }

    /** @return 0 or more when the module is sound, else an errno of its own choice */
    int selftest() {
        if (selftest == null) {
            return 0;
        }
        run(selftest, "thimble_selftest");
        return selftest.i32Result(0);
    }

    void shutdown(Reason reason) {
        if (shutdown != null) {
            shutdown.i32(0, reason.ordinal());
            run(shutdown, "thimble_shutdown");
        }
    }

    private int save(int at, int capacity) {
        save.i32(0, at);
        save.i32(1, capacity);
        run(save, "thimble_save");
        return save.i32Result(0);
    }

    private int allocate(int length) {
        alloc.i32(0, length);
        run(alloc, "thimble_alloc");
        return alloc.i32Result(0);
    }

    private void begin(Call call, String name) {
        running = name;
        fuelLeft = fuelPerCall;
        turn(call, false);
    }

    private void turn(Call call, boolean again) {
        suspended = null;
        outOfFuel = false;
        long fuel = Math.min(fuelLeft, TURN_FUEL);
        instance.fuel(fuel);
        Progress progress;
        try {
            progress = again ? call.resume() : call.start();
        } catch (ProcExit e) {
            if (e.code() != 0) {
                throw e;
            }
            finished = true;
            return;
        }
        if (progress == Progress.WAITING) {
            suspended = call;
            fuelLeft = fuelPerCall;
        } else if (progress == Progress.OUT_OF_FUEL) {
            fuelLeft -= fuel - instance.fuel();
            if (fuelLeft <= 0) {
                Trap trap = new Trap(Trap.Kind.OUT_OF_FUEL, instance.stack());
                call.cancel();
                throw trap;
            }
            suspended = call;
            outOfFuel = true;
        } else if (call == main) {
            finished = tick == null && event == null && message == null;
        }
    }

    private void run(Call call, String name) {
        running = name;
        instance.fuel(fuelPerCall);
        call.run();
    }
}
