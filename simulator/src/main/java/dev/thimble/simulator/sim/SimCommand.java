package dev.thimble.simulator.sim;

import dev.thimble.agent.cli.CommandException;
import dev.thimble.agent.cli.Console;
import dev.thimble.agent.cli.ExitCode;
import dev.thimble.agent.config.Durations;
import dev.thimble.agent.operator.Keys;
import dev.thimble.agent.operator.Operator;
import dev.thimble.agent.port.Topics;
import dev.thimble.agent.recording.RecordingOptions;
import dev.thimble.hal.board.BoardFile;
import dev.thimble.hal.grant.GrantSet;
import dev.thimble.hal.toml.Toml;
import dev.thimble.mqtt.LinkOptions;
import dev.thimble.mqtt.MqttLink;
import dev.thimble.mqtt.ReceivedMessage;
import dev.thimble.mqtt.paho.PahoLink;
import dev.thimble.ota.bundle.SignedModule;
import dev.thimble.ota.cbor.MalformedDocumentException;
import dev.thimble.ota.content.Digest;
import dev.thimble.simulator.replay.ReplayRun;
import dev.thimble.simulator.world.Broker;
import dev.thimble.simulator.world.SampleRelease;
import dev.thimble.simulator.world.SimulatedDevice;
import dev.thimble.simulator.world.TemporaryFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code thimble sim}. */
@Command(name = "sim", description = "Run the agent on a simulated Raspberry Pi with a broker of its own, until Ctrl-C.",
    footer = {"", "Examples:", "  thimble sim --headless", "  thimble sim --headless --for 30s --json",
        "  thimble sim --data ./my-device --module weather.thimble",
        "  thimble sim --headless --for 30s --record weather.recording",
        "  thimble sim --replay weather.recording                   what `thimble record` has fetched from a device, too",
        "  thimble sim --replay weather.recording --until-event 42 --coredump core.wasm",
        "", "A replay exits with 4 when the recording ends with a trap, 5 when out of fuel, and 1 when it is damaged or the run differs."})
public final class SimCommand implements Callable<Integer> {
    private static final Duration BROKER_PATIENCE = Duration.ofSeconds(10);
    private static final int CHUNK = 1024;
    private static final long RECORDING_BYTES = 16 << 20;
    private static final long REPLAY_STACK = 64 << 20;

    private record Published(String topic, String payload) {}

    @Mixin private Console console;

    @Option(names = "--headless", description = "no web page")
    private boolean headless;

    @Option(names = "--port", paramLabel = "PORT", defaultValue = "8080", description = "port of the web page; 0 for a free one")
    private int port;

    @Option(names = "--for", paramLabel = "TIME", description = "end after this time, for example 30s")
    private String duration;

    @Option(names = "--speed", paramLabel = "N", defaultValue = "1", description = "how fast the device's time runs")
    private double speed;

    @Option(names = "--board", paramLabel = "FILE", description = "built-in board (default raspberry-pi-4), or a board file of your own with its [[chip]] tables")
    private String board;

    @Option(names = "--grants", paramLabel = "FILE", description = "what modules may use; default: what the samples need")
    private Path grants;

    @Option(names = "--module", paramLabel = "FILE", description = "signed module to install; default: the sample weather 1 on a new device")
    private List<Path> modules = List.of();

    @Option(names = "--data", paramLabel = "DIR", description = "the device's flash and keys; default: a folder that goes away")
    private Path data;

    @Option(names = "--device", paramLabel = "ID", defaultValue = "sim", description = "identity in topics; default ${DEFAULT-VALUE}")
    private String device;

    @Option(names = "--broker", paramLabel = "URL", description = "use this MQTT 5 broker instead of the embedded one")
    private String broker;

    @Option(names = "--broker-port", paramLabel = "PORT", description = "port of the embedded broker; default 1883 if it is free")
    private int brokerPort;

    @Option(names = "--record", paramLabel = "FILE", description = "record what reaches the first module that starts, from its start on")
    private Path record;

    @Option(names = "--replay", paramLabel = "FILE", description = "go through a recording, without device and broker, and tell what happens; -v for what the module asked, too")
    private Path replay;

    @Option(names = "--until-event", paramLabel = "N", description = "stop the replay behind this event and show where it is")
    private Long untilEvent;

    @Option(names = "--until-fuel", paramLabel = "N", description = "stop the replay behind so many units of fuel")
    private Long untilFuel;

    @Option(names = "--coredump", paramLabel = "FILE", description = "write a core dump of where the replay has stopped, or the module failed")
    private Path coreDump;

