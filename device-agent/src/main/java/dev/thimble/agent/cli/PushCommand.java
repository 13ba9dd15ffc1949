package dev.thimble.agent.cli;

import dev.thimble.agent.config.Durations;
import dev.thimble.agent.operator.Operator;
import dev.thimble.ota.bundle.SignedModule;
import dev.thimble.ota.document.Manifest;
import dev.thimble.ota.document.Reported;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "push", description = "Put a signed module on a device and wait until it is committed or refused.",
    footer = {"", "Examples:",
        "  thimble push weather-2.thimble --device sim --broker tcp://127.0.0.1:1883 --key keys/director.key",
        "", "Exits 0 when the device has committed it, 9 when the device refuses it, 6 when it is not done in time."})
final class PushCommand implements Callable<Integer> {
    private record Progress(String module, String phase, int percent, String error, String text) {}

    private record Pushed(String device, String module, String version, long generation, String outcome, String text) {}

    @Mixin private Console console;
    @Mixin private Target target;

    @Parameters(paramLabel = "FILE", description = "signed module")
    private Path file;

    @Option(names = "--device", paramLabel = "ID", required = true, description = "device to put it on")
    private String device;

    @Option(names = "--key", paramLabel = "FILE", required = true, description = "private director key")
    private Path key;

    @Option(names = "--timeout", paramLabel = "TIME", defaultValue = "10m", description = "give up waiting; default ${DEFAULT-VALUE}")
    private String timeout;

    @Override
    public Integer call() throws InterruptedException {
        console.logs("error");
        SignedModule release = Inputs.signed(file);
        Manifest manifest = release.manifest();
        var director = Inputs.key(key);
        try (Operator operator = target.operator(device)) {
            operator.offer(release);
            long generation = operator.assign(Map.of(manifest.module(), release.digest()), director);
            Operator.Result result = operator.follow(manifest.module(), release.digest(), generation, Durations.parse(timeout), this::progress);
            console.data(new Pushed(device, manifest.module(), manifest.version(), generation,
                result.outcome().name().toLowerCase(Locale.ROOT), result.text()),
                manifest.module() + " " + manifest.version() + " on " + device + ": "
                    + (result.outcome() == Operator.Outcome.COMMITTED ? console.green("committed") : console.red(result.outcome().name().toLowerCase(Locale.ROOT)) + ": " + result.text()));
            return switch (result.outcome()) {
                case COMMITTED -> ExitCode.DONE.number();
                case REFUSED -> ExitCode.POLICY_REFUSED.number();
                case TIMEOUT -> ExitCode.TIMEOUT.number();
            };
        }
    }

    private void progress(Reported.Module row) {
        Progress now = new Progress(row.name(), row.phase().name().toLowerCase(Locale.ROOT), row.percent(),
            row.error() == null ? "" : row.error().name().toLowerCase(Locale.ROOT), row.text());
        if (console.json()) {
            console.data(now, "");
        } else {
            console.progress(console.dim(now.phase() + (row.percent() > 0 && row.percent() < 100 ? " " + row.percent() + " %" : "")));
        }
    }
}
