package dev.thimble.agent.cli;

import dev.thimble.agent.config.Durations;
import dev.thimble.wasm.Call;
import dev.thimble.wasm.Function;
import dev.thimble.wasm.Imports;
import dev.thimble.wasm.Instance;
import dev.thimble.wasm.InstanceOptions;
import dev.thimble.wasm.WasmModule;
import dev.thimble.wasm.api.FunctionType;
import dev.thimble.wasm.api.LinkException;
import dev.thimble.wasm.api.NumberType;
import dev.thimble.wasm.api.Progress;
import dev.thimble.wasm.api.StackTrace;
import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.api.ValueType;
import dev.thimble.wasm.api.WasmException;
import dev.thimble.wasm.debug.Profile;
import dev.thimble.wasm.wasi.ProcExit;
import dev.thimble.wasm.wasi.Wasi;
import dev.thimble.wasm.wasi.WasiClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "run", description = "Run a WASI command, or call one export of a WebAssembly module.",
    footer = {"", "Examples:", "  thimble run program.wasm --dir data::/data --env LANG=C input.txt -- -v",
        "  thimble run fib.wasm --invoke fib 30",
        "  thimble run loop.wasm --invoke spin --fuel 1000000 --timeout 2s",
        "", "Exits as the program does; 4 on a trap, 5 when the fuel is used up, 6 on a timeout."})
final class RunCommand implements Callable<Integer> {
    private static final long STACK_BYTES = 64 << 20;
    private static final int CALL_DEPTH = 10_000;

    /** Fuel between two samples of a profile: some thousand samples a second. */
    private static final long PROFILE_FUEL = 100_000;
    private static final int HOT_FUNCTIONS = 20;

    private record Stats(List<String> results, long fuel, long hostCalls, double millis, long memoryBytes) {}

    @Mixin private Console console;

    @Parameters(index = "0", paramLabel = "FILE", description = "binary to run")
    private Path file;

    @Parameters(index = "1..*", paramLabel = "ARG", description = "the program's arguments; with --invoke numbers as the export's type says")
    private List<String> arguments = new ArrayList<>();

    @Option(names = "--invoke", paramLabel = "NAME", description = "export to call; default is the program's _start")
    private String export;

    @Option(names = "--dir", paramLabel = "HOST[::GUEST]", description = "let the program use this directory, under the name GUEST")
    private List<String> directories = new ArrayList<>();

    @Option(names = "--env", paramLabel = "NAME=VALUE", description = "a variable of the program's environment")
    private Map<String, String> environment = new LinkedHashMap<>();

    @Option(names = "--fuel", paramLabel = "N", description = "units of work before it is stopped; default unlimited")
    private Long fuel;

    @Option(names = "--timeout", paramLabel = "TIME", description = "stop it after this time, for example 5s")
    private String timeout;

    @Option(names = "--max-memory", paramLabel = "SIZE", description = "largest memory, for example 4MiB")
    private String maxMemory;

    @Option(names = "--stats", description = "also tell fuel, calls to the host, time and memory")
    private boolean stats;

    @Option(names = "--profile", paramLabel = "FILE",
        description = "tell which functions use the fuel, and write stacks to FILE for flame graph tools")
    private Path profile;

    @Option(names = "--coredump", paramLabel = "FILE", description = "write a core dump to FILE when the program traps")
    private Path coreDump;

    /** Whether a profile or core dump could not be written; how the program ended is worth more than that. */
    private boolean unwritten;

