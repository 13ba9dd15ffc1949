package dev.thimble.simulator;

import dev.thimble.agent.cli.Thimble;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;

/**
 * Goes through what the commands that end at once do, while the JVM records which classes to archive. The launcher runs it
 * once after each build. Others are left out, since every start loads all that is archived.
 */
final class Training {
    private Training() {}

    /** @param args a WASI program, and a folder for it */
    public static void main(String[] args) {
        System.setOut(new PrintStream(OutputStream.nullOutputStream()));
        System.setErr(System.out);
        List<List<String>> commands = List.of(List.of("run", "--stats", "--dir", args[1] + "::/home", args[0], "/home", "word"),
            List.of("inspect", args[0]), List.of("validate", args[0]));
        for (List<String> command : commands) {
            String[] line = command.toArray(String[]::new);
            Thimble.commandLine(Map.of(), line).execute(line);
        }
    }
}
