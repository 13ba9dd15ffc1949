package dev.thimble.simulator;

import dev.thimble.agent.cli.Thimble;
import dev.thimble.simulator.demo.DemoCommand;
import dev.thimble.simulator.sim.SimCommand;
import picocli.CommandLine;

/** Entry of the desktop: every command of the agent, and those that need a simulated board or a broker of our own. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        CommandLine line = Thimble.commandLine();
        line.addSubcommand(new DemoCommand());
        line.addSubcommand(new SimCommand());
        System.exit(line.execute(args));
    }
}
