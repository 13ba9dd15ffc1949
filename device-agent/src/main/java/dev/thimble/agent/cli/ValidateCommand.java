package dev.thimble.agent.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "validate", description = "Check WebAssembly modules against the specification.",
    footer = {"", "Examples:", "  thimble validate weather.wasm", "  thimble validate --json *.wasm", "", "Exits 3 if one is not valid."})
final class ValidateCommand implements Callable<Integer> {
    private record Verdict(String file, boolean valid, String problem) {}

    @Mixin private Console console;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "binaries to check")
    private List<Path> files = new ArrayList<>();

    @Override
    public Integer call() {
        boolean valid = true;
        for (Path file : files) {
            Verdict verdict = check(file);
            valid &= verdict.valid();
            console.data(verdict, verdict.valid() ? console.green("valid") + "    " + file
                : console.red("invalid") + "  " + verdict.problem());
        }
        return (valid ? ExitCode.DONE : ExitCode.INVALID_MODULE).number();
    }

    private static Verdict check(Path file) {
        try {
            Inputs.module(file);
            return new Verdict(file.toString(), true, "");
        } catch (CommandException e) {
            if (e.exitCode() != ExitCode.INVALID_MODULE) {
                throw e;
            }
            return new Verdict(file.toString(), false, e.getMessage());
        }
    }
}
