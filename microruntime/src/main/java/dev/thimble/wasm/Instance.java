package dev.thimble.wasm;

import dev.thimble.wasm.api.Global;
import dev.thimble.wasm.api.Memory;
import dev.thimble.wasm.api.RecordingException;
import dev.thimble.wasm.api.ReplayListener;
import dev.thimble.wasm.api.SnapshotException;
import dev.thimble.wasm.api.StackTrace;
import dev.thimble.wasm.api.Table;
import dev.thimble.wasm.api.Tag;
import dev.thimble.wasm.control.Player;
import dev.thimble.wasm.control.Recorder;
import dev.thimble.wasm.control.SnapshotWriter;
import dev.thimble.wasm.debug.CoreDump;
import dev.thimble.wasm.debug.Profile;
import dev.thimble.wasm.execute.FunctionInstance;
import dev.thimble.wasm.execute.ModuleInstance;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;

/**
 * An instance of a module. One thread at a time may use it and what it exports; only {@link #requestStop} may be
 * called from any thread.
 */
public final class Instance {
    private final WasmModule module;
    private final ModuleInstance instance;
    private final InstanceOptions options;
    private final Map<String, Object> exports;
    private final FunctionInstance start;

    /**
     * @param options what it may use
     * @param start   the start function, if it has not run yet, or null
     */
    Instance(WasmModule module, ModuleInstance instance, InstanceOptions options, Map<String, Object> exports, FunctionInstance start) {
        this.start = start;
        this.options = options;
        this.module = module;
        this.instance = instance;
        this.exports = exports;
    }

    public WasmModule module() {
        return module;
    }

    /** The exported function, or null. */
    public Function function(String name) {
        return exports.get(name) instanceof FunctionInstance f ? new Function(instance, f) : null;
    }

    /** The exported memory, or null. */
    public Memory memory(String name) {
        return exports.get(name) instanceof Memory m ? m : null;
    }

    /** Memory 0, exported or not, or null when there is none. */
    public Memory memory() {
        return instance.memory;
    }

    /** The exported table, or null. */
    public Table table(String name) {
        return exports.get(name) instanceof Table t ? t : null;
    }

    /** The exported global, or null. */
    public Global global(String name) {
        return exports.get(name) instanceof Global g ? g : null;
    }

    /** The exported tag, or null. */
    public Tag tag(String name) {
        return exports.get(name) instanceof Tag t ? t : null;
    }

    /**
     * Fuel left, in units as in {@link InstanceOptions}; negative when a run owes some: whether there is enough is asked only at the entry of a function, and
     * before another round of a loop.
     */
    public long fuel() {
        return instance.meter.fuel();
    }

    public void fuel(long units) {
        instance.meter.fuel(units);
    }

    /**
     * Makes the running call, or the next one, trap with {@code STOPPED} within a few thousand units of fuel.
     * May be called from any thread.
     */
    public void requestStop() {
        instance.meter.requestStop();
    }

    /** Calls of host functions so far. */
    public long hostCalls() {
        return instance.meter.hostCalls();
    }

    /** The functions of the suspended run, innermost first; empty when there is none. */
    public StackTrace stack() {
        return instance.meter.suspension().stack();
    }

    /** An empty profile of this instance's runs. */
    public Profile newProfile() {
        return new Profile(instance);
    }

    /**
     * What is left of a run that has ended with a fault, for a debugger: stack, locals, globals and memories.
     *
     * @param name  of the program
     * @param trace of the fault; nothing else may have run on this instance since
     */
    public byte[] coreDump(String name, StackTrace trace) {
        return CoreDump.of(name, instance, trace);
    }

    /**
     * The run that is suspended, or null. After {@link WasmModule#restore} this is the only way to it; before, the call with which it
     * was started may be used as well, but not both.
     */
    public Call suspended() {
        FunctionInstance root = instance.meter.suspension().root();
        return root == null ? null : Call.suspended(instance, root);
    }

    /**
     * The module's start function when it has not run yet, because the instance comes from {@link WasmModule#link}; else null.
     * Other functions must not be called before it has ended.
     */
    public Call startFunction() {
        return start == null ? null : new Call(instance, start);
    }

    /**
     * The state of the instance as bytes: memories, globals and tables that its module defines, segments, fuel, and the
     * suspended run. What it imports stays with the embedder, who has to offer the same again.
     *
     * @throws SnapshotException     when it holds references of the host or to other instances
     * @throws IllegalStateException while a function of it runs
     */
    public byte[] snapshot() {
        return SnapshotWriter.write(instance);
    }

    /** Records without limits: see {@link #record(OutputStream, long, long)}. */
    public Recording record(OutputStream stream) throws IOException {
        return record(stream, Long.MAX_VALUE, Long.MAX_VALUE);
    }

    /**
     * Records from now on what reaches the instance from outside, for {@link Replay}: calls with arguments and fuel, results of host
     * functions, calls that these make themselves, and what the host changes in memories, globals and tables. Each host call compares
     * all of them with a copy. The module must be one of {@link WasmModule#canonicalNans}.
     *
     * @param stream    flushed after every call from outside, and closed at the end
     * @param maxBytes  what it may take; the recording ends before
     * @param maxEvents calls and resumptions after which it ends
     * @throws IOException           when the beginning cannot be written
     * @throws RecordingException    when the instance cannot be recorded: it imports more than host functions, or has a shared memory
     * @throws SnapshotException     when the present state cannot be written down
     * @throws IllegalStateException when the module's NaNs are not canonical, or the instance is being recorded or replayed
     */
    public Recording record(OutputStream stream, long maxBytes, long maxEvents) throws IOException {
        if (!module.hasCanonicalNans()) {
            throw new IllegalStateException("a recording needs canonical NaNs: make the instance of WasmModule.canonicalNans()");
        }
        if (instance.meter.tape != null) {
            throw new IllegalStateException("the instance is being recorded or replayed");
        }
        Recorder recorder = new Recorder(instance, options.maxMemoryBytes(), options.maxTableElements(), stream, maxBytes, maxEvents);
        instance.meter.tape = recorder;
        return new Recording(recorder);
    }

    void replay(Player player, ReplayListener listener) {
        player.instance(instance, listener);
        instance.meter.tape = player;
    }

    boolean isSuspended() {
        return instance.meter.suspension().isSuspended();
    }

    Call call(int function) {
        return new Call(instance, instance.functions[function]);
    }

    Map<String, Object> exports() {
        return exports;
    }
}
