package dev.thimble.agent.cli;

import dev.thimble.agent.Answers;
import dev.thimble.agent.Json;
import dev.thimble.agent.config.Durations;
import dev.thimble.agent.operator.Operator;
import dev.thimble.agent.recording.RecordingFile;
import dev.thimble.agent.recording.Wish;
import dev.thimble.wasm.api.RecordingException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Base64;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "record", description = {"Record what reaches a module on a device, and fetch the recording; `thimble sim --replay` goes through it again without the device.",
    "The module is started again for it, with its state handed over as at an update. The device's owner allows recordings with record.bytes."},
    footer = {"", "Examples:", "  thimble record greenhouse-1 weather --for 5m -o weather.recording",
        "  thimble record greenhouse-1 weather --events 1000 --max-bytes 256KiB",
        "  thimble record greenhouse-1 --stop -o weather.recording    ends the one that is running and fetches it",
        "  thimble record greenhouse-1 --fetch                        as far as it is; also after a power cut",
        "  thimble sim --replay weather.recording"})
final class RecordCommand extends AskCommand implements Callable<Integer> {
    private record Fetched(String device, String module, String file, long events, long bytes, boolean running, String end) {}

    private static final long POLL_MILLIS = 1000;
    /** A device that is not there for so many questions in a row is given up; it goes on recording. */
    private static final int SILENCES = 6;

    @Parameters(index = "1", paramLabel = "MODULE", arity = "0..1", defaultValue = "", description = "module to record")
    private String module;

    @Option(names = "--for", paramLabel = "TIME", defaultValue = "10m", description = "how long, at most 24h; default ${DEFAULT-VALUE}")
    private String duration;

    @Option(names = "--events", paramLabel = "N", description = "end after so many calls and resumptions of the module")
    private long events;

    @Option(names = "--max-bytes", paramLabel = "SIZE", description = "what it may take on the device; default as much as its owner allows")
    private String maxBytes;

    @Option(names = {"-o", "--output"}, paramLabel = "FILE", description = "where to write it; default DEVICE-MODULE.recording")
    private Path output;

    @Option(names = "--fetch", description = "begin nothing, and fetch what there is")
    private boolean fetch;

    @Option(names = "--stop", description = "begin nothing, end what is running, and fetch it")
    private boolean stop;

    @Override
    public Integer call() throws InterruptedException, IOException {
        console.logs("error");
        if ((fetch || stop) == !module.isEmpty()) {
            throw new CommandException(ExitCode.USAGE, fetch || stop ? "--fetch and --stop take no module: a device has one recording"
                : "name the module to record, or say --fetch or --stop");
        }
        Wish wish = module.isEmpty() ? null : new Wish(module, Durations.parse(duration).toMillis(), events, maxBytes == null ? 0 : Sizes.parse(maxBytes));
        try (Operator operator = target.operator(device)) {
            Answers.Recorded state = recorded(operator, stop ? "record-stop" : "recording", "");
            if (state.maxBytes() == 0) {
                throw new CommandException(ExitCode.POLICY_REFUSED, device + " makes no recordings; its owner allows them with record.bytes");
            }
            if (wish != null) {
                begin(operator, wish);
                state = follow(operator);
            } else if (state.id() == 0) {
                throw new CommandException(ExitCode.FAILED, device + " has no recording");
            }
            fetch(operator, state);
        }
        return ExitCode.DONE.number();
    }

    private Answers.Recorded recorded(Operator operator, String verb, String argument) throws InterruptedException {
        return ask(operator, device, verb, argument, Answers.Recorded.class);
    }

    private void begin(Operator operator, Wish wish) throws InterruptedException {
        Answers.Done done = ask(operator, device, "record", Json.of(wish), Answers.Done.class);
        if (!done.ok()) {
            throw new CommandException(ExitCode.FAILED, device + " does not record " + module + ": " + done.text());
        }
        console.progress("recording " + module + " on " + device + (done.text().isEmpty() ? "" : "; it " + done.text())
            + console.dim(" (Ctrl-C leaves the device recording; --stop ends it)"));
    }

    private Answers.Recorded follow(Operator operator) throws InterruptedException {
        int silences = 0;
        while (true) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            try {
                Answers.Recorded state = recorded(operator, "recording", "");
                silences = 0;
                if (console.hasBar()) {
                    console.bar(state.events() + " events, " + state.bytes() + " bytes");
                }
                if (!state.running()) {
                    return state;
                }
            } catch (CommandException e) {
                if (++silences == SILENCES) {
                    throw e;
                }
            }
        }
    }

    private void fetch(Operator operator, Answers.Recorded state) throws InterruptedException, IOException {
        String name = (device + "-" + state.module()).replaceAll("[^A-Za-z0-9._-]", "_");
        Path file = output != null ? output : Path.of(name + ".recording");
        Path part = file.resolveSibling(file.getFileName() + ".part");
        long offset = 0;
        try (OutputStream out = Files.newOutputStream(part)) {
            for (byte[] piece = piece(operator, state.id(), 0); piece.length > 0; piece = piece(operator, state.id(), offset)) {
                out.write(piece);
                offset += piece.length;
                if (console.hasBar()) {
                    console.bar(offset + " of " + state.bytes() + " bytes");
                }
            }
        }
        try {
            RecordingFile.open(part).recording().close();
        } catch (RecordingException e) {
            throw new CommandException(ExitCode.FAILED, part + " is what " + device + " sent: " + e.getMessage());
        }
        Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
        console.data(new Fetched(device, state.module(), file.toString(), state.events(), offset, state.running(), state.end()),
            file + ": " + state.module() + " on " + device + ", " + offset + " bytes; " + (state.running() ? "it goes on" : state.end()));
        console.progress(console.dim("replay it with thimble sim --replay " + file));
    }

    private byte[] piece(Operator operator, long id, long offset) throws InterruptedException {
        Answers.Recorded answer = recorded(operator, "recording", Long.toString(offset));
        if (answer.id() != id) {
            throw new CommandException(ExitCode.FAILED, device + " has begun another recording meanwhile");
        }
        try {
            return Base64.getDecoder().decode(answer.piece());
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCode.FAILED, device + " sent a piece that is no Base64");
        }
    }
}