    @Override
    public Integer call() throws InterruptedException {
        WasmModule module = Inputs.module(file);
        Duration limit = timeout == null ? null : Durations.parse(timeout);
        if (limit != null && limit.isZero()) {
            throw new CommandException(ExitCode.USAGE, "--timeout " + timeout + " leaves it no time");
        }
        InstanceOptions options = InstanceOptions.DEFAULT.withMaxCallDepth(CALL_DEPTH);
        if (fuel != null) {
            if (fuel < 0) {
                throw new CommandException(ExitCode.USAGE, "--fuel " + fuel + " is less than nothing");
            }
            options = options.withFuel(fuel);
        }
        if (maxMemory != null) {
            options = options.withMaxMemoryBytes(Sizes.parse(maxMemory));
        }
        InstanceOptions chosen = options;
        AtomicReference<Instance> running = new AtomicReference<>();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        AtomicInteger exit = new AtomicInteger();
        // Deep recursion of a module needs stack; the main thread has what the operating system gave it.
        Thread thread = new Thread(null, () -> exit.set(execute(module, chosen, running)), "module", STACK_BYTES);
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((which, thrown) -> failure.set(thrown));
        thread.start();
        thread.join(limit == null ? 0 : limit.toMillis());
        if (thread.isAlive()) {
            Instance instance = running.get();
            if (instance != null) {
                instance.requestStop();
                // It may sleep in poll_oneoff, where it does not see the request.
                thread.interrupt();
                thread.join(1_000);
            }
            throw new CommandException(ExitCode.TIMEOUT, file + ": " + name() + " was not done after " + timeout + dumped(failure.get(), instance));
        }
        if (failure.get() != null) {
            throw explain(failure.get(), running.get());
        }
        return exit.get();
    }

    private String name() {
        return export == null ? "_start" : export;
    }

    /** The exit code that the program asks for. */
    private int execute(WasmModule module, InstanceOptions options, AtomicReference<Instance> running) {
        try (Wasi wasi = wasi()) {
            Instance instance = module.link(wasi.addTo(Imports.builder()).build(), options);
            running.set(instance);
            Function function = instance.function(name());
            if (function == null) {
                throw new CommandException(ExitCode.USAGE, file + " exports no function '" + name() + "'; it has "
                    + module.exports().stream().map(e -> e.name()).toList() + (export == null ? "; choose one with --invoke" : ""));
            }
            long[] parameters = export == null ? new long[0] : Values.parse(function.type().parameters(), arguments);
            begin(instance);
            return measure(instance, function, parameters);
        } catch (ProcExit whileBeginning) {
            return whileBeginning.code();
        } catch (IOException e) {
            throw new CommandException(ExitCode.FAILED, file + ": closing the program's files: " + e.getMessage());
        }
    }

    /** What comes before every other function: the start function, and what a WASI library has for one. */
    private void begin(Instance instance) {
        Call start = instance.startFunction();
        if (start != null) {
            start.run();
        }
        Function initialize = instance.function("_initialize");
        if (export != null && !export.equals("_initialize") && initialize != null && initialize.type().equals(FunctionType.of())) {
            initialize.call();
        }
    }

    private int measure(Instance instance, Function function, long[] parameters) {
        long fuelBefore = instance.fuel();
        long began = System.nanoTime();
        long[] results = new long[0];
        int exit = ExitCode.DONE.number();
        boolean returned = false;
        try {
            results = profile == null ? function.call(parameters) : profiled(instance, function, parameters);
            returned = true;
        } catch (ProcExit e) {
            exit = e.code();
        }
        report(instance, returned ? Values.format(function.type().results(), results) : List.of(), fuelBefore - instance.fuel(),
            (System.nanoTime() - began) / 1e6);
        return exit == ExitCode.DONE.number() && unwritten ? ExitCode.FAILED.number() : exit;
    }

    /** Runs in slices of fuel, and looks at the suspended stack after each. */
    private long[] profiled(Instance instance, Function function, long[] parameters) {
        Call call = function.newCall();
        for (int i = 0; i < parameters.length; i++) {
            call.i64(i, parameters[i]);
        }
        Profile samples = instance.newProfile();
        long left = instance.fuel();
        long slice = Math.min(left, PROFILE_FUEL);
        instance.fuel(slice);
        try {
            Progress progress = call.start();
            while (progress == Progress.OUT_OF_FUEL) {
                left -= slice - instance.fuel();
                if (left <= 0) {
                    StackTrace stack = instance.stack();
                    call.cancel();
                    throw new CommandException(ExitCode.OUT_OF_FUEL, outOfFuel(lines(stack)));
                }
                samples.sample();
                slice = Math.min(left, PROFILE_FUEL);
                instance.fuel(slice);
                progress = call.resume();
            }
            return Values.results(function.type().results(), call);
        } finally {
            instance.fuel(left - slice + instance.fuel());
            report(samples);
        }
    }

