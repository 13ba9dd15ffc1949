package dev.thimble.wasm.validate;

import dev.thimble.wasm.api.MemoryType;
import dev.thimble.wasm.structure.ElementSegment;
import dev.thimble.wasm.structure.GlobalDefinition;
import dev.thimble.wasm.structure.Module;
import dev.thimble.wasm.structure.TableDefinition;
import dev.thimble.wasm.structure.TypeCode;
import dev.thimble.wasm.structure.TypeSpace;
import java.util.BitSet;

/** What expressions may refer to (spec 3.0, "Contexts"), in arrays. */
final class ModuleContext {
    final Module module;
    final TypeSpace types;
    final int functions;
    final TableDefinition[] tables;
    final MemoryType[] memories;
    final GlobalDefinition[] globals;
    final int[] tags;
    final ElementSegment[] elements;
    /** Functions that {@code ref.func} may name, since the module mentions them outside of bodies. */
    final BitSet referenced = new BitSet();

    ModuleContext(Module module) {
        this.module = module;
        types = module.types();
        functions = module.functionCount();
        tables = module.tables().toArray(TableDefinition[]::new);
        memories = module.memories().toArray(MemoryType[]::new);
        globals = module.globals().toArray(GlobalDefinition[]::new);
        tags = module.tags().stream().mapToInt(Integer::intValue).toArray();
        elements = module.elements().toArray(ElementSegment[]::new);
    }

    /** {@link TypeCode} of a memory's addresses. */
    int addressType(int memory) {
        return memories[memory].memory64() ? TypeCode.I64 : TypeCode.I32;
    }
}
