package dev.thimble.simulator.demo;

import dev.thimble.agent.cli.Console;
import dev.thimble.agent.cli.ExitCode;
import dev.thimble.simulator.world.Broker;
import dev.thimble.simulator.world.TemporaryFolder;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code thimble demo}. */
@Command(name = "demo", description = "Show the whole story in under a minute; nothing else is needed.",
    footer = {"", "Examples:", "  thimble demo", "  thimble demo --json", "  thimble demo --broker tcp://localhost:1883",
        "", "Exits 0 only if an independent MQTT subscriber saw every step."})
public final class DemoCommand implements Callable<Integer> {
    @Mixin private Console console;

    @Option(names = "--broker", paramLabel = "URL", description = "use this MQTT 5 broker instead of the embedded one")
    private String broker;

    @Option(names = "--broker-port", paramLabel = "PORT", description = "port of the embedded broker; default 1883 if it is free")
    private int port;

    @Override
    public Integer call() throws Exception {
        console.logs("off");
        try (TemporaryFolder flash = new TemporaryFolder("thimble-demo"); Broker used = Broker.open(broker, port)) {
            boolean seen = new Demo(used, new Timeline(console)).run(flash.path());
            return (seen ? ExitCode.DONE : ExitCode.FAILED).number();
        }
    }
}
