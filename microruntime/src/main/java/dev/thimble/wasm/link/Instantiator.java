package dev.thimble.wasm.link;

import dev.thimble.wasm.api.Global;
import dev.thimble.wasm.api.LinkException;
import dev.thimble.wasm.api.Memory;
import dev.thimble.wasm.api.MemoryType;
import dev.thimble.wasm.api.Table;
import dev.thimble.wasm.api.Tag;
import dev.thimble.wasm.api.TagType;
import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.binary.ByteReader;
import dev.thimble.wasm.debug.ModuleSymbols;
import dev.thimble.wasm.execute.FunctionCode;
import dev.thimble.wasm.execute.FunctionInstance;
import dev.thimble.wasm.execute.Invocation;
import dev.thimble.wasm.execute.Meter;
import dev.thimble.wasm.execute.ModuleInstance;
import dev.thimble.wasm.structure.DataSegment;
import dev.thimble.wasm.structure.ElementSegment;
import dev.thimble.wasm.structure.Export;
import dev.thimble.wasm.structure.GlobalDefinition;
import dev.thimble.wasm.structure.Import;
import dev.thimble.wasm.structure.Module;
import dev.thimble.wasm.structure.SegmentMode;
import dev.thimble.wasm.structure.TableDefinition;
import dev.thimble.wasm.structure.TypeCode;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.IntFunction;

/** Makes one instance of a module (spec 3.0, "Instantiation"). */
public final class Instantiator {
    private static final byte[] NO_BYTES = {};
    private static final Object[] NOTHING = {};

    private final Module module;
    private final ModuleInstance instance;
    private final ConstantEvaluator constants;
    private final long maxMemoryBytes;
    private final int maxTableElements;

    private Instantiator(Module module, ModuleInstance instance, long maxMemoryBytes, int maxTableElements) {
        this.module = module;
        this.instance = instance;
        this.maxMemoryBytes = maxMemoryBytes;
        this.maxTableElements = maxTableElements;
        constants = new ConstantEvaluator(module, instance);
    }

    /**
     * Links, allocates and initialises, but does not run the start function: see {@link #start}.
     *
     * @param code             gives the code of a function by its index; asked only for those that are not imported
     * @param offered          what is offered under the names of a module and a field: a {@link FunctionInstance}, {@link Memory}, {@link Table},
     *                         {@link Global} or {@link Tag}; null when there is nothing
     * @param maxMemoryBytes   what each memory that the module defines may have
     * @param maxTableElements what each table that the module defines may have
     * @throws LinkException with everything that is missing, of the wrong type or larger than allowed
     * @throws Trap          when a segment does not fit its table or memory
     */
    public static ModuleInstance instantiate(Module module, IntFunction<FunctionCode> code, BiFunction<String, String, Object> offered,
                                             Meter meter, Object attachment, long maxMemoryBytes, int maxTableElements) {
        Object[] imports = ImportMatcher.resolve(module, offered);
        ModuleInstance instance = new ModuleInstance(module, meter, new ModuleSymbols(module), attachment);
        Instantiator work = new Instantiator(module, instance, maxMemoryBytes, maxTableElements);
        work.bind(imports);
        work.functions(code);
        work.memories();
        work.tags();
        work.globals();
        work.tables();
        work.segments();
        return instance;
    }

    /** Runs the start function, if there is one. */
    public static void start(Module module, ModuleInstance instance) {
        if (module.start() != Module.NONE) {
            FunctionInstance start = instance.functions[module.start()];
            Invocation.run(Invocation.frame(instance, start), start);
        }
    }

    /** What the instance exports, by name, in the order of the module: as they are offered to other modules. */
    public static Map<String, Object> exports(Module module, ModuleInstance instance) {
        Map<String, Object> exports = new LinkedHashMap<>();
        for (Export export : module.exports()) {
            exports.put(export.name(), switch (export.kind()) {
                case FUNCTION -> instance.functions[export.index()];
                case TABLE -> instance.tables[export.index()];
                case MEMORY -> instance.memories[export.index()];
                case GLOBAL -> instance.globals[export.index()];
                case TAG -> instance.tags[export.index()];
            });
        }
        return exports;
    }

    private void bind(Object[] imports) {
        for (int i = 0; i < imports.length; i++) {
            Import wanted = module.imports().get(i);
            switch (wanted.kind()) {
                case FUNCTION -> instance.functions[wanted.index()] = (FunctionInstance) imports[i];
                case TABLE -> instance.tables[wanted.index()] = (Table) imports[i];
                case MEMORY -> instance.memories[wanted.index()] = (Memory) imports[i];
                case GLOBAL -> instance.globals[wanted.index()] = (Global) imports[i];
                case TAG -> instance.tags[wanted.index()] = (Tag) imports[i];
            }
        }
    }