    private void report(Profile samples) {
        console.problem(String.format(Locale.ROOT, "%d samples, one each %d units of fuel\n   self   total  function", samples.samples(),
            PROFILE_FUEL));
        samples.shares().stream().limit(HOT_FUNCTIONS).forEach(share -> console.problem(String.format(Locale.ROOT, "%6.1f%% %6.1f%%  %s",
            100.0 * share.self() / samples.samples(), 100.0 * share.total() / samples.samples(), share.function())));
        write("profile", profile, (String.join("\n", samples.collapsed()) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private void write(String what, Path file, byte[] bytes) {
        try {
            Files.write(file, bytes);
            console.progress(what + " written to " + file);
        } catch (IOException e) {
            unwritten = true;
            console.problem("thimble run: " + what + " cannot be written to " + file + ": " + Inputs.reason(e));
        }
    }

    private Wasi wasi() {
        Wasi.Builder builder = Wasi.builder().stdin(System.in).stdout(new ModuleOutput(System.out)).stderr(new ModuleOutput(System.err))
            .clock(WasiClock.system()).random(new HostRandom());
        if (!Console.isOutputShown()) {
            builder.stdoutInBlocks();
        }
        if (export == null) {
            builder.args(List.of(file.getFileName().toString())).args(arguments);
        }
        if (environment.containsKey("")) {
            throw new CommandException(ExitCode.USAGE, "--env ='" + environment.get("") + "': the variable has no name");
        }
        environment.forEach(builder::env);
        Set<String> names = new HashSet<>();
        for (String directory : directories) {
            int split = directory.indexOf("::");
            String host = split < 0 ? directory : directory.substring(0, split);
            String guest = split < 0 ? directory : directory.substring(split + 2);
            if (host.isEmpty() || guest.isEmpty()) {
                throw new CommandException(ExitCode.USAGE, "--dir '" + directory + "' has an empty name: write HOST or HOST::GUEST");
            }
            if (!names.add(guest)) {
                throw new CommandException(ExitCode.USAGE, "--dir: two directories with the name " + guest + "; the program could not tell them apart");
            }
            builder.preopen(Path.of(host), guest);
        }
        try {
            return builder.build();
        } catch (NoSuchFileException | NotDirectoryException e) {
            throw new CommandException(ExitCode.USAGE, "--dir: " + e.getMessage() + " is no directory");
        } catch (FileSystemException e) {
            throw new CommandException(ExitCode.FAILED, "--dir: " + e.getFile() + ": " + Inputs.reason(e));
        } catch (IOException | UnsupportedOperationException e) {
            throw new CommandException(ExitCode.FAILED, "--dir: " + e.getMessage());
        }
    }

    private void report(Instance instance, List<String> texts, long used, double millis) {
        Stats told = new Stats(texts, used, instance.hostCalls(), millis, instance.memory() == null ? 0 : instance.memory().size());
        if (console.json() || !texts.isEmpty()) {
            console.data(told, String.join("\n", texts));
        }
        if (stats && !console.json()) {
            console.problem(String.format(Locale.ROOT, "%d units of fuel, %d calls to the host, %.3f ms, %d bytes of memory", told.fuel(), told.hostCalls(),
                millis, told.memoryBytes()));
        }
    }

    /** Where the program was, as lines for a message; and its core dump, if one is wanted. */
    private String dumped(Throwable thrown, Instance instance) {
        StackTrace trace = thrown instanceof Trap trap ? trap.trace() : thrown instanceof WasmException exception ? exception.trace() : null;
        if (trace == null) {
            return "";
        }
        if (coreDump != null && instance != null) {
            write("core dump", coreDump, instance.coreDump(file.getFileName().toString(), trace));
        }
        return lines(trace);
    }

    private CommandException explain(Throwable thrown, Instance instance) {
        String place = dumped(thrown, instance);
        return switch (thrown) {
            case CommandException e -> e;
            case Trap trap when trap.kind() == Trap.Kind.OUT_OF_FUEL -> new CommandException(ExitCode.OUT_OF_FUEL,
                outOfFuel(place));
            case Trap trap -> new CommandException(ExitCode.TRAP, file + ": trap: " + trap.kind().text() + place);
            case WasmException e -> new CommandException(ExitCode.TRAP, file + ": " + e.getMessage() + place);
            case LinkException e -> new CommandException(ExitCode.INVALID_MODULE,
                file + ": it cannot run here:\n  " + String.join("\n  ", e.problems()));
            default -> new CommandException(ExitCode.FAILED, file + ": " + thrown);
        };
    }

    private String outOfFuel(String place) {
        return file + ": " + Trap.Kind.OUT_OF_FUEL.text() + "; it had " + fuel + " units" + place;
    }

    private static String lines(StackTrace trace) {
        return trace.lines().stream().map(line -> "\n  " + line).collect(Collectors.joining());
    }

    /** The host's random numbers; they take a tenth of the whole start, so they are set up when a program asks. */
    private static final class HostRandom implements RandomGenerator {
        private SecureRandom source;

        private SecureRandom source() {
            if (source == null) {
                source = new SecureRandom();
            }
            return source;
        }

        @Override
        public long nextLong() {
            return source().nextLong();
        }

        @Override
        public void nextBytes(byte[] bytes) {
            source().nextBytes(bytes);
        }
    }

    /** Numbers as text and as the engine's raw bits. */
    private static final class Values {
        static long[] parse(List<ValueType> types, List<String> texts) {
            if (types.size() != texts.size()) {
                throw new CommandException(ExitCode.USAGE, "the export takes " + types.size() + " arguments " + types + ", not " + texts.size());
            }
            long[] bits = new long[texts.size()];
            for (int i = 0; i < bits.length; i++) {
                bits[i] = parse(types.get(i), texts.get(i));
            }
            return bits;
        }

        private static long parse(ValueType type, String text) {
            try {
                return switch (type) {
                    case NumberType.I32 -> integer(text, 0xFFFF_FFFFL, 1L << 31) & 0xFFFF_FFFFL;
                    case NumberType.I64 -> integer(text, -1, Long.MIN_VALUE);
                    case NumberType.F32 -> Float.floatToRawIntBits(Float.parseFloat(javaFloat(text))) & 0xFFFF_FFFFL;
                    case NumberType.F64 -> Double.doubleToRawLongBits(Double.parseDouble(javaFloat(text)));
                    default -> throw new CommandException(ExitCode.USAGE, "arguments of type " + type + " cannot be typed");
                };
            } catch (NumberFormatException e) {
                throw new CommandException(ExitCode.USAGE, "'" + text + "' is no " + type);
            }
        }

        /** Decimal, or hexadecimal after 0x, as in WebAssembly's text; the bounds are unsigned. */
        private static long integer(String text, long largest, long mostNegative) {
            boolean negative = text.startsWith("-");
            String digits = negative ? text.substring(1) : text;
            long value = digits.startsWith("0x") ? Long.parseUnsignedLong(digits.substring(2), 16)
                : Long.parseUnsignedLong(digits);
            if (Long.compareUnsigned(value, negative ? mostNegative : largest) > 0) {
                throw new NumberFormatException("out of range");
            }
            return negative ? -value : value;
        }

        private static String javaFloat(String text) {
            return text.replace("inf", "Infinity").replace("nan", "NaN");
        }

        static long[] results(List<ValueType> types, Call call) {
            long[] bits = new long[types.stream().mapToInt(ValueType::slots).sum()];
            int slot = 0;
            for (int i = 0; i < types.size(); i++) {
                bits[slot] = types.get(i).isReference() ? 0 : call.i64Result(i);
                if (types.get(i) == ValueType.V128) {
                    bits[slot + 1] = call.v128HighResult(i);
                }
                slot += types.get(i).slots();
            }
            return bits;
        }

        static List<String> format(List<ValueType> types, long[] bits) {
            List<String> texts = new ArrayList<>();
            int slot = 0;
            for (ValueType type : types) {
                texts.add(switch (type) {
                    case NumberType.I32 -> Integer.toString((int) bits[slot]);
                    case NumberType.I64 -> Long.toString(bits[slot]);
                    case NumberType.F32 -> Float.toString(Float.intBitsToFloat((int) bits[slot]));
                    case NumberType.F64 -> Double.toString(Double.longBitsToDouble(bits[slot]));
                    case NumberType.V128 -> String.format("0x%016x%016x", bits[slot + 1], bits[slot]);
                    default -> type.toString();
                });
                slot += type.slots();
            }
            return texts;
        }
    }
}
