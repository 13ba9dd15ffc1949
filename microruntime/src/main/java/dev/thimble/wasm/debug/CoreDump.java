package dev.thimble.wasm.debug;

import dev.thimble.wasm.api.Global;
import dev.thimble.wasm.api.Memory;
import dev.thimble.wasm.api.MemoryType;
import dev.thimble.wasm.api.NumberType;
import dev.thimble.wasm.api.StackFrame;
import dev.thimble.wasm.api.StackTrace;
import dev.thimble.wasm.api.ValueType;
import dev.thimble.wasm.binary.ByteReader;
import dev.thimble.wasm.execute.Frame;
import dev.thimble.wasm.execute.ModuleInstance;
import dev.thimble.wasm.structure.Module;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A core dump in the form of the WebAssembly tool conventions ("Coredump"): a module with the memories, the globals as
 * constants, and the custom sections core, coremodules, coreinstances and corestack. Values on the operand stack, references
 * and vectors are given as missing. Frames of other instances are left out.
 */
public final class CoreDump {
    private static final int MISSING = 0x01;
    private static final int CHUNK = 64 << 10;

    private final ModuleInstance instance;

    private CoreDump(ModuleInstance instance) {
        this.instance = instance;
    }

    /** @param trace of the fault that has ended the last run on {@code instance} */
    public static byte[] of(String name, ModuleInstance instance, StackTrace trace) {
        return new CoreDump(instance).write(name, trace);
    }

    private byte[] write(String name, StackTrace trace) {
        Bytes out = new Bytes();
        out.raw(0, 'a', 's', 'm', 1, 0, 0, 0);
        out.section(0, new Bytes().name("core").raw(0).name(name));
        out.section(0, new Bytes().name("coremodules").u32(1).raw(0).name(name));
        Bytes instances = new Bytes().name("coreinstances").u32(1).raw(0).u32(0).u32(instance.memories.length);
        for (int i = 0; i < instance.memories.length; i++) {
            instances.u32(i);
        }
        instances.u32(instance.globals.length);
        for (int i = 0; i < instance.globals.length; i++) {
            instances.u32(i);
        }
        out.section(0, instances);
        out.section(0, stack(trace));
        Bytes memories = new Bytes().u32(instance.memories.length);
        Bytes globals = new Bytes().u32(instance.globals.length);
        for (Memory memory : instance.memories) {
            limits(memories, memory);
        }
        for (Global global : instance.globals) {
            constant(globals, global);
        }
        out.section(5, memories);
        out.section(6, globals);
        out.section(11, data());
        return out.toByteArray();
    }

    private Bytes stack(StackTrace trace) {
        List<StackFrame> frames = trace.frames();
        Bytes written = new Bytes();
        int count = 0;
        for (int i = 0; i < frames.size(); i++) {
            int depth = trace.depth(i, instance.meter.chain());
            Frame frame = depth < 0 ? null : instance.meter.frame(depth);
            if (frame != null && frame.instance == instance) {
                count++;
                int function = frames.get(i).functionIndex();
                written.raw(0).u32(0).u32(function).u32(frames.get(i).offset() - instance.module.bodyStart(function));
                locals(written, function, frame.slots);
                written.u32(0);
            }
        }
        Bytes section = new Bytes().name("corestack").raw(0).name("main").u32(count);
        section.write(written);
        return section;
    }

    private void locals(Bytes out, int function, long[] slots) {
        List<ValueType> types = new ArrayList<>(instance.module.functionSignature(function).parameters());
        declared(types, instance.module, function);
        out.u32(types.size());
        int slot = 0;
        for (ValueType type : types) {
            value(out, type, slots[slot]);
            slot += type.slots();
        }
    }

    /** The locals that a body declares; any reference stands for all of them. */
    private static void declared(List<ValueType> types, Module module, int function) {
        ByteReader in = new ByteReader(module.binary(), module.bodyStart(function), module.bodyEnd(function), "code");
        for (int groups = in.index(); groups > 0; groups--) {
            int n = in.index();
            int code = in.u8();
            if (code == 0x63 || code == 0x64) {
                in.s33();
            }
            ValueType type = code < 0x7B || code > 0x7F ? ValueType.EXTERNREF : NumberType.values()[0x7F - code];
            for (; n > 0; n--) {
                types.add(type);
            }
        }
    }

