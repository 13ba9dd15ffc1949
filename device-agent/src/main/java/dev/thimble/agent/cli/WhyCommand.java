package dev.thimble.agent.cli;

import dev.thimble.agent.Answers;
import dev.thimble.agent.cell.Incident;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "why", description = "Ask a device why it is as it is: phases, errors, incidents and its audit log.",
    footer = {"", "Examples:", "  thimble why sim", "  thimble why sim weather --json"})
final class WhyCommand extends AskCommand implements Callable<Integer> {
    @Parameters(index = "1", paramLabel = "MODULE", arity = "0..1", defaultValue = "", description = "one module; default all")
    private String module;

    @Override
    public Integer call() throws InterruptedException {
        Answers.Why why = ask("why", module, Answers.Why.class);
        if (!module.isEmpty() && why.modules().stream().noneMatch(m -> m.name().equals(module))) {
            throw unknown(device, module);
        }
        console.data(why, text(why, console));
        return ExitCode.DONE.number();
    }

    static String text(Answers.Why why, Console console) {
        StringBuilder text = new StringBuilder(why.device()).append(", assignment generation ").append(why.generation())
            .append(why.paused() ? ", updates are paused" : "").append('\n');
        if (!why.refusal().isEmpty()) {
            text.append(console.red("the last assignment was refused: ")).append(why.refusal()).append('\n');
        }
        for (Answers.ModuleView m : why.modules()) {
            text.append(m.name()).append(": ").append(m.phase()).append(", sequence ").append(m.sequence());
            if (m.cell() != null) {
                text.append(m.cell().running() ? ", runs " : ", does not run: ").append(m.cell().version());
                if (m.cell().undelivered() > 0) {
                    text.append(", ").append(m.cell().undelivered()).append(" messages undelivered");
                }
            }
            text.append('\n');
            m.text().lines().forEach(line -> text.append("  ").append(console.red(m.error())).append(": ").append(line).append('\n'));
            if (m.cell() != null) {
                m.cell().metrics().forEach((name, value) -> text.append("  ").append(name).append(" = ").append(value).append('\n'));
                m.cell().incidents().forEach(incident -> incident(text, incident));
            }
        }
        why.audit().forEach(a -> text.append(Instant.ofEpochSecond(a.seconds())).append(' ')
            .append(a.module().isEmpty() ? "" : a.module() + ": ").append(a.what()).append('\n'));
        return text.toString().stripTrailing();
    }

    private static void incident(StringBuilder text, Incident incident) {
        text.append("  ").append(Instant.ofEpochMilli(incident.millis())).append(' ').append(incident.summary()).append('\n');
        incident.trace().forEach(frame -> text.append("      ").append(frame).append('\n'));
        incident.events().forEach(event -> text.append("      ").append(event).append('\n'));
    }
}
