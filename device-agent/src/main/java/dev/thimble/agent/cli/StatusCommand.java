package dev.thimble.agent.cli;

import dev.thimble.agent.config.Durations;
import dev.thimble.agent.operator.Fleet;
import dev.thimble.agent.operator.Operator;
import dev.thimble.ota.document.Reported;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "status", description = "Show what devices run, from what they last reported to the broker.",
    footer = {"", "Examples:", "  thimble status", "  thimble status sim --json"})
final class StatusCommand implements Callable<Integer> {
    private record Row(String device, String online, long generation, String module, String phase, long sequence, String error, String text) {}

    @Mixin private Console console;
    @Mixin private Target target;

    @Parameters(paramLabel = "ID", arity = "0..1", defaultValue = "+", description = "one device; default all")
    private String device;

    @Option(names = "--timeout", paramLabel = "TIME", defaultValue = "5s", description = "wait no longer for a named device; default ${DEFAULT-VALUE}")
    private String timeout;

    @Override
    public Integer call() throws InterruptedException {
        console.logs("error");
        Duration patience = Durations.parse(timeout);
        List<Fleet.Device> devices;
        try (Operator operator = target.operator(device)) {
            devices = device.equals("+") ? Fleet.look(operator) : Fleet.look(operator, device, patience);
        }
        if (devices.isEmpty()) {
            throw new CommandException(ExitCode.FAILED, device.equals("+") ? "no device has reported to this broker"
                : device + " has not been heard of at this broker within " + timeout);
        }
        List<Row> rows = new ArrayList<>();
        for (Fleet.Device each : devices) {
            List<Reported.Module> modules = each.reported() == null ? List.of() : each.reported().modules();
            long generation = each.reported() == null ? 0 : each.reported().generation();
            String refusal = each.reported() == null ? "" : each.reported().refusal();
            if (modules.isEmpty()) {
                rows.add(new Row(each.id(), each.online(), generation, "", "", 0, refusal.isEmpty() ? "" : "refused", refusal));
            }
            for (Reported.Module m : modules) {
                rows.add(new Row(each.id(), each.online(), generation, m.name(), m.phase().name().toLowerCase(Locale.ROOT),
                    m.sequence(), m.error() == null ? "" : m.error().name().toLowerCase(Locale.ROOT), m.text()));
            }
        }
        StringBuilder text = new StringBuilder(String.format("%-20s %-8s %-16s %-12s %8s  %s%n", "DEVICE", "LINK", "MODULE", "PHASE", "SEQUENCE", "ERROR"));
        for (Row row : rows) {
            text.append(String.format("%-20s %-8s %-16s %-12s %8d  %s%n", row.device(), row.online(), row.module(), row.phase(),
                row.sequence(), row.error().isEmpty() ? "" : console.red(row.error()) + ": " + row.text().replace("\n", "; ")));
        }
        console.data(rows, text.toString().stripTrailing());
        return ExitCode.DONE.number();
    }
}
