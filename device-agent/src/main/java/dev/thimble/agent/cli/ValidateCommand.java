package dev.thimble.agent.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "validate", description = "Check WebAssembly modules against the specification.",
    footer = {"", "Examples:", "  thimble validate weather.wasm", "  thimble validate --json *.wasm", "", "Exits 3 if one is not valid, else 1 if one cannot be read."})
final class ValidateCommand implements Callable<Integer> {
    private record Verdict(String file, boolean valid, String problem) {}

    @Mixin private Console console;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "binaries to check")
    private List<Path> files = new ArrayList<>();

    @Override
    public Integer call() {
        boolean valid = true;
        boolean read = true;
        for (Path file : files) {
            try {
                Inputs.module(file);
                console.data(new Verdict(file.toString(), true, ""), console.green("valid") + "    " + file);
            } catch (CommandException e) {
                boolean invalid = e.exitCode() == ExitCode.INVALID_MODULE;
                valid &= !invalid;
                read &= invalid;
                console.data(new Verdict(file.toString(), false, e.getMessage()), console.red(invalid ? "invalid" : "unread ") + "  " + e.getMessage());
            }
        }
        return (!valid ? ExitCode.INVALID_MODULE : read ? ExitCode.DONE : ExitCode.FAILED).number();
    }
}
