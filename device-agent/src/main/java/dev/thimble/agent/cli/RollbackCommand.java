package dev.thimble.agent.cli;

import dev.thimble.agent.Answers;
import dev.thimble.agent.config.Durations;
import dev.thimble.agent.operator.Delivery;
import dev.thimble.agent.operator.Operator;
import dev.thimble.ota.content.Digest;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "rollback", description = "Assign the release that a module had before; the device still has it.",
    footer = {"", "Examples:", "  thimble rollback sim weather --key keys/director.key"})
final class RollbackCommand implements Callable<Integer> {
    private record RolledBack(String device, String module, String release, String outcome, String text) {}

    @Mixin private Console console;
    @Mixin private Target target;

    @Parameters(index = "0", paramLabel = "ID", description = "device")
    private String device;

    @Parameters(index = "1", paramLabel = "MODULE", description = "module to take back")
    private String module;

    @Option(names = "--key", paramLabel = "FILE", required = true, description = "private director key")
    private Path key;

    @Option(names = "--timeout", paramLabel = "TIME", defaultValue = "10m", description = "give up waiting; default ${DEFAULT-VALUE}")
    private String timeout;

    @Override
    public Integer call() throws InterruptedException {
        console.logs("error");
        var director = Inputs.key(key);
        try (Operator operator = target.operator(device)) {
            Answers.ModuleView view = AskCommand.ask(operator, device, "why", module, Answers.Why.class).modules().stream()
                .filter(m -> m.name().equals(module)).findFirst().orElseThrow(() -> AskCommand.unknown(device, module));
            if (view.previous().isEmpty()) {
                throw new CommandException(ExitCode.FAILED, device + " has no release of " + module + " to go back to");
            }
            Digest previous = Digest.parse(view.previous());
            Delivery delivery = new Delivery(operator);
            long generation = operator.assign(Map.of(module, previous), director);
            Delivery.Result result = delivery.follow(module, previous, generation, Durations.parse(timeout),
                row -> console.progress(console.dim(row.phase().name().toLowerCase(Locale.ROOT))));
            console.data(new RolledBack(device, module, previous.toString(), DeliveryProgress.name(result.outcome()), result.text()),
                module + " on " + device + ": " + (result.outcome() == Delivery.Outcome.COMMITTED ? console.green("back at " + previous.brief())
                    : console.red(DeliveryProgress.name(result.outcome())) + ": " + result.text()));
            return ExitCode.of(result.outcome()).number();
        }
    }
}
