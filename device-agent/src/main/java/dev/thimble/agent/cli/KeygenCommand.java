package dev.thimble.agent.cli;

import dev.thimble.agent.operator.Keys;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "keygen", description = "Make the keys of a fleet: root, release, director and timestamp.",
    footer = {"", "Examples:", "  thimble keygen keys", "  thimble keygen --development keys",
        "", "Put trusted.keys on each device. Keep root.key offline; release.key signs modules, director.key assigns them."})
final class KeygenCommand implements Callable<Integer> {
    private record Made(String folder, String trusted, boolean development) {}

    @Mixin private Console console;

    @Option(names = "--development", description = "for trying things out: only devices in development mode accept them")
    private boolean development;

    @Parameters(paramLabel = "DIR", description = "folder for the keys")
    private Path folder;

    @Override
    public Integer call() throws IOException {
        try {
            Keys.generate(development).write(folder);
        } catch (FileAlreadyExistsException e) {
            throw new CommandException(ExitCode.FAILED, e.getMessage() + " is there already; keys are never overwritten");
        }
        console.data(new Made(folder.toString(), folder.resolve(Keys.TRUSTED).toString(), development),
            "made root, release, director and timestamp keys in " + folder + "; devices trust " + folder.resolve(Keys.TRUSTED));
        return ExitCode.DONE.number();
    }
}
