package dev.thimble.agent.cli;

import dev.thimble.agent.Answers;
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

    /** The answer; ends the command when the device does not answer, or with something else. */
    final <T> T ask(String verb, String module, Class<T> type) throws InterruptedException {
        console.logs("error");
        try (Operator operator = target.operator(device)) {
            return ask(operator, device, verb, module, type);
        }
    }

    static <T> T ask(Operator operator, String device, String verb, String module, Class<T> type) throws InterruptedException {
        String answer = Requests.ask(operator, verb, module, PATIENCE);
        if (answer == null) {
            throw new CommandException(ExitCode.NO_CONNECTION, device + " does not answer; `thimble status " + device + "` shows its last report");
        }
        return Answers.read(device, answer, type);
    }

    static CommandException unknown(String device, String module) {
        return new CommandException(ExitCode.FAILED, device + " has no module '" + module + "'; `thimble status " + device + "` shows those it has");
    }
}