    private void functions(IntFunction<FunctionCode> code) {
        for (int i = module.importedFunctions(); i < module.functionCount(); i++) {
            instance.functions[i] = new FunctionInstance(instance, code.apply(i),
                    module.types().defined(module.functionType(i)));
        }
    }

    private void memories() {
        for (int i = module.importedMemories(); i < instance.memories.length; i++) {
            MemoryType type = module.memories().get(i);
            try {
                instance.memories[i] = new Memory(type, maxMemoryBytes);
            } catch (IllegalArgumentException e) {
                throw new LinkException(List.of("memory " + i + ": " + e.getMessage()));
            } catch (OutOfMemoryError e) {
                throw new LinkException(List.of("memory " + i + ": the host has no room for " + type.minimum() + " pages"));
            }
        }
        instance.memory = instance.memories.length == 0 ? null : instance.memories[0];
    }

    private void tags() {
        for (int i = module.importedTags(); i < instance.tags.length; i++) {
            int type = module.tags().get(i);
            instance.tags[i] = new Tag(new TagType(module.types().function(type)), module.types().defined(type));
        }
    }

    private void globals() {
        for (int i = module.importedGlobals(); i < instance.globals.length; i++) {
            GlobalDefinition global = module.globals().get(i);
            constants.evaluate(global.init());
            boolean reference = TypeCode.isReference(global.code());
            instance.globals[i] = new Global(global.type(), reference ? 0 : constants.bits(),
                    global.code() == TypeCode.V128 ? constants.high() : 0, reference ? constants.reference() : null);
        }
    }

    private void tables() {
        for (int i = module.importedTables(); i < instance.tables.length; i++) {
            TableDefinition table = module.tables().get(i);
            Object initial = null;
            if (table.init() != Module.NONE) {
                constants.evaluate(table.init());
                initial = constants.reference();
            }
            try {
                instance.tables[i] = new Table(table.type(), initial, maxTableElements);
            } catch (IllegalArgumentException e) {
                throw new LinkException(List.of("table " + i + ": " + e.getMessage()));
            } catch (OutOfMemoryError e) {
                throw new LinkException(List.of("table " + i + ": the host has no room for " + table.type().minimum() + " elements"));
            }
        }
    }

    private void segments() {
        List<ElementSegment> elements = module.elements();
        for (int i = 0; i < elements.size(); i++) {
            instance.elements[i] = elements.get(i).mode() == SegmentMode.DECLARATIVE ? NOTHING : items(elements.get(i));
        }
        for (int i = 0; i < elements.size(); i++) {
            ElementSegment segment = elements.get(i);
            if (segment.mode() == SegmentMode.ACTIVE) {
                copy(segment, instance.elements[i]);
                instance.elements[i] = NOTHING;
            }
        }
        byte[] binary = module.binary();
        List<DataSegment> data = module.data();
        for (int i = 0; i < data.size(); i++) {
            DataSegment segment = data.get(i);
            instance.data[i] = segment.mode() == SegmentMode.ACTIVE ? NO_BYTES
                    : Arrays.copyOfRange(binary, segment.start(), segment.start() + segment.length());
        }
        for (DataSegment segment : data) {
            if (segment.mode() == SegmentMode.ACTIVE) {
                copy(segment, binary);
            }
        }
    }

    private Object[] items(ElementSegment segment) {
        Object[] items = new Object[segment.count()];
        if (segment.expressions()) {
            int at = segment.items();
            for (int i = 0; i < items.length; i++) {
                at = constants.evaluate(at);
                items[i] = constants.reference();
            }
        } else {
            ByteReader reader = new ByteReader(module.binary(), segment.items(), module.binary().length, "element");
            for (int i = 0; i < items.length; i++) {
                items[i] = instance.functions[reader.index()];
            }
        }
        return items;
    }

    private void copy(ElementSegment segment, Object[] items) {
        Table table = instance.tables[segment.table()];
        long at = address(segment.offset(), table.type().table64());
        if (at < 0 || at > table.size() - items.length) {
            throw new Trap(Trap.Kind.TABLE_OUT_OF_BOUNDS, segment.offset());
        }
        System.arraycopy(items, 0, table.array(), (int) at, items.length);
    }

    private void copy(DataSegment segment, byte[] binary) {
        Memory memory = instance.memories[segment.memory()];
        long at = address(segment.offset(), memory.type().memory64());
        if (at < 0 || at > memory.size() - segment.length()) {
            throw new Trap(Trap.Kind.MEMORY_OUT_OF_BOUNDS, segment.offset());
        }
        System.arraycopy(binary, segment.start(), memory.array(), (int) at, segment.length());
    }

    private long address(int expression, boolean wide) {
        constants.evaluate(expression);
        return wide ? constants.bits() : Integer.toUnsignedLong((int) constants.bits());
    }
}