    @Override
    public Integer call() throws Exception {
        if (replay != null) {
            return replay().number();
        }
        if (untilEvent != null || untilFuel != null || coreDump != null) {
            throw new CommandException(ExitCode.USAGE, "--until-event, --until-fuel and --coredump belong to --replay");
        }
        console.logs("warn");
        Duration limit = duration == null ? null : Durations.parse(duration);
        boolean own = board != null && !BoardFile.BUILT_IN.contains(board);
        String description = own ? Files.readString(Path.of(board)) : null;
        BoardFile file = own ? BoardFile.parse(description, board) : BoardFile.builtIn(board == null ? "raspberry-pi-4" : board);
        Toml chips = own ? Toml.parse(description, board) : null;
        GrantSet granted = grants == null ? SimulatedDevice.sampleGrants(file)
            : GrantSet.read(Toml.parse(Files.readString(grants), grants.toString()), file);
        CountDownLatch stop = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        Thread hook = new Thread(() -> {
            stop.countDown();
            try {
                stopped.await(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        try (TemporaryFolder temporary = new TemporaryFolder("thimble-sim"); Broker used = Broker.open(broker, brokerPort)) {
            Path home = data == null ? temporary.path() : data;
            Keys keys = keys(home.resolve("keys"));
            Topics topics = new Topics("thimble/1", device);
            boolean blank = !Files.exists(home.resolve("flash"));
            try (SimulatedDevice simulated = new SimulatedDevice(used.url(), topics, home.resolve("flash"), keys.trusted(), file, chips, granted, speed,
                options -> options.with(new RecordingOptions(RECORDING_BYTES, record)));
                MqttLink listener = PahoLink.create(LinkOptions.builder(used.url(), "thimble-sim-" + UUID.randomUUID()).build());
                Operator operator = new Operator(used.url(), topics);
                WebPage page = headless ? null : WebPage.open(port, simulated, topics)) {
                Runtime.getRuntime().addShutdownHook(hook);
                listener.subscribe(topics.published("+") + "#", 1, message -> print(message, page));
                listener.start();
                simulated.start();
                announce(used, topics, home, page);
                if (blank || !modules.isEmpty()) {
                    install(operator, used, keys);
                }
                if (limit == null) {
                    stop.await();
                } else {
                    stop.await(limit.toMillis(), TimeUnit.MILLISECONDS);
                }
            }
        } finally {
            stopped.countDown();
        }
        return ExitCode.DONE.number();
    }

    /** On a thread with room for a module's deep recursion. */
    private ExitCode replay() throws Exception {
        if (record != null) {
            throw new CommandException(ExitCode.USAGE, "--replay and --record: choose one");
        }
        ReplayRun run = new ReplayRun(console, replay, new ReplayRun.Until(limit("--until-event", untilEvent), limit("--until-fuel", untilFuel)), coreDump);
        FutureTask<ExitCode> task = new FutureTask<>(run::run);
        new Thread(null, task, "replay", REPLAY_STACK).start();
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception failure ? failure : e;
        }
    }

    private static long limit(String option, Long value) {
        if (value != null && value < 1) {
            throw new CommandException(ExitCode.USAGE, option + " " + value + ": it counts from 1");
        }
        return value == null ? Long.MAX_VALUE : value;
    }

    private static Keys keys(Path folder) throws IOException {
        if (Files.exists(folder.resolve(Keys.TRUSTED))) {
            return Keys.read(folder);
        }
        Keys keys = Keys.generate(true);
        keys.write(folder);
        return keys;
    }

    private void announce(Broker used, Topics topics, Path home, WebPage page) {
        console.progress("device   " + topics.device() + (speed == 1 ? "" : ", " + speed + " times as fast as the clock on the wall"));
        console.progress("broker   " + used.url() + (used.isEmbedded() ? " (embedded)" : ""));
        if (page != null) {
            console.progress("page     " + page.url());
        }
        console.progress("watch    mosquitto_sub -p " + used.url().replaceAll(".*:", "") + " -v -t '" + topics.published("+") + "#'");
        console.progress("push     thimble push FILE --device " + topics.device() + " --broker " + used.url()
            + " --key " + home.resolve("keys").resolve(Keys.DIRECTOR));
        console.progress("");
    }

    private void install(Operator operator, Broker used, Keys keys) throws InterruptedException, IOException {
        if (!operator.awaitOnline(BROKER_PATIENCE)) {
            throw new CommandException(ExitCode.NO_CONNECTION, used.url() + ": " + operator.linkProblem());
        }
        Map<String, Digest> assigned = new TreeMap<>();
        for (SignedModule module : signedModules(keys)) {
            operator.offer(module);
            assigned.put(module.manifest().module(), module.digest());
        }
        operator.assign(assigned, keys.director());
    }

    private List<SignedModule> signedModules(Keys keys) throws IOException {
        if (modules.isEmpty()) {
            return List.of(SampleRelease.sign("weather-1", keys.release(), CHUNK));
        }
        List<SignedModule> read = new java.util.ArrayList<>();
        for (Path file : modules) {
            try {
                read.add(SignedModule.decode(Files.readAllBytes(file)));
            } catch (MalformedDocumentException e) {
                throw new CommandException(ExitCode.INVALID_MODULE, file + ": " + e.getMessage());
            }
        }
        return read;
    }

    private void print(ReceivedMessage message, WebPage page) {
        String payload = new String(message.payload(), StandardCharsets.UTF_8);
        if (page != null) {
            page.published(message.topic(), payload);
        }
        if (!console.quiet()) {
            console.data(new Published(message.topic(), payload), message.topic() + " " + payload);
        }
    }
}
