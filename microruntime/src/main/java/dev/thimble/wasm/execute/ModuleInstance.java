package dev.thimble.wasm.execute;

import dev.thimble.wasm.api.Global;
import dev.thimble.wasm.api.Memory;
import dev.thimble.wasm.api.StackTrace;
import dev.thimble.wasm.api.Table;
import dev.thimble.wasm.api.Tag;
import dev.thimble.wasm.structure.Module;

/**
 * A module's instance: everything that its code refers to by index (spec 3.0, "Module Instances"), imports first.
 * Linking fills the arrays.
 */
public final class ModuleInstance {
    private static final byte[] NO_MEMORY = {};

    public final Module module;
    public final FunctionInstance[] functions;
    public final Table[] tables;
    public final Memory[] memories;
    public final Global[] globals;
    public final Tag[] tags;
    /** Passive element segments; empty once dropped. */
    public final Object[][] elements;
    /** Passive data segments; empty once dropped. */
    public final byte[][] data;
    public final Meter meter;
    /** Memory 0, or null. */
    public Memory memory;
    final StackTrace.Symbols symbols;
    final Object attachment;

    public ModuleInstance(Module module, Meter meter, StackTrace.Symbols symbols, Object attachment) {
        this.module = module;
        functions = new FunctionInstance[module.functionCount()];
        tables = new Table[module.tables().size()];
        memories = new Memory[module.memories().size()];
        globals = new Global[module.globals().size()];
        tags = new Tag[module.tags().size()];
        elements = new Object[module.elements().size()][];
        data = new byte[module.data().size()][];
        this.meter = meter;
        this.symbols = symbols;
        this.attachment = attachment;
        meter.top = new Frame(this);
    }

    /** The code of the function whose body contains an offset in the binary. */
    FunctionCode codeAt(int offset) {
        int function = module.functionAt(offset);
        if (function == Module.NONE) {
            throw new IllegalStateException("there is no code at 0x" + Integer.toHexString(offset));
        }
        return functions[function].code;
    }

    byte[] memoryArray() {
        return memory == null ? NO_MEMORY : memory.array();
    }
}
