package dev.thimble.wasm;

import dev.thimble.wasm.api.ExportType;
import dev.thimble.wasm.api.ExternKind;
import dev.thimble.wasm.api.ExternType;
import dev.thimble.wasm.api.FunctionType;
import dev.thimble.wasm.api.ImportType;
import dev.thimble.wasm.api.InvalidModuleException;
import dev.thimble.wasm.api.Limits;
import dev.thimble.wasm.api.LinkException;
import dev.thimble.wasm.api.MalformedModuleException;
import dev.thimble.wasm.api.SnapshotException;
import dev.thimble.wasm.api.StackFrame;
import dev.thimble.wasm.api.TagType;
import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.binary.ModuleDecoder;
import dev.thimble.wasm.binary.NameSection;
import dev.thimble.wasm.control.SnapshotReader;
import dev.thimble.wasm.debug.Features;
import dev.thimble.wasm.debug.Listing;
import dev.thimble.wasm.debug.ModuleSymbols;
import dev.thimble.wasm.execute.Meter;
import dev.thimble.wasm.execute.ModuleInstance;
import dev.thimble.wasm.link.Instantiator;
import dev.thimble.wasm.opcode.OpcodeTable;
import dev.thimble.wasm.structure.Module;
import dev.thimble.wasm.translate.Mode;
import dev.thimble.wasm.translate.ModuleTranslator;
import dev.thimble.wasm.validate.ModuleValidator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A decoded and validated module. Immutable and thread-safe; its instances share it and its translated code.
 */
public final class WasmModule {
    private final Module module;
    private final Limits limits;
    private final Mode mode;
    private final boolean metered;
    private final boolean canonicalNans;
    private final ModuleTranslator translator;

    private WasmModule(Module module, Limits limits) {
        this(module, limits, Mode.TIERED, true, false);
    }

    private WasmModule(Module module, Limits limits, Mode mode, boolean metered, boolean canonicalNans) {
        this.module = module;
        this.limits = limits;
        this.mode = mode;
        this.metered = metered;
        this.canonicalNans = canonicalNans;
        translator = new ModuleTranslator(module, limits, mode, metered, canonicalNans);
    }

    /** Decodes and validates a module under {@link Limits#DEFAULT}. */
    public static WasmModule parse(byte[] binary) {
        return parse(binary, Limits.DEFAULT);
    }

    /**
     * Decodes and validates a module. It keeps a copy of {@code binary}.
     *
     * @throws MalformedModuleException when the bytes are not a module
     * @throws InvalidModuleException   when it breaks a rule of validation or a limit
     */
    public static WasmModule parse(byte[] binary, Limits limits) {
        return new WasmModule(ModuleValidator.parse(binary, limits), limits);
    }

    /** A decoder to be fed as the bytes arrive, so that a bad module is refused before its download ends. */
    public static Decoder decoder(Limits limits) {
        return new Decoder(limits);
    }

    /** Decodes and validates in pieces of any size. After an exception it is finished with. Not thread-safe. */
    public static final class Decoder {
        private final Limits limits;
        private final ModuleValidator validator;
        private final ModuleDecoder decoder;

        private Decoder(Limits limits) {
            this.limits = limits;
            validator = new ModuleValidator(limits);
            decoder = new ModuleDecoder(limits, validator);
        }

        /**
         * Takes the next piece, and decodes and validates as far as it reaches.
         *
         * @throws MalformedModuleException when this cannot be the beginning of a module
         * @throws InvalidModuleException   when it breaks a rule of validation or a limit
         */
        public void feed(byte[] bytes, int offset, int count) {
            decoder.feed(bytes, offset, count);
        }

        /**
         * The module, once all pieces have been fed.
         *
         * @throws MalformedModuleException when the module is not complete
         * @throws InvalidModuleException   when it breaks a rule of validation or a limit
         */
        public WasmModule finish() {
            return new WasmModule(validator.finish(decoder.finish()), limits);
        }
    }

    /**
     * Where {@code binary}, which {@link #parse(byte[])} has refused, breaks a rule: the function's name and the line of its source as far as the binary
     * says them; null when that is in no function's body.
     */
    public static StackFrame place(byte[] binary, InvalidModuleException refused) {
        return refused.functionIndex() == Trap.UNKNOWN || refused.offset() == Trap.UNKNOWN ? null
                : ModuleSymbols.place(binary, refused.functionIndex(), refused.offset());
    }

    /** A copy of the binary. */
    public byte[] binary() {
        return module.binary().clone();
    }

    /** What the module needs, in its order. */
    public List<ImportType> imports() {
        return module.imports().stream().map(i -> new ImportType(i.module(), i.name(), type(i.kind(), i.index()))).toList();
    }

    /** What the module offers, in its order. */
    public List<ExportType> exports() {
        return module.exports().stream().map(e -> new ExportType(e.name(), type(e.kind(), e.index()))).toList();
    }

    private ExternType type(ExternKind kind, int index) {
        return switch (kind) {
            case FUNCTION -> module.functionSignature(index);
            case TABLE -> module.tables().get(index).type();
            case MEMORY -> module.memories().get(index);
            case GLOBAL -> module.globals().get(index).type();
            case TAG -> new TagType(module.types().function(module.tags().get(index)));
        };
    }

    /** Makes an instance with {@link InstanceOptions#DEFAULT}. */
    public Instance instantiate(Imports imports) {
        return instantiate(imports, InstanceOptions.DEFAULT);
    }

