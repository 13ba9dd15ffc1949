package dev.thimble.wasm;

import dev.thimble.wasm.api.FunctionType;
import dev.thimble.wasm.execute.FunctionInstance;
import dev.thimble.wasm.execute.ModuleInstance;
import java.util.Objects;

/** A function that an instance exports. May be used only on one thread at a time, like its instance. */
public final class Function {
    private final ModuleInstance owner;
    private final FunctionInstance instance;

    Function(ModuleInstance owner, FunctionInstance instance) {
        this.owner = owner;
        this.instance = Objects.requireNonNull(instance);
    }

    public FunctionType type() {
        return instance.type;
    }

    /**
     * Calls the function; convenient, but it allocates.
     *
     * @param arguments raw bits, one element for each parameter and two for v128: i32 in the low half, floats by
     *                  their IEEE bits
     * @return the results, likewise
     * @throws dev.thimble.wasm.api.Trap          when the module traps
     * @throws dev.thimble.wasm.api.WasmException when it throws and does not catch
     * @throws IllegalArgumentException           when the number of arguments is wrong
     */
    public long[] call(long... arguments) {
        Call call = newCall();
        call.arguments(arguments);
        call.run();
        return call.results();
    }

    /** A reusable call, which allocates nothing when it runs. */
    public Call newCall() {
        return new Call(owner, instance);
    }

    FunctionInstance instance() {
        return instance;
    }
}
