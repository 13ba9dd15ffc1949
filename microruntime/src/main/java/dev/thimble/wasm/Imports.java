package dev.thimble.wasm;

import dev.thimble.wasm.api.FunctionType;
import dev.thimble.wasm.api.Global;
import dev.thimble.wasm.api.HostFunction;
import dev.thimble.wasm.api.ImportType;
import dev.thimble.wasm.api.Memory;
import dev.thimble.wasm.api.Table;
import dev.thimble.wasm.api.Tag;
import dev.thimble.wasm.execute.FunctionInstance;
import dev.thimble.wasm.structure.TypeRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What an embedder offers to modules, by module name and field name. Immutable and thread-safe; whether two instances
 * may share the memories, tables and globals in it is the embedder's affair.
 */
public final class Imports {
    private static final Imports NONE = builder().build();

    private final Map<String, Map<String, Object>> modules;

    private Imports(Map<String, Map<String, Object>> modules) {
        var copy = new HashMap<String, Map<String, Object>>();
        modules.forEach((module, fields) -> copy.put(module, Map.copyOf(fields)));
        this.modules = Map.copyOf(copy);
    }

    /** No imports. */
    public static Imports none() {
        return NONE;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The functions among them. */
    public List<ImportType> functions() {
        var functions = new ArrayList<ImportType>();
        modules.forEach((module, fields) -> fields.forEach((name, value) -> {
            if (value instanceof FunctionInstance function) {
                functions.add(new ImportType(module, name, function.type));
            }
        }));
        return functions;
    }

    /** What is offered under these names, in the engine's terms, or null. */
    Object find(String module, String name) {
        var fields = modules.get(module);
        return fields == null ? null : fields.get(name);
    }

    /** Collects imports. A name given twice has its last meaning. Not thread-safe. */
    public static final class Builder {
        private final Map<String, Map<String, Object>> modules = new HashMap<>();

        private Builder() {
        }

        public Builder function(String module, String name, FunctionType type, HostFunction function) {
            return add(module, name, new FunctionInstance(type, TypeRegistry.function(type), function));
        }

        /** Another instance's exported function. */
        public Builder function(String module, String name, Function function) {
            return add(module, name, function.instance());
        }

        public Builder memory(String module, String name, Memory memory) {
            return add(module, name, memory);
        }

        public Builder table(String module, String name, Table table) {
            return add(module, name, table);
        }

        public Builder global(String module, String name, Global global) {
            return add(module, name, global);
        }

        public Builder tag(String module, String name, Tag tag) {
            return add(module, name, tag);
        }

        /** Everything that {@code instance} exports. */
        public Builder instance(String module, Instance instance) {
            instance.exports().forEach((name, value) -> add(module, name, value));
            return this;
        }

        public Imports build() {
            return new Imports(modules);
        }

        private Builder add(String module, String name, Object value) {
            Objects.requireNonNull(value);
            modules.computeIfAbsent(module, m -> new HashMap<>()).put(name, value);
            return this;
        }
    }
}
