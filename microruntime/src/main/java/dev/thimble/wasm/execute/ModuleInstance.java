package dev.thimble.wasm.execute;

import dev.thimble.wasm.api.Global;
import dev.thimble.wasm.api.Memory;
import dev.thimble.wasm.api.StackTrace;
import dev.thimble.wasm.api.Table;
import dev.thimble.wasm.api.Tag;

/**
 * A module's instance: everything that its code refers to by index (spec 3.0, "Module Instances"), imports first.
 * Linking fills the arrays.
 */
public final class ModuleInstance {
    private static final byte[] NO_MEMORY = {};

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

    public ModuleInstance(int functions, int tables, int memories, int globals, int tags, int elements, int data,
                          Meter meter, StackTrace.Symbols symbols, Object attachment) {
        this.functions = new FunctionInstance[functions];
        this.tables = new Table[tables];
        this.memories = new Memory[memories];
        this.globals = new Global[globals];
        this.tags = new Tag[tags];
        this.elements = new Object[elements][];
        this.data = new byte[data][];
        this.meter = meter;
        this.symbols = symbols;
        this.attachment = attachment;
        meter.top = new Frame(this);
    }

    byte[] memoryArray() {
        return memory == null ? NO_MEMORY : memory.array();
    }
}
