package dev.thimble.hal.host;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.thimble.hal.board.BoardFile;
import dev.thimble.hal.grant.GrantSet;
import dev.thimble.hal.simulated.PacedClock;
import dev.thimble.hal.simulated.SimulatedBoard;
import dev.thimble.hal.simulated.chip.Mcp3008;
import dev.thimble.hal.simulated.chip.Sht31;
import dev.thimble.hal.simulated.chip.Signal;
import dev.thimble.wasm.Imports;
import dev.thimble.wasm.Instance;
import dev.thimble.wasm.WasmModule;
import dev.thimble.wasm.api.ImportType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A module with the imports of a TinyGo program (see {@code src/test/c/tinygo.c}), executed by the engine. */
class TinyGoTest {
    private final PacedClock clock = new PacedClock(1);
    private final SimulatedBoard board = new SimulatedBoard(BoardFile.builtIn("raspberry-pi-4"), clock);
    private final WasmModule module = EchoCell.module("tinygo.wasm");
    private final Ports ports = new Ports();
    private final CellHost host = new CellHost(GrantSet.parse("""
        [[module.m.device]]
        alias = "led"
        kind = "gpio"
        line = "GPIO17"
        modes = ["out"]
        [[module.m.device]]
        alias = "button"
        kind = "gpio"
        line = "GPIO27"
        modes = ["in"]
        [[module.m.device]]
        alias = "servo"
        kind = "pwm"
        bus = "pwm18"
        [[module.m.device]]
        alias = "bus"
        kind = "i2c"
        bus = "i2c1"
        addresses = [0x44, 0x45]
        [[module.m.device]]
        alias = "converter"
        kind = "spi"
        bus = "spi0.0"
        [[module.m.device]]
        alias = "battery"
        kind = "adc"
        bus = "spi0.1"
        chip = "mcp3008"
        channel = 0
        full-scale-microvolts = 3_300_000
        [[module.m.device]]
        alias = "line"
        kind = "uart"
        bus = "uart0"
        """, "grants", board.file()).of("m"),
        new CellResources(new SharedInputs(board), new Inbox(4, 64, clock, () -> { }), clock), ports.ports(clock));
    private final Instance instance = module.instantiate(HostImports.add(Imports.builder(), host, module.imports()).build());

    @AfterEach
    void stop() {
        host.stop();
        clock.close();
    }

    private int call(String function, long... arguments) {
        return (int) instance.function(function).call(arguments)[0];
    }

    @Test
    void theModuleUsesTheWholeShim() {
        Set<String> offered = HostImports.types("env").stream().map(ImportType::name)
            .collect(Collectors.toSet());
        assertEquals(offered, module.imports().stream().map(ImportType::name).collect(Collectors.toSet()));
    }

    @Test
    void pins() {
        assertEquals(1, call("button"), "pulled up");
        assertEquals(1, board.pin("GPIO17").level());
        board.pin("GPIO27").drive(0);
        assertEquals(0, call("button"));
        assertEquals(0, board.pin("GPIO17").level());
    }

    @Test
    void i2c() {
        Sht31 chip = new Sht31(0x44, clock);
        chip.temperature(Signal.constant(25));
        board.attach("i2c1", chip);
        // Datasheet §4.13: T = −45 + 175 · S / 65535.
        assertEquals(25, -45 + 175 * call("sht31", 0x44) / 65_535.0, 0.01);
        assertEquals(-1, call("sht31", 0x45), "errI2CNoDevices");
        assertEquals(-1, call("sht31", 0x46), "not granted");
    }

    @Test
    void spiAndAdc() {
        assertEquals(0xFF, call("exchange", 0x12), "nothing there: MISO floats high");
        Mcp3008 chip = new Mcp3008(3.3, clock);
        chip.input(3, Signal.constant(1.65));
        chip.input(0, Signal.constant(0.825));
        board.attach("spi0.0", chip);
        board.attach("spi0.1", chip);
        assertEquals(512, call("mcp3008"));
        assertEquals(0.25, call("adc") / 65_535.0, 0.001);
    }

    @Test
    void timers() {
        instance.function("servo").call();
        assertEquals(20_000_000, board.pwm("pwm18").periodNanos());
        assertEquals(1_500_000, board.pwm("pwm18").dutyNanos());
        assertTrue(board.pwm("pwm18").enabled());
        host.stop();
        assertFalse(board.pwm("pwm18").enabled());
    }

    @Test
    void uart() {
        board.serial("uart0").send("thimble".getBytes(StandardCharsets.US_ASCII));
        assertEquals(7, call("echo"));
        assertArrayEquals("thimble".getBytes(StandardCharsets.US_ASCII), board.serial("uart0").received());
    }

    @Test
    void theCheckedInModuleIsItsSource(@TempDir Path folder) throws Exception {
        Process build;
        try {
            Process version = new ProcessBuilder("clang", "--version").redirectErrorStream(true).start();
            assumeTrue(version.inputReader().readLine().contains("clang version 14.0.6"), "SKIPPED: clang 14.0.6 is not installed");
            build = new ProcessBuilder("src/test/c/build.sh", folder.toString()).inheritIO().start();
        } catch (IOException e) {
            assumeTrue(false, "SKIPPED: clang 14.0.6 is not installed");
            return;
        }
        assertEquals(0, build.waitFor());
        assertArrayEquals(TinyGoTest.class.getResourceAsStream("tinygo.wasm").readAllBytes(),
            Files.readAllBytes(folder.resolve("tinygo.wasm")), "run device-hal/src/test/c/build.sh");
    }
}
