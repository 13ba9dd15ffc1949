package dev.thimble.agent.cli;

import dev.thimble.agent.config.Durations;
import dev.thimble.agent.operator.Delivery;
import dev.thimble.agent.operator.Operator;
import dev.thimble.ota.content.Digest;
import dev.thimble.ota.document.Desired;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "configure", description = "Change settings of a module on a device. They come like an update: with probation, and back if they do harm.",
    footer = {"", "Examples:", "  thimble configure sim weather interval=10 --key keys/director.key",
        "  thimble configure sim weather interval= --key keys/director.key    takes the setting away"})
final class ConfigureCommand implements Callable<Integer> {
    private record Configured(String device, String module, Map<String, String> settings, String outcome, String text) {}

    @Mixin private Console console;
    @Mixin private Target target;

    @Parameters(index = "0", paramLabel = "ID", description = "device")
    private String device;

    @Parameters(index = "1", paramLabel = "MODULE", description = "module to configure")
    private String module;

    @Parameters(index = "2..*", paramLabel = "KEY=VALUE", arity = "1..*", description = "new value of a setting; empty to take it away")
    private List<String> changes;

    @Option(names = "--key", paramLabel = "FILE", required = true, description = "private director key")
    private Path key;

    @Option(names = "--timeout", paramLabel = "TIME", defaultValue = "10m", description = "give up waiting; default ${DEFAULT-VALUE}")
    private String timeout;

    @Override
    public Integer call() throws InterruptedException {
        console.logs("error");
        var director = Inputs.key(key);
        try (Operator operator = target.operator(device)) {
            Delivery delivery = new Delivery(operator);
            Desired before = operator.assigned();
            Digest release = before == null ? null : before.modules().get(module);
            if (release == null) {
                throw new CommandException(ExitCode.FAILED, "no " + module + " is assigned to " + device + " at this broker; push it first");
            }
            Map<String, String> settings = changed(before.settings().getOrDefault(module, Map.of()));
            long generation = operator.configure(module, settings, director);
            Delivery.Result result = delivery.follow(module, release, generation, Durations.parse(timeout),
                row -> console.progress(console.dim(row.phase().name().toLowerCase(Locale.ROOT))));
            console.data(new Configured(device, module, settings, DeliveryProgress.name(result.outcome()), result.text()),
                module + " on " + device + ": " + (result.outcome() == Delivery.Outcome.COMMITTED ? console.green("runs with " + settings)
                    : console.red(DeliveryProgress.name(result.outcome())) + ": " + result.text()));
            return ExitCode.of(result.outcome()).number();
        }
    }

    private Map<String, String> changed(Map<String, String> before) {
        Map<String, String> settings = new TreeMap<>(before);
        for (String change : changes) {
            int equals = change.indexOf('=');
            if (equals <= 0) {
                throw new CommandException(ExitCode.USAGE, "'" + change + "': write it as key=value");
            }
            if (equals == change.length() - 1) {
                settings.remove(change.substring(0, equals));
            } else {
                settings.put(change.substring(0, equals), change.substring(equals + 1));
            }
        }
        return settings;
    }
}
