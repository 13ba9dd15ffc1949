package dev.thimble.agent.cli;

import dev.thimble.agent.config.Durations;
import dev.thimble.agent.operator.Delivery;
import dev.thimble.agent.operator.Keys;
import dev.thimble.agent.operator.Operator;
import dev.thimble.ota.bundle.SignedModule;
import dev.thimble.ota.document.Manifest;
import dev.thimble.ota.document.Reported;
import dev.thimble.ota.trust.SigningKey;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "push", description = "Put a module on a device and wait until it is committed or refused.",
    footer = {"", "Examples:",
        "  thimble push weather-2.thimble --device sim --broker tcp://127.0.0.1:1883 --key keys/director.key",
        "  thimble push weather.wasm --manifest weather.toml --device sim --keys keys",
        "  thimble push weather.wasm --device sim --keys keys --watch",
        "", "A .wasm is signed on the spot under the next sequence number; --keys is the folder that `thimble keygen` made. With",
        "--watch it is pushed whenever it is saved, on a probation of one second in which only traps and overruns count.",
        "", "Exits 0 when the device has committed it, 1 when it failed there and what ran before runs again, 6 when it is not",
        "done in time, 7 when the device refuses a signature, 9 when the device's owner does not allow it."})
final class PushCommand implements Callable<Integer> {
    private record Pushed(String device, String module, String version, long sequence, long generation, String outcome, String text,
                          double secondsToProbation, double seconds) {}

    private record NotPushed(String file, String outcome, String text) {}

    @Mixin private Console console;
    @Mixin private Target target;

    @Parameters(paramLabel = "FILE", description = "signed module, or a .wasm to sign with --keys")
    private Path file;

    @Option(names = "--device", paramLabel = "ID", required = true, description = "device to put it on")
    private String device;

    @Option(names = "--key", paramLabel = "FILE", description = "private director key; default director.key of --keys")
    private Path key;

    @Option(names = "--keys", paramLabel = "DIR", description = "folder with release.key and director.key, to sign a .wasm")
    private Path keys;

    @Option(names = "--manifest", paramLabel = "FILE", description = "TOML file of a .wasm; default: the one beside it")
    private Path description;

    @Option(names = "--watch", description = "push a .wasm whenever it is saved, until Ctrl-C")
    private boolean watch;

    @Option(names = "--timeout", paramLabel = "TIME", defaultValue = "10m", description = "give up waiting; default ${DEFAULT-VALUE}")
    private String timeout;

    @Override
    public Integer call() throws InterruptedException {
        console.logs("error");
        ReleaseSource source = new ReleaseSource(file, keys, description);
        Duration patience = Durations.parse(timeout);
        SigningKey director = Inputs.key(directorKey());
        if (watch) {
            return watch(source, director, patience);
        }
        SignedModule signed = source.isBinary() ? null : source.signed();
        byte[] wasm = source.isBinary() ? Inputs.bytes(file) : null;
        try (Operator operator = target.operator(device)) {
            SignedModule release = signed != null ? signed : source.sign(wasm, nextSequence(operator, source.module(), 0), false);
            return ExitCode.of(push(operator, release, director, patience, null).outcome()).number();
        }
    }

    private Path directorKey() {
        if (key == null && keys == null) {
            throw new CommandException(ExitCode.USAGE, "give --key FILE, the director's key, or --keys DIR, the folder that `thimble keygen` made");
        }
        return key != null ? key : keys.resolve(Keys.DIRECTOR);
    }

    private int watch(ReleaseSource source, SigningKey director, Duration patience) throws InterruptedException {
        if (!source.isBinary()) {
            throw new CommandException(ExitCode.USAGE, file + ": --watch takes a .wasm file, which it signs itself");
        }
        if (keys == null) {
            throw new CommandException(ExitCode.USAGE, "--watch signs what it pushes: give --keys DIR, the folder that `thimble keygen` made");
        }
        WatchedFile watched = new WatchedFile(file);
        long last = 0;
        try (Operator operator = target.operator(device)) {
            while (true) {
                console.progress(console.dim((last == 0 ? "watching " : "waiting for the next save of ") + file));
                byte[] wasm = watched.next();
                try {
                    SignedModule release = source.sign(wasm, nextSequence(operator, source.module(), last), true);
                    last = release.manifest().sequence();
                    push(operator, release, director, patience, watched);
                } catch (CommandException e) {
                    // Half a build, or a mistake that the next save mends.
                    console.data(new NotPushed(file.toString(), "not-pushed", e.getMessage()), console.red("not pushed: ") + e.getMessage());
                }
            }
        }
    }

    private static long nextSequence(Operator operator, String module, long last) throws InterruptedException {
        Reported known = operator.reported();
        long running = known == null ? 0 : known.modules().stream().filter(row -> row.name().equals(module))
            .mapToLong(Reported.Module::sequence).max().orElse(0);
        return 1 + Math.max(last, running);
    }

    /** @param watched gives the delivery up for a newer save; null for none */
    private Delivery.Result push(Operator operator, SignedModule release, SigningKey director, Duration patience, WatchedFile watched)
        throws InterruptedException {
        Manifest manifest = release.manifest();
        operator.offer(release);
        Delivery delivery = new Delivery(operator);
        DeliveryProgress progress = new DeliveryProgress(console, device, release, watched);
        long start = System.nanoTime();
        long generation = operator.assign(Map.of(manifest.module(), release.digest()), director);
        Delivery.Result result = delivery.follow(manifest.module(), release.digest(), generation, patience, progress);
        double seconds = Math.round((System.nanoTime() - start) / 1e7) / 100.0;
        String outcome = DeliveryProgress.name(result.outcome());
        boolean good = result.outcome() == Delivery.Outcome.COMMITTED;
        String times = progress.secondsToProbation() < 0 ? String.format(Locale.ROOT, " (after %.2f s)", seconds)
            : String.format(Locale.ROOT, " (ran after %.2f s, %s after %.2f s)", progress.secondsToProbation(), outcome, seconds);
        console.data(new Pushed(device, manifest.module(), manifest.version(), manifest.sequence(), generation, outcome,
            result.text(), progress.secondsToProbation(), seconds),
            manifest.module() + " " + manifest.version() + " on " + device + ": " + (good ? console.green(outcome)
                : console.red(outcome) + ": " + result.text().replace("\n", "; ")) + console.dim(times));
        return result;
    }
}
