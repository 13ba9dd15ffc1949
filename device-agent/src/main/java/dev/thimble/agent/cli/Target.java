package dev.thimble.agent.cli;

import dev.thimble.agent.AgentOptions;
import dev.thimble.agent.config.Config;
import dev.thimble.agent.config.Key;
import dev.thimble.agent.operator.Operator;
import dev.thimble.agent.port.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which broker an operator's command talks to. */
final class Target {
    private static final Duration CONNECT = Duration.ofSeconds(10);

    @Mixin private Settings settings;

    @Option(names = "--broker", paramLabel = "URL", description = "broker, as tcp://host:port; default mqtt.url")
    private String broker;

    @Option(names = "--root", paramLabel = "TOPIC", description = "first levels of every topic; default mqtt.root")
    private String root;

    private Config config() {
        List<String> sets = new ArrayList<>();
        if (broker != null) {
            sets.add(Key.MQTT_URL.path() + "=" + broker);
        }
        if (root != null) {
            sets.add(Key.MQTT_ROOT.path() + "=" + root);
        }
        return settings.load(sets);
    }

    /** Connects on behalf of one device, or ends the command. {@code +} stands for every device. */
    Operator operator(String device) throws InterruptedException {
        if (!device.equals("+") && !device.matches("[^/+#\\x00]+")) {
            throw new CommandException(ExitCode.USAGE, "'" + device + "' is no device: its name is one level of a topic, without / + #");
        }
        Config config = config();
        Topics topics = new Topics(config.text(Key.MQTT_ROOT), device);
        Operator operator = new Operator(topics, AgentOptions.link(config, "thimble-operator-" + UUID.randomUUID()));
        if (!operator.awaitOnline(CONNECT)) {
            String problem = operator.linkProblem();
            operator.close();
            throw new CommandException(ExitCode.NO_CONNECTION, config.text(Key.MQTT_URL) + ": no connection: " + problem);
        }
        return operator;
    }
}
