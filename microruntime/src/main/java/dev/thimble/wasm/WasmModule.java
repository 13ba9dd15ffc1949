package dev.thimble.wasm;

import dev.thimble.wasm.api.ExportType;
import dev.thimble.wasm.api.ImportType;
import dev.thimble.wasm.api.Limits;
import java.util.List;

/**
 * A decoded and validated module. Immutable and thread-safe; its instances share it and its translated code.
 */
public final class WasmModule {
    private WasmModule() {
    }

    /** Decodes and validates a module under {@link Limits#DEFAULT}. */
    public static WasmModule parse(byte[] binary) {
        return parse(binary, Limits.DEFAULT);
    }

    /**
     * Decodes and validates a module.
     *
     * @throws dev.thimble.wasm.api.MalformedModuleException when the bytes are not a module
     * @throws dev.thimble.wasm.api.InvalidModuleException   when it breaks a rule of validation or a limit
     */
    public static WasmModule parse(byte[] binary, Limits limits) {
        throw new UnsupportedOperationException();
    }

    /** What the module needs, in its order. */
    public List<ImportType> imports() {
        throw new UnsupportedOperationException();
    }

    /** What the module offers, in its order. */
    public List<ExportType> exports() {
        throw new UnsupportedOperationException();
    }

    /** Makes an instance with {@link InstanceOptions#DEFAULT}. */
    public Instance instantiate(Imports imports) {
        return instantiate(imports, InstanceOptions.DEFAULT);
    }

    /**
     * Makes an instance: resolves the imports, initialises memories and tables and runs the start function.
     *
     * @throws dev.thimble.wasm.api.LinkException with everything that is missing or of the wrong type
     * @throws dev.thimble.wasm.api.Trap          when a segment does not fit or the start function traps
     */
    public Instance instantiate(Imports imports, InstanceOptions options) {
        throw new UnsupportedOperationException();
    }
}
