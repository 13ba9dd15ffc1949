package dev.thimble.simulator;

import dev.thimble.agent.cli.Thimble;
import dev.thimble.simulator.demo.DemoCommand;
import dev.thimble.simulator.fleet.FleetCommand;
import dev.thimble.simulator.sim.SimCommand;
import java.util.Map;
import java.util.TreeMap;

/** Entry of the desktop: every command of the agent, and those that need a simulated board or a broker of our own. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        Map<String, Class<?>> ours = new TreeMap<>(Map.of("demo", DemoCommand.class, "sim", SimCommand.class,
            "fleet", FleetCommand.class));
        System.exit(Thimble.commandLine(ours, args).execute(args));
    }
}
