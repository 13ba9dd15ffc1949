package dev.thimble.wasm;

import dev.thimble.wasm.api.Global;
import dev.thimble.wasm.api.Memory;
import dev.thimble.wasm.api.StackTrace;
import dev.thimble.wasm.api.Table;
import dev.thimble.wasm.api.Tag;
import dev.thimble.wasm.debug.CoreDump;
import dev.thimble.wasm.debug.Profile;
import dev.thimble.wasm.execute.FunctionInstance;
import dev.thimble.wasm.execute.ModuleInstance;
import java.util.Map;

/**
 * An instance of a module. One thread at a time may use it and what it exports; only {@link #requestStop} may be
 * called from any thread.
 */
public final class Instance {
    private final WasmModule module;
    private final ModuleInstance instance;
    private final Map<String, Object> exports;

    Instance(WasmModule module, ModuleInstance instance, Map<String, Object> exports) {
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

    /** Fuel left, in units of one loop iteration or call. */
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

    Map<String, Object> exports() {
        return exports;
    }
}
