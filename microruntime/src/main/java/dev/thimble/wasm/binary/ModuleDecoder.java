package dev.thimble.wasm.binary;

import dev.thimble.wasm.api.InvalidModuleException;
import dev.thimble.wasm.api.Limits;
import dev.thimble.wasm.api.MalformedModuleException;
import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.structure.Module;
import dev.thimble.wasm.structure.ModuleBuilder;
import java.util.Arrays;
import java.util.Objects;

/**
 * Decodes a module from pieces of any size as they arrive (spec 3.0, "Modules"), so that a bad module is refused before
 * its download ends. Each section is decoded once it is complete, the code section body by body.
 *
 * <p>After an exception the decoder is finished with. Not thread-safe.
 */
public final class ModuleDecoder {
    /** Hears what is ready to be validated. */
    public interface Listener {
        /** All sections before the code have been decoded; called once, also when there is no code. */
        void beforeBodies(Module module);

        /** A function's body has been decoded; {@code function} counts imported functions. */
        void body(Module module, int function);
    }

    private enum Stage { HEADER, SECTION, CONTENTS, BODY_COUNT, BODY, FAILED, FINISHED }

    private static final int MAGIC = 0x6D736100;
    private static final int VERSION = 1;
    private static final int COMPONENT = 0x1000D;
    private static final int HEADER_BYTES = 8;
    private static final int LONGEST_U32 = 5;
    private static final int CUSTOM = 0;

    private final Limits limits;
    private final Listener listener;
    private final ModuleBuilder builder = new ModuleBuilder();
    private final ByteReader reader = new ByteReader();
    private byte[] binary;
    private int length;
    private int position;
    private Stage stage = Stage.HEADER;
    /** The section being read, or null for a custom section. */
    private Section section;
    private Section last;
    private int sectionEnd;
    private int bodies;
    private boolean announced;

    /** A decoder that makes room as bytes arrive. */
    public ModuleDecoder(Limits limits, Listener listener) {
        this(limits, listener, 1024);
    }

    /** A decoder that expects about {@code expectedBytes}, which saves copying while it grows. */
    public ModuleDecoder(Limits limits, Listener listener, int expectedBytes) {
        this.limits = limits;
        this.listener = listener;
        binary = new byte[Math.max(HEADER_BYTES, Math.min(expectedBytes, limits.moduleBytes()))];
        builder.binary(binary);
    }

    /** Decodes a whole binary, of which the module keeps a copy. */
    public static Module decode(byte[] bytes, Limits limits, Listener listener) {
        ModuleDecoder decoder = new ModuleDecoder(limits, listener, bytes.length);
        decoder.feed(bytes, 0, bytes.length);
        return decoder.finish();
    }

    /**
     * Takes the next piece and decodes as far as it reaches.
     *
     * @throws MalformedModuleException what has arrived cannot be the beginning of a module
     * @throws InvalidModuleException   what has arrived breaks a rule or a limit
     */
    public void feed(byte[] bytes, int offset, int count) {
        Objects.checkFromIndexSize(offset, count, bytes.length);
        begin();
        if (count > limits.moduleBytes() - length) {
            throw new InvalidModuleException("more than the limit of " + limits.moduleBytes() + " bytes", Trap.UNKNOWN, length);
        }
        if (length + count > binary.length) {
            long doubled = Math.min(2L * binary.length, limits.moduleBytes());
            binary = Arrays.copyOf(binary, (int) Math.max(length + count, doubled));
            builder.binary(binary);
        }
        System.arraycopy(bytes, offset, binary, length, count);
        length += count;
        Stage reached = stage;
        stage = Stage.FAILED;
        stage = advance(reached);
    }

    /**
     * Ends the input.
     *
     * @return the module; nothing of the decoder is shared with a later one
     * @throws MalformedModuleException the input ends within a section, or its sections do not fit each other
     */
    public Module finish() {
        begin();
        if (stage != Stage.SECTION || position != length) {
            String within = stage == Stage.HEADER || stage == Stage.SECTION ? null : sectionName();
            stage = Stage.FAILED;
            throw new MalformedModuleException("unexpected end", within, length);
        }
        stage = Stage.FAILED;
        announce(0);
        if (builder.module().dataCount() > 0 && last != Section.DATA) {
            throw new MalformedModuleException("data count and data section have inconsistent lengths", null, length);
        }
        if (binary.length != length) {
            builder.binary(Arrays.copyOf(binary, length));
        }
        stage = Stage.FINISHED;
        return builder.finish();
    }

    /** Bytes taken so far. */
    public int length() {
        return length;
    }

    private void begin() {
        if (stage == Stage.FAILED || stage == Stage.FINISHED) {
            throw new IllegalStateException("the decoder has " + (stage == Stage.FAILED ? "failed" : "finished"));
        }
    }

