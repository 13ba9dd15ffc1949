package dev.thimble.wasm.encode;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Builds small modules for tests. Sections come out in the order of the specification, whatever the order of calls. */
public final class Wasm {
    private static final int[] ORDER = {1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11};

    private final Map<Integer, List<Bytes>> sections = new TreeMap<>();
    private int dataCount = -1;
    private int start = -1;

    /** {@code "i32 i64 -> f32"}; the result is the type's index. */
    public int type(String signature) {
        String[] sides = (" " + signature + " ").split("->", -1);
        return type(new Bytes().raw(0x60).raw(types(sides[0])).raw(types(sides[1])));
    }

    /** A type, or a recursion group, as it is in the binary. */
    public int type(Bytes definition) {
        return add(1, definition);
    }

    private static Bytes types(String list) {
        String[] words = list.isBlank() ? new String[0] : list.strip().split(" +");
        Bytes bytes = new Bytes().u32(words.length);
        for (String word : words) {
            bytes.raw(Assembler.type(word));
        }
        return bytes;
    }

    public Wasm importFunction(String module, String name, int type) {
        add(2, new Bytes().name(module).name(name).raw(0).u32(type));
        return this;
    }

    public Wasm importGlobal(String module, String name, String type, boolean mutable) {
        add(2, new Bytes().name(module).name(name).raw(3).raw(Assembler.type(type)).raw(mutable ? 1 : 0));
        return this;
    }

    /** An import of any kind; {@code description} is its kind and type. */
    public Wasm importAny(String module, String name, Bytes description) {
        add(2, new Bytes().name(module).name(name).raw(description));
        return this;
    }

    /** A function of a type that was added; {@code locals} like {@code "i32 i32 f64"}. The result counts from the first that is defined. */
    public int function(int type, String locals, String code) {
        String[] words = locals.isBlank() ? new String[0] : locals.strip().split(" +");
        Bytes body = new Bytes().u32(words.length);
        for (String word : words) {
            body.u32(1).raw(Assembler.type(word));
        }
        return function(type, body.raw(Assembler.code(code)).raw(0x0B));
    }

    /** A function with its body as it is in the binary, locals and end included. */
    public int function(int type, Bytes body) {
        add(3, new Bytes().u32(type));
        return add(10, new Bytes().sized(body));
    }

    /** A function of its own type. */
    public int function(String signature, String locals, String code) {
        return function(type(signature), locals, code);
    }

    public Wasm table(String type, long minimum) {
        add(4, new Bytes().raw(Assembler.type(type)).raw(0).u32(minimum));
        return this;
    }

    public Wasm memory(long minimum) {
        return memory(Bytes.of(0).u32(minimum));
    }

    /** A memory with its limits as they are in the binary. */
    public Wasm memory(Bytes limits) {
        add(5, limits);
        return this;
    }

    public Wasm tag(int type) {
        add(13, Bytes.of(0).u32(type));
        return this;
    }

    public Wasm global(String type, boolean mutable, String code) {
        add(6, Assembler.type(type).raw(mutable ? 1 : 0).raw(Assembler.code(code)).raw(0x0B));
        return this;
    }

    /** An export; {@code kind} is 0 function, 1 table, 2 memory, 3 global, 4 tag. */
    public Wasm export(String name, int kind, int index) {
        add(7, new Bytes().name(name).raw(kind).u32(index));
        return this;
    }

    public Wasm start(int function) {
        start = function;
        return this;
    }

    /** An element segment as it is in the binary. */
    public Wasm element(Bytes segment) {
        add(9, segment);
        return this;
    }

    /** An active segment of functions for table 0. */
    public Wasm element(int offset, int... functions) {
        Bytes segment = Bytes.of(0).raw(Assembler.code("i32.const " + offset)).raw(0x0B).u32(functions.length);
        for (int function : functions) {
            segment.u32(function);
        }
        return element(segment);
    }

    public Wasm dataCount(int count) {
        dataCount = count;
        return this;
    }

    /** An active segment for memory 0. */
    public Wasm data(int offset, int... bytes) {
        return data(Bytes.of(0).raw(Assembler.code("i32.const " + offset)).raw(0x0B).sized(Bytes.of(bytes)));
    }

    /** A data segment as it is in the binary. */
    public Wasm data(Bytes segment) {
        add(11, segment);
        return this;
    }

    private int add(int section, Bytes entry) {
        List<Bytes> entries = sections.computeIfAbsent(section, s -> new ArrayList<>());
        entries.add(entry);
        return entries.size() - 1;
    }

    public static Bytes header() {
        return Bytes.of(0, 'a', 's', 'm', 1, 0, 0, 0);
    }

    public static Bytes section(int id, Bytes contents) {
        return Bytes.of(id).sized(contents);
    }

    public static Bytes custom(String name, Bytes contents) {
        return section(0, new Bytes().name(name).raw(contents));
    }

    public byte[] toArray() {
        return toBytes().toArray();
    }

    public Bytes toBytes() {
        Bytes module = header();
        for (int id : ORDER) {
            if (id == 12 && dataCount >= 0) {
                module.raw(section(12, new Bytes().u32(dataCount)));
            }
            List<Bytes> entries = sections.get(id);
            if (entries != null) {
                Bytes contents = new Bytes().u32(entries.size());
                entries.forEach(contents::raw);
                module.raw(section(id, contents));
            }
            if (id == 7 && start >= 0) {
                module.raw(section(8, new Bytes().u32(start)));
            }
        }
        return module;
    }
}
