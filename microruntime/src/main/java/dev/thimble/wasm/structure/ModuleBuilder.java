package dev.thimble.wasm.structure;

import dev.thimble.wasm.api.ExternKind;
import dev.thimble.wasm.api.MemoryType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Fills a {@link Module} in the order of its binary; for the decoder. Not thread-safe. */
public final class ModuleBuilder {
    /** The parts of a module that are lists. */
    static final class Lists {
        List<Import> imports = new ArrayList<>(0);
        List<Export> exports = new ArrayList<>(0);
        List<TableDefinition> tables = new ArrayList<>(0);
        List<MemoryType> memories = new ArrayList<>(0);
        List<GlobalDefinition> globals = new ArrayList<>(0);
        List<Integer> tags = new ArrayList<>(0);
        List<ElementSegment> elements = new ArrayList<>(0);
        List<DataSegment> data = new ArrayList<>(0);

        /** Lists of few or no elements are smaller then. */
        void seal() {
            imports = List.copyOf(imports);
            exports = List.copyOf(exports);
            tables = List.copyOf(tables);
            memories = List.copyOf(memories);
            globals = List.copyOf(globals);
            tags = List.copyOf(tags);
            elements = List.copyOf(elements);
            data = List.copyOf(data);
        }
    }

    private final Module module = new Module();

    /** The module as far as it is filled. */
    public Module module() {
        return module;
    }

    public TypeSpace types() {
        return module.types;
    }

    /** The bytes so far, in an array that may still be replaced by a longer one. */
    public void binary(byte[] bytes) {
        module.binary = bytes;
    }

    /** An import; its type is added by one of {@link #function}, {@link #table}, … next. */
    public void addImport(String from, String name, ExternKind kind) {
        int index = switch (kind) {
            case FUNCTION -> module.importedFunctions++;
            case TABLE -> module.importedTables++;
            case MEMORY -> module.importedMemories++;
            case GLOBAL -> module.importedGlobals++;
            case TAG -> module.importedTags++;
        };
        module.lists.imports.add(new Import(from, name, kind, index));
    }

    public void function(int typeIndex) {
        if (module.functionCount == module.functionTypes.length) {
            module.functionTypes = Arrays.copyOf(module.functionTypes, Math.max(8, module.functionCount * 2));
        }
        module.functionTypes[module.functionCount++] = typeIndex;
    }

    public void table(TableDefinition table) {
        module.lists.tables.add(table);
    }

    public void memory(MemoryType memory) {
        module.lists.memories.add(memory);
    }

    public void global(GlobalDefinition global) {
        module.lists.globals.add(global);
    }

    public void tag(int typeIndex) {
        module.lists.tags.add(typeIndex);
    }

    public void export(Export export) {
        module.lists.exports.add(export);
    }

    public void start(int function) {
        module.start = function;
    }

    public void element(ElementSegment segment) {
        module.lists.elements.add(segment);
    }

    public void dataCount(int count) {
        module.dataCount = count;
    }

    public void data(DataSegment segment) {
        module.lists.data.add(segment);
    }

    /** Room for this many bodies; a count that has been checked against the function section. */
    public void bodies(int count) {
        module.bodyStarts = new int[count];
        module.bodyEnds = new int[count];
    }

    /** The next body, from the offset of its locals to the one behind its end. */
    public void body(int start, int end) {
        module.bodyStarts[module.bodyCount] = start;
        module.bodyEnds[module.bodyCount++] = end;
    }

    /** The finished module, with nothing kept that only filling needs. */
    public Module finish() {
        module.functionTypes = Arrays.copyOf(module.functionTypes, module.functionCount);
        module.types.seal();
        module.lists.seal();
        return module;
    }
}