    /**
     * Makes an instance: resolves the imports, initialises memories and tables and runs the start function.
     *
     * @throws LinkException with everything that is missing or of the wrong type
     * @throws Trap          when a segment does not fit or the start function traps
     */
    public Instance instantiate(Imports imports, InstanceOptions options) {
        ModuleInstance instance = linked(imports, options);
        Instantiator.start(module, instance);
        return new Instance(this, instance, within(options), Instantiator.exports(module, instance), null);
    }

    /**
     * Makes an instance whose start function has not run: see {@link Instance#startFunction}. So it can be suspended.
     *
     * @throws LinkException with everything that is missing or of the wrong type
     * @throws Trap          when a segment does not fit
     */
    public Instance link(Imports imports, InstanceOptions options) {
        ModuleInstance instance = linked(imports, options);
        return new Instance(this, instance, within(options), Instantiator.exports(module, instance),
                module.start() == Module.NONE ? null : instance.functions[module.start()]);
    }

    /**
     * Makes an instance in the state of a snapshot, which {@link Instance#snapshot} has made of an instance of the same module,
     * perhaps in another JVM, under another mode of translation. A run that was suspended is {@link Instance#suspended}. The
     * checksum finds damage, not malice: who can forge a snapshot can make the module do anything that a module can.
     *
     * @throws SnapshotException when it is damaged, of another module or version, or larger than allowed
     * @throws LinkException     with everything that is missing or of the wrong type
     */
    public Instance restore(byte[] snapshot, Imports imports, InstanceOptions options) {
        SnapshotReader reader = SnapshotReader.open(module, snapshot);
        ModuleInstance instance = linked(imports, options);
        reader.fill(instance);
        return new Instance(this, instance, within(options), Instantiator.exports(module, instance), null);
    }

    private ModuleInstance linked(Imports imports, InstanceOptions options) {
        InstanceOptions allowed = within(options);
        return Instantiator.instantiate(module, translator::function, imports::find,
                new Meter(options.fuel(), allowed.maxCallDepth()), options.attachment(), allowed.maxMemoryBytes(), allowed.maxTableElements());
    }

    private InstanceOptions within(InstanceOptions options) {
        return new InstanceOptions(Math.min(options.maxMemoryBytes(), limits.memoryBytes()),
                Math.min(options.maxTableElements(), limits.tableElements()), options.fuel(),
                Math.min(options.maxCallDepth(), limits.callDepth()), options.attachment());
    }

    /**
     * Lets go of all translated code, for instance when memory is short or the module will not run for long. It is
     * translated again, function by function, when it runs; what is running goes on. From any thread.
     */
    public void dropTranslated() {
        translator.drop();
    }

    /**
     * A function of the module.
     *
     * @param index imported functions first
     * @param name  by the name section, else a name under which it is exported, else null
     * @param start offset of its body in the binary, and {@code end} the offset behind it; both 0 when it is imported
     */
    public record FunctionInfo(int index, String name, FunctionType type, int start, int end) {
    }

    /** All functions, imported ones first. */
    public List<FunctionInfo> functions() {
        var names = NameSection.functionNames(module, IntStream.range(0, module.functionCount()).boxed().collect(Collectors.toSet()));
        return IntStream.range(0, module.functionCount()).mapToObj(i -> {
            boolean own = i >= module.importedFunctions();
            return new FunctionInfo(i, names.get(i), module.functionSignature(i), own ? module.bodyStart(i) : 0, own ? module.bodyEnd(i) : 0);
        }).toList();
    }

    /** The steps of the standard beyond the first, and the proposals, that the module makes use of; in alphabetical order. */
    public Set<String> features() {
        return Features.of(module);
    }

    /** The code of a function that is not imported, a line for each instruction with its offset in the binary. */
    public List<String> disassemble(int function) {
        return Listing.of(module, function);
    }

    /** An instruction's name in the text format, or {@code 0x..} for an opcode that does not exist. */
    public static String mnemonic(int opcode) {
        return OpcodeTable.mnemonic(opcode);
    }

    /** The tree that a function which is not imported is translated to, of records, for people to read. */
    public Object tree(int function) {
        return translator.function(function).tree();
    }

    /** What all functions together take when they are hot, in bytes of heap, about; translates each of them. */
    public long translatedBytes() {
        return translator.translatedBytes();
    }

    /** The same module, translated another way; for tests and measurements. */
    public WasmModule translated(Mode mode) {
        return new WasmModule(module, limits, mode, metered, canonicalNans);
    }

    /**
     * The same module without metering: its instances take no fuel, save for bulk operations, and only a wait can be stopped. For
     * code that is trusted to come to an end.
     */
    public WasmModule unmetered() {
        return new WasmModule(module, limits, mode, false, canonicalNans);
    }

    /**
     * The same module in the deterministic profile of the specification (3.0, "Profiles"): a NaN that an operation other than
     * neg, abs and copysign makes, of a number or a lane, is the canonical one with sign 0, so that runs are alike bit by bit
     * under every compiler and on every processor. {@link Instance#record} needs it.
     */
    public WasmModule canonicalNans() {
        return canonicalNans ? this : new WasmModule(module, limits, mode, metered, true);
    }

    boolean hasCanonicalNans() {
        return canonicalNans;
    }
}
