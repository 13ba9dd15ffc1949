package dev.thimble.simulator.fleet;

import dev.thimble.agent.Json;
import dev.thimble.agent.cli.CommandException;
import dev.thimble.agent.cli.Console;
import dev.thimble.agent.cli.ExitCode;
import dev.thimble.agent.cli.Sizes;
import dev.thimble.agent.operator.Keys;
import dev.thimble.ota.bundle.SignedModule;
import dev.thimble.simulator.world.Broker;
import dev.thimble.simulator.world.TemporaryFolder;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code thimble fleet}. */
@Command(name = "fleet", description = "Simulate many devices and measure how long an update over all of them takes.",
    footer = {"", "Examples:", "  thimble fleet", "  thimble fleet --devices 100 --faulty 9 --broker tcp://localhost:1883", "",
        "Every device is a whole agent; they share this process. The operator is one other process, `thimble rollout --all`.",
        "Exits 0 only if an independent MQTT subscriber saw every device report the update as committed."})
public final class FleetCommand implements Callable<Integer> {
    private static final Duration CONNECT = Duration.ofMinutes(3);
    private static final Duration REPORT = Duration.ofSeconds(30);
    private static final int FIRST_BYTES = 2_000;
    private static final String ROOT = "thimble/1";

    private record Measured(String step, int devices, int committed, double seconds, long brokerMessages, double messagesPerSecond,
                            String text) {}

    @Mixin private Console console;

    @Option(names = "--devices", paramLabel = "N", defaultValue = "1000", description = "how many; default ${DEFAULT-VALUE}")
    private int count;

    @Option(names = "--faulty", paramLabel = "N", defaultValue = "0",
        description = "how many with a fault: a slow link, a link that is cut, or flash that forgets; default ${DEFAULT-VALUE}")
    private int faulty;

    @Option(names = "--size", paramLabel = "SIZE", defaultValue = "100KiB", description = "size of the update; default ${DEFAULT-VALUE}")
    private String size;

    @Option(names = "--probation", paramLabel = "SECONDS", defaultValue = "10", description = "probation; default ${DEFAULT-VALUE}")
    private int probation;

    @Option(names = "--no-broadcast", description = "send each device its own copy of each chunk")
    private boolean single;

    @Option(names = "--broker", paramLabel = "URL", description = "use this MQTT 5 broker instead of the embedded one")
    private String broker;

    @Option(names = "--broker-port", paramLabel = "PORT", description = "port of the embedded broker; default 1883 if it is free")
    private int port;

    @Option(names = "--data", paramLabel = "DIR", description = "where the devices' flash is, in a folder that goes away; default memory where the system has it")
    private Path data;

    @Override
    public Integer call() throws Exception {
        console.logs("error");
        Path memory = Path.of("/dev/shm");
        Path parent = data != null ? data : Files.isWritable(memory) ? memory : Path.of(System.getProperty("java.io.tmpdir"));
        try (TemporaryFolder folder = new TemporaryFolder(parent, "thimble-fleet"); Broker used = Broker.open(broker, port)) {
            Keys keys = Keys.generate(true);
            keys.write(folder.path().resolve("keys"));
            SignedModule first = FleetModule.release(1, FIRST_BYTES, probation, keys.release());
            SignedModule update = FleetModule.release(2, (int) Sizes.parse(size), probation, keys.release());
            try (FleetObserver observer = new FleetObserver(used.url(), ROOT);
                SimulatedFleet fleet = new SimulatedFleet(used.url(), ROOT, count, faulty, folder.path().resolve("flash"), keys.trusted())) {
                long start = System.nanoTime();
                fleet.start();
                boolean online = observer.await(CONNECT, () -> observer.online() >= count);
                tell(new Measured("connect", count, 0, seconds(start), 0, 0, ""), observer.online() + " of " + count + " devices online, "
                    + Thread.activeCount() + " threads in this process");
                boolean good = online && roll("install", first, folder.path(), used, observer)
                    && roll("update", update, folder.path(), used, observer);
                console.progress(console.dim("devices that suffered a fault: " + fleet.suffered()));
                if (good && fleet.suffered().containsValue(0)) {
                    throw new CommandException(ExitCode.FAILED, "a fault did not show on any device: " + fleet.suffered());
                }
                return (good ? ExitCode.DONE : ExitCode.FAILED).number();
            }
        }
    }

    /** One rollout by an operator in a process of its own. */
    private boolean roll(String step, SignedModule release, Path folder, Broker used, FleetObserver observer) throws Exception {
        Path file = Files.write(folder.resolve(step + ".thimble"), release.encode());
        List<String> command = new ArrayList<>(List.of(ProcessHandle.current().info().command().orElse("java"), "-cp",
            System.getProperty("java.class.path"), "dev.thimble.simulator.Main", "rollout", file.toString(), "--all", "--json",
            "--broker", used.url(), "--root", ROOT, "--key", folder.resolve("keys").resolve(Keys.DIRECTOR).toString()));
        if (single) {
            command.add("--no-broadcast");
        }
        long messages = observer.messages();
        long start = System.nanoTime();
        Process operator = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        Map<?, ?> last = follow(operator);
        double seconds = seconds(start);
        boolean seen = operator.waitFor() == 0 && observer.await(REPORT, () -> observer.committed(release.digest()) >= count);
        int committed = observer.committed(release.digest());
        // The broker counts in whole seconds.
        Thread.sleep(1_500);
        long carried = messages < 0 ? -1 : observer.messages() - messages;
        tell(new Measured(step, count, committed, seconds, carried, carried / seconds, Json.of(last)), String.format(Locale.ROOT,
            "%s of %,d bytes (%,d on the way): %d of %d devices committed it, in %.1f s from the operator's start%s; %s", step,
            release.manifest().size(), release.payloads().stream().mapToInt(p -> p.length).min().orElse(0), committed, count, seconds,
            carried < 0 ? "" : String.format(Locale.ROOT, ", %,d messages through the broker, %,.0f a second", carried, carried / seconds),
            "the operator sent " + number(last, "chunks") + " messages to single devices and broadcast " + number(last, "broadcasts")));
        return seen;
    }

    private static String number(Map<?, ?> object, String key) {
        return object.get(key) instanceof Double number ? String.valueOf(number.longValue()) : "?";
    }

    private Map<?, ?> follow(Process operator) throws IOException {
        Map<?, ?> last = Map.of();
        try (BufferedReader lines = operator.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                last = Json.parse(line, Map.class);
                if ("failed".equals(last.get("event"))) {
                    console.problem(last.get("device") + " failed: " + last.get("text"));
                }
            }
        }
        return last;
    }

    private void tell(Measured measured, String text) {
        console.data(measured, String.format(Locale.ROOT, "%7.2f s  %s", measured.seconds, text));
    }

    private static double seconds(long start) {
        return Math.round((System.nanoTime() - start) / 1e7) / 100.0;
    }
}
