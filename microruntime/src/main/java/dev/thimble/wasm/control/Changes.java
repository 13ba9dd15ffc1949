package dev.thimble.wasm.control;

import dev.thimble.wasm.api.Global;
import dev.thimble.wasm.api.Memory;
import dev.thimble.wasm.api.RecordingException;
import dev.thimble.wasm.api.Table;
import dev.thimble.wasm.execute.ModuleInstance;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * What the host changes in an instance's memories, globals and tables while none of its code runs, found by comparing with
 * copies.
 */
final class Changes {
    private static final int NONE = 0, MEMORY_SIZE = 1, MEMORY = 2, GLOBAL = 3, TABLE_SIZE = 4, ELEMENT = 5;
    /** Equal bytes between two changes that cost more when they are left out. */
    private static final int GAP = 6;
    private static final int NUMBER = 8;

    private final ModuleInstance instance;
    private final byte[][] memories;
    private final Object[][] tables;
    private final long[] numbers;
    private final Object[] references;

    Changes(ModuleInstance instance) {
        this.instance = instance;
        memories = new byte[instance.memories.length][0];
        tables = new Object[instance.tables.length][0];
        numbers = new long[2 * instance.globals.length];
        references = new Object[instance.globals.length];
    }

    /** The state with which it will be compared. */
    void remember() {
        for (int i = 0; i < memories.length; i++) {
            Memory memory = instance.memories[i];
            int size = (int) memory.size();
            if (memories[i].length != size) {
                memories[i] = new byte[size];
            }
            System.arraycopy(memory.array(), 0, memories[i], 0, size);
        }
        for (int i = 0; i < references.length; i++) {
            Global global = instance.globals[i];
            numbers[2 * i] = global.bits();
            numbers[2 * i + 1] = global.high();
            references[i] = global.reference();
        }
        for (int i = 0; i < tables.length; i++) {
            Object[] elements = instance.tables[i].array();
            if (tables[i].length != elements.length) {
                tables[i] = new Object[elements.length];
            }
            System.arraycopy(elements, 0, tables[i], 0, elements.length);
        }
    }

    /** Writes down what is not as it was. */
    void write(RecordOutput out) {
        for (int i = 0; i < memories.length; i++) {
            memory(i, instance.memories[i], out);
        }
        for (int i = 0; i < references.length; i++) {
            Global global = instance.globals[i];
            if (global.bits() != numbers[2 * i] || global.high() != numbers[2 * i + 1] || global.reference() != references[i]) {
                out.number(GLOBAL).number(i).number(global.bits()).number(global.high()).reference(global.reference());
            }
        }
        for (int i = 0; i < tables.length; i++) {
            table(i, instance.tables[i].array(), out);
        }
        out.number(NONE);
    }

    private void memory(int index, Memory memory, RecordOutput out) {
        byte[] now = memory.array();
        int size = (int) memory.size();
        byte[] before = memories[index];
        if (before.length != size) {
            out.number(MEMORY_SIZE).number(index).number(memory.pages());
            before = Arrays.copyOf(before, size);
        }
        for (int start = next(now, before, 0, size); start < size; ) {
            int end = start + 1;
            int following = next(now, before, end, size);
            while (following < size && following - end <= GAP) {
                end = following + 1;
                following = next(now, before, end, size);
            }
            out.number(MEMORY).number(index).number(start).bytes(now, start, end - start);
            start = following;
        }
    }

    /** The next place that differs, or {@code size}. */
    private static int next(byte[] now, byte[] before, int from, int size) {
        int distance = Arrays.mismatch(now, from, size, before, from, size);
        return distance < 0 ? size : from + distance;
    }

    private void table(int index, Object[] now, RecordOutput out) {
        Object[] before = tables[index];
        if (before.length != now.length) {
            out.number(TABLE_SIZE).number(index).number(now.length);
            before = Arrays.copyOf(before, now.length);
        }
        for (int i = 0; i < now.length; i++) {
            if (now[i] != before[i]) {
                out.number(ELEMENT).number(index).number(i).reference(now[i]);
            }
        }
    }

    /** Makes in {@code instance} the changes that were written down. */
    static void make(ModuleInstance instance, RecordInput in) {
        for (int kind = in.integer(); kind != NONE; kind = in.integer()) {
            int index = in.integer();
            switch (kind) {
                case MEMORY_SIZE -> {
                    Memory memory = instance.memories[index];
                    if (memory.grow(in.number() - memory.pages()) < 0) {
                        throw new RecordingException("the host has grown a memory beyond what it may have");
                    }
                }
                case MEMORY -> {
                    int at = in.integer();
                    byte[] bytes = in.bytes();
                    instance.memories[index].write(at, bytes, 0, bytes.length);
                }
                case GLOBAL -> {
                    Global global = instance.globals[index];
                    global.v128(in.number(), in.number());
                    global.reference(in.reference(instance));
                }
                case TABLE_SIZE -> {
                    Table table = instance.tables[index];
                    if (table.grow(in.number() - table.size(), null) < 0) {
                        throw new RecordingException("the host has grown a table beyond what it may have");
                    }
                }
                case ELEMENT -> instance.tables[index].set(in.integer(), in.reference(instance));
                default -> throw new IndexOutOfBoundsException("a change of kind " + kind);
            }
        }
    }

    /** Tells states of memories, globals that hold numbers, and tables' sizes apart. */
    static int checksum(ModuleInstance instance) {
        CRC32 checksum = new CRC32();
        for (Memory memory : instance.memories) {
            checksum.update(memory.array(), 0, (int) memory.size());
        }
        for (Global global : instance.globals) {
            number(checksum, global.bits());
            number(checksum, global.high());
        }
        for (Table table : instance.tables) {
            number(checksum, table.size());
        }
        return (int) checksum.getValue();
    }

    private static void number(CRC32 checksum, long value) {
        for (int i = 0; i < NUMBER; i++) {
            checksum.update((int) (value >>> 8 * i) & 0xFF);
        }
    }
}
