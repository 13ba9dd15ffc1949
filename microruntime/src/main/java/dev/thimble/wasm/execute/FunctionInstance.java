package dev.thimble.wasm.execute;

import dev.thimble.wasm.api.DefinedType;
import dev.thimble.wasm.api.FunctionType;
import dev.thimble.wasm.api.HostCall;
import dev.thimble.wasm.api.HostFunction;

/**
 * A function as references, tables and imports hold it: a module's code bound to an instance, or a host function.
 */
public final class FunctionInstance {
    public final FunctionType type;
    /** The canonical type, which indirect calls and casts compare. */
    public final DefinedType definedType;
    final ModuleInstance instance;
    final FunctionCode code;
    final Host host;

    /** A host function, the room that its arguments and results take in a frame, and what is among them. */
    record Host(HostFunction function, int slots, boolean references, boolean vectors) {
    }

    /** A module's function. */
    public FunctionInstance(ModuleInstance instance, FunctionCode code, DefinedType definedType) {
        this.type = code.type;
        this.definedType = definedType;
        this.instance = instance;
        this.code = code;
        host = null;
    }

    /** A host function. */
    public FunctionInstance(FunctionType type, DefinedType definedType, HostFunction host) {
        this.type = type;
        this.definedType = definedType;
        this.host = new Host(host, Invocation.slots(type), Invocation.hasReferences(type), Invocation.hasVectors(type));
        instance = null;
        code = null;
    }

    /** Calls a host function in its frame. */
    public void callHost(Frame f) {
        host.function().call(view(f));
    }

    /** How a host function sees its frame. */
    public HostCall view(Frame f) {
        return host.vectors() ? new MappedCall(f, type) : f;
    }

    /** The instance that the function belongs to, or null for a host function. */
    public ModuleInstance instance() {
        return instance;
    }
}