    private Stage advance(Stage from) {
        Stage now = from;
        while (true) {
            Stage next = switch (now) {
                case HEADER -> header();
                case SECTION -> section();
                case CONTENTS -> contents();
                case BODY_COUNT -> bodyCount();
                case BODY -> body();
                case FAILED, FINISHED -> throw new IllegalStateException();
            };
            if (next == null) {
                return now;
            }
            now = next;
        }
    }

    // Each step gives the next stage, or null when it needs more bytes.

    private Stage header() {
        if (length < HEADER_BYTES) {
            return null;
        }
        reader.reset(binary, 0, HEADER_BYTES, null);
        if (reader.i32Bits() != MAGIC) {
            throw reader.malformed("magic header not detected", 0);
        }
        int version = reader.i32Bits();
        if (version != VERSION) {
            throw reader.malformed(version == COMPONENT ? "unknown binary version: a component, not a core module"
                    : "unknown binary version 0x" + Integer.toHexString(version), 4);
        }
        position = HEADER_BYTES;
        return Stage.SECTION;
    }

    private Stage section() {
        if (position == length || !hasWholeU32(position + 1, length)) {
            return null;
        }
        reader.reset(binary, position, length, null);
        int id = reader.u8();
        section = id == CUSTOM ? null : Section.of(id);
        if (id != CUSTOM) {
            if (section == null) {
                throw reader.malformed("malformed section id " + id, position);
            }
            if (last != null && section.ordinal() <= last.ordinal()) {
                throw reader.malformed("unexpected content after last section: a " + section.text() + " section after the "
                        + last.text() + " section", position);
            }
            last = section;
        }
        int size = reader.index();
        if (size > Integer.MAX_VALUE - reader.position()) {
            throw reader.malformed("length out of bounds", position + 1);
        }
        position = reader.position();
        sectionEnd = position + size;
        return section == Section.CODE ? Stage.BODY_COUNT : Stage.CONTENTS;
    }

    private Stage contents() {
        if (length < sectionEnd) {
            return null;
        }
        reader.reset(binary, position, sectionEnd, sectionName());
        if (section == null) {
            reader.name();
        } else {
            if (section == Section.DATA) {
                announce(0);
            }
            section.decoder.decode(reader, builder, limits);
            if (!reader.atEnd()) {
                throw reader.malformed("section size mismatch");
            }
        }
        position = sectionEnd;
        return Stage.SECTION;
    }

    private Stage bodyCount() {
        if (!hasWholeU32(position, Math.min(length, sectionEnd)) && length < sectionEnd) {
            return null;
        }
        reader.reset(binary, position, Math.min(length, sectionEnd), sectionName());
        int count = reader.index();
        position = reader.position();
        announce(count);
        return Stage.BODY;
    }

    private Stage body() {
        Module module = builder.module();
        if (module.bodyCount() == bodies) {
            if (position != sectionEnd) {
                throw new MalformedModuleException("section size mismatch", sectionName(), position);
            }
            return Stage.SECTION;
        }
        int available = Math.min(length, sectionEnd);
        if (!hasWholeU32(position, available) && length < sectionEnd) {
            return null;
        }
        reader.reset(binary, position, available, sectionName());
        int size = reader.index();
        if (size > sectionEnd - reader.position()) {
            throw reader.malformed("unexpected end: a body of " + Integer.toUnsignedString(size) + " bytes", position);
        }
        if (size > limits.bodyBytes()) {
            throw new InvalidModuleException("more than the limit of " + limits.bodyBytes() + " bytes in a body",
                    module.importedFunctions() + module.bodyCount(), position);
        }
        if (size > reader.remaining()) {
            return null;
        }
        builder.body(reader.position(), reader.position() + size);
        position = reader.position() + size;
        listener.body(module, module.importedFunctions() + module.bodyCount() - 1);
        return Stage.BODY;
    }

    /** Once the number of bodies is known: checks it, and tells the listener that bodies come next. */
    private void announce(int count) {
        if (announced) {
            return;
        }
        announced = true;
        Module module = builder.module();
        int declared = module.functionCount() - module.importedFunctions();
        if (declared != count) {
            throw new MalformedModuleException("function and code section have inconsistent lengths: " + declared
                    + " functions, " + Integer.toUnsignedString(count) + " bodies", sectionName(), position);
        }
        bodies = count;
        builder.bodies(count);
        listener.beforeBodies(module);
    }

    private String sectionName() {
        return section == null ? "custom" : section.text();
    }

    /** Whether a LEB128 u32 at {@code at} is complete, or too long to be one. */
    private boolean hasWholeU32(int at, int limit) {
        for (int i = at; i < limit; i++) {
            if (binary[i] >= 0 || i - at == LONGEST_U32 - 1) {
                return true;
            }
        }
        return false;
    }
}
