package dev.thimble.simulator;

import dev.thimble.agent.cli.Thimble;
import dev.thimble.simulator.demo.DemoCommand;
import dev.thimble.simulator.fleet.FleetCommand;
import dev.thimble.simulator.sim.SimCommand;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine;

/** Entry of the desktop: every command of the agent, and those that need a simulated board or a broker of our own. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        Map<String, Class<?>> ours = new TreeMap<>(Map.of("demo", DemoCommand.class, "sim", SimCommand.class,
            "fleet", FleetCommand.class));
        System.exit(written(execute(Thimble.commandLine(ours, args), args)));
    }

    private static int execute(CommandLine line, String... args) {
        try {
            return line.execute(args);
        } catch (OutOfMemoryError e) {
            System.err.println("thimble: out of memory; THIMBLE_JAVA_OPTS=-Xmx2g gives it 2 GiB of heap");
            return 1;
        }
    }

    /** A disk that is full, or a reader that has gone, is no success. */
    private static int written(int code) {
        if (code == 0 && System.out.checkError()) {
            System.err.println("thimble: not everything could be written to standard output");
            return 1;
        }
        return code;
    }
}
