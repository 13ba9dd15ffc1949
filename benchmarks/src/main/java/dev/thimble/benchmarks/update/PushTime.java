package dev.thimble.benchmarks.update;

import dev.thimble.agent.Json;
import dev.thimble.agent.operator.Delivery;
import dev.thimble.agent.operator.Keys;
import dev.thimble.agent.operator.Operator;
import dev.thimble.agent.port.Topics;
import dev.thimble.benchmarks.measure.Mosquitto;
import dev.thimble.ota.bundle.SignedModule;
import dev.thimble.ota.document.Phase;
import dev.thimble.ota.document.Reported;
import dev.thimble.simulator.fleet.FleetModule;
import dev.thimble.simulator.fleet.SimulatedFleet;
import dev.thimble.simulator.world.TemporaryFolder;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How long a push of 100 KB takes over mosquitto on loopback until the module runs in probation, on a device whose flash is
 * on this machine's disk: by {@code thimble push} as typed, and by an operator that stays connected, as {@code push --watch}
 * does. {@code benchmarks/run --main update.PushTime [PUSHES]}
 */
public final class PushTime {
    private static final String ROOT = "thimble/1";
    private static final int BYTES = 100 << 10;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private PushTime() {}

    public static void main(String[] args) throws Exception {
        System.setProperty("tinylog.level", "error");
        int pushes = args.length == 0 ? 5 : Integer.parseInt(args[0]);
        Keys keys = Keys.generate(true);
        try (TemporaryFolder folder = new TemporaryFolder("thimble-push"); Mosquitto broker = Mosquitto.start(folder.path());
            SimulatedFleet device = new SimulatedFleet(broker.url(), ROOT, 1, 0, folder.path().resolve("flash"), keys.trusted())) {
            keys.write(folder.path().resolve("keys"));
            device.start();
            System.out.printf("| push of %,d bytes | until it runs in probation (s) | whole command (s) | phases (ms after the assignment) |%n", BYTES);
            System.out.println("| --- | ---: | ---: | --- |");
            long sequence = 1;
            for (int i = 0; i < pushes; i++) {
                typed(FleetModule.release(sequence++, BYTES, 2, keys.release()), folder.path(), broker.url());
            }
            try (Operator operator = new Operator(broker.url(), new Topics(ROOT, "dev-00001"))) {
                operator.awaitOnline(PATIENCE);
                for (int i = 0; i < pushes; i++) {
                    connected(operator, FleetModule.release(sequence++, BYTES, 2, keys.release()), keys);
                }
            }
        }
    }

    /** {@code thimble push}, its JVM's start included. */
    private static void typed(SignedModule release, Path folder, String broker) throws IOException, InterruptedException {
        Path file = Files.write(folder.resolve("update.thimble"), release.encode());
        long start = System.nanoTime();
        Process process = new ProcessBuilder(ProcessHandle.current().info().command().orElse("java"), "-XX:+UseSerialGC",
            "-cp", System.getProperty("java.class.path"), "dev.thimble.simulator.Main", "push", file.toString(), "--json", "--device", "dev-00001",
            "--broker", broker, "--root", ROOT, "--key", folder.resolve("keys").resolve(Keys.DIRECTOR).toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        double running = -1;
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (running < 0 && "probation".equals(Json.parse(line, Map.class).get("phase"))) {
                    running = (System.nanoTime() - start) / 1e9;
                }
            }
        }
        if (process.waitFor() != 0) {
            throw new IllegalStateException("thimble push ended with " + process.exitValue());
        }
        System.out.printf("| thimble push | %.2f | %.2f | |%n", running, (System.nanoTime() - start) / 1e9);
    }

    private static void connected(Operator operator, SignedModule release, Keys keys) throws InterruptedException {
        operator.offer(release);
        Delivery delivery = new Delivery(operator);
        Map<Phase, Long> reached = new EnumMap<>(Phase.class);
        long start = System.nanoTime();
        long generation = operator.assign(Map.of(FleetModule.NAME, release.digest()), keys.director());
        Delivery.Result result = delivery.follow(FleetModule.NAME, release.digest(), generation, PATIENCE, new Delivery.Listener() {
            @Override
            public void report(Reported.Module row) {
                reached.putIfAbsent(row.phase(), System.nanoTime() - start);
            }
        });
        if (result.outcome() != Delivery.Outcome.COMMITTED) {
            throw new IllegalStateException(result.text());
        }
        List<String> phases = reached.entrySet().stream().map(e -> e.getKey().name().toLowerCase() + " " + e.getValue() / 1_000_000).toList();
        System.out.printf("| operator that stays connected | %.2f | %.2f | %s |%n", reached.get(Phase.PROBATION) / 1e9,
            (System.nanoTime() - start) / 1e9, phases.stream().collect(Collectors.joining(", ")));
    }
}