    private static void value(Bytes out, ValueType type, long bits) {
        if (type == NumberType.I32) {
            out.raw(0x7F).s64((int) bits);
        } else if (type == NumberType.I64) {
            out.raw(0x7E).s64(bits);
        } else if (type == NumberType.F32) {
            out.raw(0x7D).fixed(bits, 4);
        } else if (type == NumberType.F64) {
            out.raw(0x7C).fixed(bits, 8);
        } else {
            out.raw(MISSING);
        }
    }

    private static void limits(Bytes out, Memory memory) {
        MemoryType type = memory.type();
        boolean bounded = type.maximum() != MemoryType.UNBOUNDED;
        out.raw((bounded ? 1 : 0) | (type.shared() ? 2 : 0) | (type.memory64() ? 4 : 0) | (type.pageSizeLog2() != 16 ? 8 : 0));
        out.u64(memory.pages());
        if (bounded) {
            out.u64(type.maximum());
        }
        if (type.pageSizeLog2() != 16) {
            out.u32(type.pageSizeLog2());
        }
    }

    private static void constant(Bytes out, Global global) {
        ValueType type = global.type().value();
        if (type.isReference()) {
            out.raw(0x6F, 0, 0xD0, 0x6F);
        } else if (type == NumberType.V128) {
            out.raw(0x7B, 0, 0xFD, 0x0C).fixed(global.bits(), 8).fixed(global.high(), 8);
        } else if (type == NumberType.I32) {
            out.raw(0x7F, 0, 0x41).s64((int) global.bits());
        } else if (type == NumberType.I64) {
            out.raw(0x7E, 0, 0x42).s64(global.bits());
        } else if (type == NumberType.F32) {
            out.raw(0x7D, 0, 0x43).fixed(global.bits(), 4);
        } else {
            out.raw(0x7C, 0, 0x44).fixed(global.bits(), 8);
        }
        out.raw(0x0B);
    }

    /** Active segments for what is not zero, in chunks. */
    private Bytes data() {
        Bytes segments = new Bytes();
        int count = 0;
        for (int i = 0; i < instance.memories.length; i++) {
            Memory memory = instance.memories[i];
            byte[] bytes = memory.array();
            int size = (int) memory.size();
            for (int at = 0; at < size; at += CHUNK) {
                int length = Math.min(CHUNK, size - at);
                if (!isZero(bytes, at, length)) {
                    count++;
                    segments.raw(i == 0 ? 0 : 2);
                    if (i != 0) {
                        segments.u32(i);
                    }
                    segments.raw(memory.type().memory64() ? 0x42 : 0x41).s64(at).raw(0x0B).u32(length);
                    segments.write(bytes, at, length);
                }
            }
        }
        Bytes section = new Bytes().u32(count);
        section.write(segments);
        return section;
    }

    private static boolean isZero(byte[] bytes, int at, int length) {
        for (int i = at; i < at + length; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }

    /** Writes values as the binary format has them. */
    private static final class Bytes extends ByteArrayOutputStream {
        Bytes raw(int... values) {
            for (int value : values) {
                write(value);
            }
            return this;
        }

        void write(Bytes other) {
            write(other.buf, 0, other.count);
        }

        void section(int id, Bytes contents) {
            raw(id).u32(contents.count).write(contents);
        }

        Bytes name(String text) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            u32(utf8.length).write(utf8, 0, utf8.length);
            return this;
        }

        Bytes u32(int value) {
            return u64(value & 0xFFFF_FFFFL);
        }

        Bytes u64(long value) {
            long left = value;
            for (; left >>> 7 != 0; left >>>= 7) {
                write((int) left & 0x7F | 0x80);
            }
            return raw((int) left);
        }

        Bytes s64(long value) {
            long left = value;
            for (; left != left << 57 >> 57; left >>= 7) {
                write((int) left & 0x7F | 0x80);
            }
            return raw((int) left & 0x7F);
        }

        Bytes fixed(long bits, int bytes) {
            for (int i = 0; i < bytes; i++) {
                write((int) (bits >>> 8 * i));
            }
            return this;
        }
    }
}
