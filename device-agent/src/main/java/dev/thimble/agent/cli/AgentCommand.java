package dev.thimble.agent.cli;

import dev.thimble.agent.Agent;
import dev.thimble.agent.AgentOptions;
import dev.thimble.agent.cell.Supervisor;
import dev.thimble.agent.config.Config;
import dev.thimble.agent.config.ConfigException;
import dev.thimble.agent.config.Key;
import dev.thimble.agent.port.HostRandom;
import dev.thimble.hal.board.Board;
import dev.thimble.hal.board.BoardFile;
import dev.thimble.hal.board.Clock;
import dev.thimble.hal.linux.LinuxBoard;
import dev.thimble.hal.pi4j.Pi4jBoard;
import dev.thimble.hal.toml.Toml;
import dev.thimble.ota.cbor.MalformedDocumentException;
import dev.thimble.ota.trust.RefusedSignatureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.tinylog.Logger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "agent", description = "Run this device: its modules, its link, its updates. Ends in order on SIGTERM.",
    footer = {"", "Examples:", "  thimble agent --config /etc/thimble.toml", "  THIMBLE_MQTT_URL=tcp://10.0.0.2:1883 thimble agent --config thimble.toml"})
final class AgentCommand implements Callable<Integer> {
    private static final int STOP_SECONDS = 15;

    @Mixin private Console console;
    @Mixin private Settings settings;

    @Override
    public Integer call() throws Exception {
        Config config = settings.load();
        console.logs(console.quiet() ? "error" : config.text(Key.LOG_LEVEL));
        BoardFile file = boardFile(config);
        AgentOptions options = AgentOptions.of(config, file);
        CountDownLatch stop = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            stop.countDown();
            await(stopped);
        }));
        try (Board board = Pi4jBoard.through(new LinuxBoard(file), Clock.system());
            Agent agent = new Agent(options, board, Clock.system(), Supervisor.Idle.system(), new HostRandom())) {
            Logger.info("device {} on a {}, data in {}", options.topics().device(), file.name(), options.data().toAbsolutePath());
            if (options.development()) {
                Logger.warn("DEVELOPMENT MODE: keys made for trying things out are accepted");
            }
            agent.start();
            stop.await();
        } catch (RefusedSignatureException | MalformedDocumentException e) {
            throw new CommandException(ExitCode.SIGNATURE_REFUSED, config.text(Key.KEYS_TRUSTED) + ": " + e.getMessage());
        } catch (IOException e) {
            throw new CommandException(ExitCode.FAILED, options.data() + ": " + e.getMessage());
        } finally {
            stopped.countDown();
        }
        return ExitCode.DONE.number();
    }

    private static void await(CountDownLatch stopped) {
        try {
            stopped.await(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The board that the configuration names, by file or by the name of a built-in one; else the one that this machine is. */
    static BoardFile boardFile(Config config) {
        Path named = config.path(Key.DEVICE_BOARD);
        if (named == null) {
            return LinuxBoard.detect();
        }
        String name = named.getFileName().toString();
        try {
            return BoardFile.BUILT_IN.contains(name) && !Files.exists(named) ? BoardFile.builtIn(name)
                : BoardFile.parse(Files.readString(named), named.toString());
        } catch (Toml.TomlException e) {
            throw new ConfigException(e.getMessage());
        } catch (IOException e) {
            throw new ConfigException("device.board = '" + named + "': neither a file nor one of " + BoardFile.BUILT_IN);
        }
    }
}
