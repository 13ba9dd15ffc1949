package dev.thimble.simulator.replay;

import dev.thimble.agent.cli.CommandException;
import dev.thimble.agent.cli.Console;
import dev.thimble.agent.cli.ExitCode;
import dev.thimble.agent.recording.RecordingFile;
import dev.thimble.wasm.Replay;
import dev.thimble.wasm.WasmModule;
import dev.thimble.wasm.api.HostCall;
import dev.thimble.wasm.api.ImportType;
import dev.thimble.wasm.api.InvalidModuleException;
import dev.thimble.wasm.api.MalformedModuleException;
import dev.thimble.wasm.api.Progress;
import dev.thimble.wasm.api.RecordingException;
import dev.thimble.wasm.api.ReplayListener;
import dev.thimble.wasm.api.SnapshotException;
import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.api.WasmException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/** Goes through a device's recording and tells what happens: events, what the module does to the world, and where it is in the end. */
public final class ReplayRun implements ReplayListener {
    /** The call of a module's function from outside, or the resumption of a run when {@code call} is empty. */
    private record Entered(long event, String call, List<Long> arguments) {}

    private record Called(long event, String function, List<Object> arguments, Object result, String outcome) {}

    private record Ended(long event, String ended, long fuel) {}

    /** The last line: {@code fuel} in units since the beginning, {@code checksum} the CRC-32 of memory 0. */
    private record State(String module, String version, long events, long fuel, String end, List<String> stack, long memoryBytes, String checksum) {}

    /**
     * Where to stop.
     *
     * @param event behind this event
     * @param fuel at the first place where a run can be suspended behind so many units since the beginning
     */
    public record Until(long event, long fuel) {}

    private final Console console;
    private final Path file;
    private final Until until;
    private final Path coreDump;
    private final HostCalls hostCalls = new HostCalls();
    private List<WasmModule.FunctionInfo> functions;
    private List<ImportType> imports;
    private Replay replay;
    private long usedBefore;

    /** @param coreDump file for a core dump of where it stops, or null */
    public ReplayRun(Console console, Path file, Until until, Path coreDump) {
        this.console = console;
        this.file = file;
        this.until = until;
        this.coreDump = coreDump;
    }

    /**
     * Replays.
     *
     * @return the code with which the process should end: that of a trap when the recording ends with one
     * @throws CommandException when the file is no good, or the run differs from it
     */
    public ExitCode run() throws IOException {
        RecordingFile recording;
        try {
            recording = RecordingFile.open(file);
        } catch (RecordingException e) {
            throw failed(e);
        }
        RecordingFile.Header header = recording.header();
        console.progress(header.module() + " " + header.version() + " on " + header.device() + ", recorded from " + Instant.ofEpochMilli(header.started())
            + (header.settings().isEmpty() ? "" : " with " + header.settings()));
        try (InputStream stream = recording.recording()) {
            WasmModule module = WasmModule.parse(recording.wasm());
            functions = module.functions();
            imports = module.imports();
            replay = new Replay(module, stream, this);
            return play(header);
        } catch (RecordingException | SnapshotException e) {
            if (replay != null && replay.instance().stack().depth() > 0) {
                replay.instance().stack().lines().forEach(line -> console.problem("  " + line));
            }
            throw failed(e);
        } catch (MalformedModuleException | InvalidModuleException e) {
            throw new CommandException(ExitCode.INVALID_MODULE, file + ": its module: " + e.getMessage());
        }
    }

    private CommandException failed(RuntimeException e) {
        return new CommandException(ExitCode.FAILED, file + ": " + e.getMessage());
    }

    private ExitCode play(RecordingFile.Header header) throws IOException {
        Progress progress;
        do {
            progress = replay.next(until.fuel - replay.used());
            if (progress != null) {
                ended(progress, replay.failure());
            }
        } while (progress != null && replay.used() < until.fuel && replay.calls() < until.event);
        state(header, replay.end() != null ? replay.end() : "stopped in or after event " + replay.calls());
        if (coreDump != null) {
            Files.write(coreDump, replay.instance().coreDump(header.module(), replay.trace()));
            console.progress("core dump written to " + coreDump);
        }
        RuntimeException failure = replay.failure();
        return !(failure instanceof Trap || failure instanceof WasmException) ? ExitCode.DONE
            : failure instanceof Trap trap && trap.kind() == Trap.Kind.OUT_OF_FUEL ? ExitCode.OUT_OF_FUEL : ExitCode.TRAP;
    }

    private void ended(Progress progress, RuntimeException failure) {
        String how = switch (failure) {
            case null -> switch (progress) {
                case FINISHED -> "returns";
                case WAITING -> "waits";
                case OUT_OF_FUEL -> "its turn is over";
            };
            case Trap trap -> "trap: " + trap.kind().text();
            case WasmException e -> e.getMessage();
            default -> "ended by the host: " + failure.getMessage();
        };
        long fuel = replay.used() - usedBefore;
        usedBefore = replay.used();
        console.data(new Ended(replay.calls(), how, fuel), console.dim("        " + how + ", " + fuel + " units of fuel"));
    }

    private void state(RecordingFile.Header header, String end) {
        List<String> stack = replay.trace().lines();
        var memory = replay.instance().memory();
        CRC32 checksum = new CRC32();
        if (memory != null) {
            checksum.update(memory.array(), 0, (int) memory.size());
        }
        long bytes = memory == null ? 0 : memory.size();
        State state = new State(header.module(), header.version(), replay.calls(), replay.used(), end, stack, bytes, "%08x".formatted(checksum.getValue()));
        StringBuilder text = new StringBuilder(end).append('\n').append(state.events).append(" events, ").append(state.fuel).append(" units of fuel, ")
            .append(bytes).append(" bytes of memory with checksum ").append(state.checksum);
        stack.forEach(line -> text.append("\n  ").append(line));
        console.data(state, text.toString());
    }

    @Override
    public void entered(long event, int function, long[] slots) {
        String name = function < 0 ? "" : name(function);
        List<Long> arguments = new ArrayList<>();
        for (long slot : slots) {
            arguments.add(slot);
        }
        String call = name.isEmpty() ? "goes on" : name + arguments.toString().replace('[', '(').replace(']', ')');
        console.data(new Entered(event, name, arguments), event == 0 ? "          the host calls " + call : "%6d  %s".formatted(event, call));
    }

    private String name(int function) {
        String name = functions.get(function).name();
        return name == null ? "function " + function : name;
    }

    @Override
    public void hostCalled(int function, HostCall call, Outcome outcome, long[] results, String text) {
        HostCalls.Told told = hostCalls.tell(imports.get(function), call, outcome, results, text);
        if (!told.asks() || console.verbose() || console.json()) {
            console.data(new Called(replay == null ? 0 : replay.calls(), told.function(), told.arguments(), told.result(), told.outcome()), "          " + told.text());
        }
    }
}
