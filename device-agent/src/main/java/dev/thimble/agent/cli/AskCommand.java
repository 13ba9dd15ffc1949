package dev.thimble.agent.cli;

import dev.thimble.agent.operator.Operator;
import dev.thimble.agent.operator.Requests;
import java.time.Duration;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** A command that is one question to one device. */
abstract class AskCommand {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Mixin Console console;
    @Mixin Target target;

    @Parameters(index = "0", paramLabel = "ID", description = "device to ask")
    String device;

    /** The answer as JSON; ends the command when the device does not answer. */
    final String ask(String verb, String module) throws InterruptedException {
        console.logs("error");
        try (Operator operator = target.operator(device)) {
            String answer = Requests.ask(operator, verb, module, PATIENCE);
            if (answer == null) {
                throw new CommandException(ExitCode.NO_CONNECTION, device + " does not answer; `thimble status " + device + "` shows its last report");
            }
            return answer;
        }
    }
}
