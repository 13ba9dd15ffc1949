package dev.thimble.agent.cli;

import dev.thimble.agent.Answers;
import dev.thimble.agent.port.LogRing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "logs", description = "Show the last log lines of a device's modules.",
    footer = {"", "Examples:", "  thimble logs sim", "  thimble logs sim weather --json"})
final class LogsCommand extends AskCommand implements Callable<Integer> {
    record Line(long millis, String module, String level, String text) {}

    @Parameters(index = "1", paramLabel = "MODULE", arity = "0..1", defaultValue = "", description = "one module; default all")
    private String module;

    @Override
    public Integer call() throws InterruptedException {
        Answers.Logs answer = ask("logs", module, Answers.Logs.class);
        if (!module.isEmpty() && !answer.modules().containsKey(module)) {
            throw unknown(device, module);
        }
        List<Line> lines = lines(answer);
        if (lines.isEmpty()) {
            console.progress(console.dim("no module has logged anything"));
        }
        for (Line line : lines) {
            console.data(line, Instant.ofEpochMilli(line.millis()) + " " + String.format("%-5s", line.level()) + " " + line.module() + ": " + line.text());
        }
        return ExitCode.DONE.number();
    }

    /** All lines, oldest first. */
    static List<Line> lines(Answers.Logs answer) {
        List<Line> lines = new ArrayList<>();
        answer.modules().forEach((name, kept) -> {
            for (LogRing.Line line : kept) {
                lines.add(new Line(line.millis(), name, line.level(), line.text()));
            }
        });
        lines.sort(Comparator.comparingLong(Line::millis));
        return lines;
    }
}
