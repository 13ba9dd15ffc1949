package dev.thimble.agent.cli;

import dev.thimble.agent.config.Config;
import dev.thimble.agent.config.ConfigException;
import dev.thimble.agent.config.Key;
import dev.thimble.hal.board.BoardFile;
import dev.thimble.hal.linux.LinuxProbe;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "doctor", description = "Say what works on this machine, and how to mend what does not.",
        footer = {"", "Examples:", "  thimble doctor", "  thimble doctor --set mqtt.url=tcp://10.0.0.2:1883 --json"})
final class DoctorCommand implements Callable<Integer> {
    /** A clock before this day was never set; the first release is younger. */
    private static final LocalDate BUILT = LocalDate.of(2026, 1, 1);

    private enum State { OK, MISSING, BROKEN }

    private record Check(String name, State state, String found, String mend) {}

    @Mixin private Console console;
    @Mixin private Settings settings;

    @Override
    public Integer call() {
        Config config = settings.load();
        List<Check> checks = new ArrayList<>();
        checks.add(jdk());
        BoardFile board = AgentCommand.boardFile(config);
        checks.add(board(config, board));
        List<Check> hardware = hardware(board);
        checks.addAll(hardware);
        checks.add(clock());
        checks.add(dataFolder(config));
        checks.add(broker(config));
        StringBuilder text = new StringBuilder();
        boolean broken = false;
        for (Check check : checks) {
            broken |= check.state() == State.BROKEN;
            String mark = switch (check.state()) {
                case OK -> console.green("ok     ");
                case MISSING -> console.dim("missing");
                case BROKEN -> console.red("broken ");
            };
            text.append(mark).append("  ").append(String.format("%-14s", check.name())).append(check.found()).append('\n');
            if (check.state() != State.OK) {
                text.append("                         ").append(check.mend()).append('\n');
            }
        }
        if (hardware.stream().noneMatch(check -> check.state() == State.OK)) {
            text.append("\nNo hardware for modules here: `thimble demo` and `thimble sim` bring a simulated board.\n");
        }
        console.data(checks, text.toString().stripTrailing());
        return (broken ? ExitCode.FAILED : ExitCode.DONE).number();
    }

    private static Check jdk() {
        int version = Runtime.version().feature();
        return new Check("jdk", version >= 25 ? State.OK : State.BROKEN,
                "Java " + Runtime.version() + ", " + System.getProperty("os.arch"), "install a JDK 25 and set JAVA_HOME");
    }

    private static Check board(Config config, BoardFile board) {
        boolean chosen = config.path(Key.DEVICE_BOARD) != null;
        return new Check("board", State.OK, board.name() + (chosen ? ", as device.board says"
            : board.generic() ? ": no board that Thimble knows by its device tree; device.board chooses one"
            : ", by its device tree"), "");
    }

    private static List<Check> hardware(BoardFile board) {
        List<Check> checks = new ArrayList<>();
        for (LinuxProbe.Finding finding : LinuxProbe.run(board)) {
            State state = switch (finding.state()) {
                case WORKS -> State.OK;
                case MISSING -> State.MISSING;
                // What a desktop keeps for itself is no fault of a board that names no buses.
                case FORBIDDEN -> board.generic() ? State.MISSING : State.BROKEN;
                case BROKEN -> State.BROKEN;
            };
            checks.add(new Check(finding.part(), state, finding.detail(), finding.mend()));
        }
        return checks;
    }

    private static Check clock() {
        LocalDate today = LocalDate.now();
        return new Check("clock", today.isBefore(BUILT) ? State.BROKEN : State.OK, today.toString(),
                "the clock was never set: install systemd-timesyncd or chrony");
    }

    private static Check dataFolder(Config config) {
        Path folder = config.path(Key.DEVICE_DATA).toAbsolutePath();
        Path existing = folder;
        while (existing != null && !Files.exists(existing)) {
            existing = existing.getParent();
        }
        boolean usable = existing != null && Files.isDirectory(existing) && Files.isWritable(existing);
        return new Check("data", usable ? State.OK : State.BROKEN, folder + (Files.exists(folder) ? "" : " (will be made)"),
                existing + " is not writable: set device.data to a folder that is");
    }

    private static Check broker(Config config) {
        String url = config.text(Key.MQTT_URL);
        URI uri = uri(url);
        int port = uri.getPort() > 0 ? uri.getPort() : uri.getScheme().equals("ssl") ? 8883 : 1883;
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(uri.getHost(), port), 2_000);
            return new Check("broker", State.OK, url + " accepts connections", "");
        } catch (IOException e) {
            return new Check("broker", State.MISSING, url + ": " + e.getMessage(),
                    "start a broker there, or set mqtt.url; `thimble sim` brings its own");
        }
    }

    private static URI uri(String url) {
        URI uri;
        try {
            uri = URI.create(url);
        } catch (IllegalArgumentException e) {
            throw new ConfigException("mqtt.url = '" + url + "': " + e.getMessage());
        }
        if (uri.getScheme() == null || uri.getHost() == null) {
            throw new ConfigException("mqtt.url = '" + url + "': write tcp://host:port or ssl://host:port");
        }
        return uri;
    }
}
