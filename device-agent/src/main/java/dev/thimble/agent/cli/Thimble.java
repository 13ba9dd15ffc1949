package dev.thimble.agent.cli;

import dev.thimble.agent.config.ConfigException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParseResult;

/** The command line of a device and of its operator. The simulator adds its own commands to it. */
@Command(name = "thimble", mixinStandardHelpOptions = true, scope = CommandLine.ScopeType.INHERIT, version = "thimble 0.1.0",
        description = "WebAssembly modules on small edge devices, with safe updates over MQTT.",
        footer = {"", "Exit codes: 0 done, 1 failed, 2 usage, 3 invalid module, 4 trap, 5 out of fuel,", "6 timeout, 7 signature refused, 8 no connection, 9 refused by policy."})
public final class Thimble implements Runnable {
    private static final String COMPLETION = "generate-completion";
    private static final Map<String, Class<?>> COMMANDS = new LinkedHashMap<>();

    static {
        COMMANDS.put("agent", AgentCommand.class);
        COMMANDS.put("push", PushCommand.class);
        COMMANDS.put("rollout", RolloutCommand.class);
        COMMANDS.put("configure", ConfigureCommand.class);
        COMMANDS.put("status", StatusCommand.class);
        COMMANDS.put("rollback", RollbackCommand.class);
        COMMANDS.put("logs", LogsCommand.class);
        COMMANDS.put("why", WhyCommand.class);
        COMMANDS.put("record", RecordCommand.class);
        COMMANDS.put("keygen", KeygenCommand.class);
        COMMANDS.put("sign", SignCommand.class);
        COMMANDS.put("verify", VerifyCommand.class);
        COMMANDS.put("run", RunCommand.class);
        COMMANDS.put("inspect", InspectCommand.class);
        COMMANDS.put("validate", ValidateCommand.class);
        COMMANDS.put("doctor", DoctorCommand.class);
        COMMANDS.put("config", ConfigCommand.class);
        COMMANDS.put(COMPLETION, AutoComplete.GenerateCompletion.class);
    }

    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

    private Thimble() {}

    /** The command line with every command of the agent. */
    public static CommandLine commandLine() {
        return commandLine(Map.of());
    }

    /**
     * The command line with every command of the agent and some others, by their names. When {@code args} name one of
     * them, it knows only that: describing all of them to picocli takes as long as starting the JVM.
     */
    public static CommandLine commandLine(Map<String, Class<?>> others, String... args) {
        Map<String, Class<?>> commands = new LinkedHashMap<>(COMMANDS);
        commands.putAll(others);
        if (args.length > 0 && commands.containsKey(args[0]) && !args[0].equals(COMPLETION)) {
            commands.keySet().retainAll(Set.of(args[0]));
        }
        // An argument that begins with @ belongs to whoever it is for.
        CommandLine line = new CommandLine(new Thimble()).setExpandAtFiles(false);
        commands.forEach(line::addSubcommand);
        if (commands.containsKey(COMPLETION)) {
            line.getSubcommands().get(COMPLETION).getCommandSpec().usageMessage().hidden(true);
        }
        line.setExecutionExceptionHandler(Thimble::fail);
        return line;
    }

    @Override
    public void run() {
        spec.commandLine().usage(System.err);
        throw new CommandLine.ParameterException(spec.commandLine(), "name a command");
    }

    private static int fail(Exception failure, CommandLine line, ParseResult parsed) {
        ExitCode code = switch (failure) {
            case CommandException e -> e.exitCode();
            case ConfigException e -> ExitCode.USAGE;
            default -> ExitCode.FAILED;
        };
        line.getErr().println(Console.printable("thimble " + line.getCommandName() + ": " + explain(failure)));
        if (code == ExitCode.FAILED && parsed.matchedOptionValue("--verbose", false)) {
            failure.printStackTrace(line.getErr());
        }
        return code.number();
    }

    private static String explain(Exception failure) {
        return switch (failure) {
            case CommandException e -> e.getMessage();
            case ConfigException e -> e.getMessage();
            case NoSuchFileException e -> e.getFile() + ": no such file";
            case AccessDeniedException e -> e.getFile() + ": permission denied";
            case UncheckedIOException e -> explain(e.getCause());
            default -> failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        };
    }
}
