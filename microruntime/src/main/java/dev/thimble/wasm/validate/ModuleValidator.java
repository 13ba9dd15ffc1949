package dev.thimble.wasm.validate;

import dev.thimble.wasm.api.ExternKind;
import dev.thimble.wasm.api.InvalidModuleException;
import dev.thimble.wasm.api.Limits;
import dev.thimble.wasm.api.MemoryType;
import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.binary.ByteReader;
import dev.thimble.wasm.binary.ModuleDecoder;
import dev.thimble.wasm.structure.CompositeKind;
import dev.thimble.wasm.structure.DataSegment;
import dev.thimble.wasm.structure.ElementSegment;
import dev.thimble.wasm.structure.Export;
import dev.thimble.wasm.structure.GlobalDefinition;
import dev.thimble.wasm.structure.Module;
import dev.thimble.wasm.structure.SegmentMode;
import dev.thimble.wasm.structure.TableDefinition;
import dev.thimble.wasm.structure.TypeSpace;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Validates a module (spec 3.0, "Modules") while it is decoded: give it to the {@link ModuleDecoder} as its listener, and
 * call {@link #finish} with the decoded module. Every method throws {@link InvalidModuleException}. For one module; not
 * thread-safe.
 */
public final class ModuleValidator implements ModuleDecoder.Listener {
    private static final int LARGE_PAGE = 16;
    private static final int ADDRESS_BITS_32 = 32;
    private static final long LARGEST_U32 = 0xFFFF_FFFFL;

    private final Limits limits;
    private ModuleContext context;
    private FunctionValidator code;

    public ModuleValidator(Limits limits) {
        this.limits = limits;
    }

    /** Decodes and validates a whole binary, of which the module keeps a copy. */
    public static Module parse(byte[] binary, Limits limits) {
        ModuleValidator validator = new ModuleValidator(limits);
        return validator.finish(ModuleDecoder.decode(binary, limits, validator));
    }

    @Override
    public void beforeBodies(Module module) {
        functionTypes(module);
        context = new ModuleContext(module);
        code = new FunctionValidator(context, limits);
        expectCount(context.functions, limits.functions(), "functions");
        expectCount(context.memories.length, limits.memories(), "memories");
        expectCount(context.tables.length, limits.tables(), "tables");
        expectCount(context.globals.length, limits.globals(), "globals");
        expectCount(context.tags.length, limits.tags(), "tags");
        memories();
        tables();
        globals();
        exports();
        start();
        elements();
    }

    @Override
    public void body(Module module, int function) {
        code.function(function);
    }

    /** Validates what comes after the bodies; the result is the module itself. */
    public Module finish(Module module) {
        for (DataSegment segment : module.data()) {
            if (segment.mode() == SegmentMode.ACTIVE) {
                if (segment.memory() >= context.memories.length) {
                    throw invalid("unknown memory " + segment.memory(), segment.offset());
                }
                code.constant(segment.offset(), context.addressType(segment.memory()), context.globals.length);
            }
        }
        return module;
    }

    private static InvalidModuleException invalid(String message, int offset) {
        return new InvalidModuleException(message, Trap.UNKNOWN, offset);
    }

    private static void functionTypes(Module module) {
        TypeSpace types = module.types();
        for (int i = 0; i < module.functionCount(); i++) {
            expectFunctionType(types, module.functionType(i), "function " + i);
        }
        int tag = 0;
        for (int type : module.tags()) {
            expectFunctionType(types, type, "tag " + tag);
            if (types.resultCount(type) != 0) {
                throw invalid("non-empty tag result type of tag " + tag, Trap.UNKNOWN);
            }
            tag++;
        }
    }

    private static void expectFunctionType(TypeSpace types, int type, String of) {
        if (type >= types.count()) {
            throw invalid("unknown type " + type + " of " + of, Trap.UNKNOWN);
        }
        if (types.kind(type) != CompositeKind.FUNCTION) {
            throw invalid("type " + type + " of " + of + " is not a function type", Trap.UNKNOWN);
        }
    }

    /** Counts that imports alone can bring above the limits, which each section checks before it allocates. */
    private static void expectCount(int count, int limit, String what) {
        if (count > limit) {
            throw invalid("more than the limit of " + limit + " " + what, Trap.UNKNOWN);
        }
    }

    private void memories() {
        for (int i = 0; i < context.memories.length; i++) {
            MemoryType memory = context.memories[i];
            if (memory.pageSizeLog2() != LARGE_PAGE && memory.pageSizeLog2() != 0) {
                throw invalid("invalid custom page size of memory " + i, Trap.UNKNOWN);
            }
            int shift = (memory.memory64() ? Long.SIZE : ADDRESS_BITS_32) - memory.pageSizeLog2();
            long most = shift >= Long.SIZE - 1 ? Long.MAX_VALUE : shift == ADDRESS_BITS_32 ? LARGEST_U32 : 1L << shift;
            expectSize(memory.minimum(), memory.maximum(), most, "memory " + i);
            if (memory.shared() && memory.maximum() == MemoryType.UNBOUNDED) {
                throw invalid("shared memory must have maximum: memory " + i, Trap.UNKNOWN);
            }
        }
    }

    private static void expectSize(long minimum, long maximum, long most, String of) {
        if (minimum > most || maximum > most) {
            throw invalid("size must be at most " + most + " in " + of, Trap.UNKNOWN);
        }
        if (maximum != MemoryType.UNBOUNDED && minimum > maximum) {
            throw invalid("size minimum must not be greater than maximum in " + of, Trap.UNKNOWN);
        }
    }

    private void tables() {
        for (int i = 0; i < context.tables.length; i++) {
            TableDefinition table = context.tables[i];
            long most = table.type().table64() ? Long.MAX_VALUE : LARGEST_U32;
            expectSize(table.type().minimum(), table.type().maximum(), most, "table " + i);
            if (table.init() != Module.NONE) {
                code.constant(table.init(), table.element(), context.module.importedGlobals());
            } else if (i >= context.module.importedTables() && !table.type().element().nullable()) {
                throw invalid("type mismatch: table " + i + " of references that cannot be null has no initialiser", Trap.UNKNOWN);
            }
        }
    }

    private void globals() {
        for (int i = context.module.importedGlobals(); i < context.globals.length; i++) {
            GlobalDefinition global = context.globals[i];
            code.constant(global.init(), global.code(), i);
        }
    }

    private void exports() {
        Set<String> names = new HashSet<>();
        for (Export export : context.module.exports()) {
            if (!names.add(export.name())) {
                throw invalid("duplicate export name \"" + export.name() + "\"", Trap.UNKNOWN);
            }
            int bound = switch (export.kind()) {
                case FUNCTION -> context.functions;
                case TABLE -> context.tables.length;
                case MEMORY -> context.memories.length;
                case GLOBAL -> context.globals.length;
                case TAG -> context.tags.length;
            };
            if (export.index() >= bound) {
                throw invalid("unknown " + export.kind().name().toLowerCase(Locale.ROOT) + " "
                        + export.index() + " in export \"" + export.name() + "\"", Trap.UNKNOWN);
            }
            if (export.kind() == ExternKind.FUNCTION) {
                context.referenced.set(export.index());
            }
        }
    }

    private void start() {
        int start = context.module.start();
        if (start == Module.NONE) {
            return;
        }
        if (start >= context.functions) {
            throw invalid("unknown function " + start + " as the start function", Trap.UNKNOWN);
        }
        int type = context.module.functionType(start);
        if (context.types.parameterCount(type) != 0 || context.types.resultCount(type) != 0) {
            throw invalid("start function " + start + " must have neither parameters nor results", Trap.UNKNOWN);
        }
    }

    private void elements() {
        ByteReader reader = new ByteReader();
        for (ElementSegment segment : context.elements) {
            if (segment.mode() == SegmentMode.ACTIVE) {
                if (segment.table() >= context.tables.length) {
                    throw invalid("unknown table " + segment.table(), segment.offset());
                }
                TableDefinition table = context.tables[segment.table()];
                if (!context.types.matches(segment.type(), table.element())) {
                    throw invalid("type mismatch: an element segment does not fit table " + segment.table(), segment.offset());
                }
                code.constant(segment.offset(), table.addressType(), context.globals.length);
            }
            if (segment.expressions()) {
                int at = segment.items();
                for (int i = 0; i < segment.count(); i++) {
                    at = code.constant(at, segment.type(), context.globals.length);
                }
            } else {
                reader.reset(context.module.binary(), segment.items(), context.module.binary().length, "element");
                for (int i = 0; i < segment.count(); i++) {
                    int function = reader.index();
                    if (function >= context.functions) {
                        throw invalid("unknown function " + function, reader.position());
                    }
                    context.referenced.set(function);
                }
            }
        }
    }
}
