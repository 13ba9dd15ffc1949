package dev.thimble.simulator.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.agent.cli.Thimble;
import dev.thimble.simulator.TestBroker;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** {@code thimble sim --board FILE}: a board and chips as the user describes them, and descriptions that are wrong. */
@Timeout(60)
class OwnBoardTest {
    private static final String BOARD = """
        name = "Cold room"
        [[gpio]]
        chip = "bench"
        prefix = "GPIO"
        lines = 28
        [i2c]
        i2c1 = "/dev/i2c-1"
        """;

    @TempDir Path folder;

    private record Run(int exit, String out, String err) {}

    private Run sim(String boardFile, String... more) throws IOException {
        Path file = Files.writeString(folder.resolve("bench.toml"), boardFile);
        String[] arguments = new String[more.length + 4];
        arguments[0] = "sim";
        arguments[1] = "--headless";
        arguments[2] = "--board";
        arguments[3] = file.toString();
        System.arraycopy(more, 0, arguments, 4, more.length);
        StringWriter err = new StringWriter();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream before = System.out;
        try {
            System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
            CommandLine line = Thimble.commandLine().addSubcommand(new SimCommand()).setErr(new PrintWriter(err));
            return new Run(line.execute(arguments), out.toString(StandardCharsets.UTF_8), err.toString());
        } finally {
            System.setOut(before);
        }
    }

    @Test
    void aModuleMeasuresWhatTheFileSays() throws Exception {
        try (TestBroker broker = TestBroker.start()) {
            Run run = sim(BOARD + """
                [[chip]]
                type = "bme280"
                bus = "i2c1"
                address = 0x76
                temperature = -20.5
                """, "--for", "6s", "--broker", broker.url());
            assertEquals(0, run.exit, run.err);
            assertTrue(run.out.contains("\"temperature\":-20.5"), run.out);
        }
    }

    /** Each ends before anything is started, with the place and what is wrong. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        type = "bme999" \\n bus = "i2c1"                            | type is "bme999"; known are ads1115, bme280
        type = "bme280"                                             | bus is missing
        type = "bme280" \\n bus = "i2c9"                            | has no I2C bus "i2c9"; it has i2c1
        type = "mcp3008" \\n bus = "i2c1"                           | has no SPI device "i2c1"
        type = "bme280" \\n bus = "i2c1" \\n address = 0x80         | address is 128, must be 8 to 119
        type = "bme280" \\n bus = "i2c1" \\n adress = 0x76          | unknown key adress
        type = "bme280" \\n bus = "i2c1" \\n temperature = "warm"   | temperature is warm; expected a number
        type = "bme280" \\n bus = "i2c1" \\n temperature = nan      | temperature is NaN
        type = "bme280" \\n bus = "i2c1" \\n temperature = { period = 0 } | period is 0.0, must be more than 0
        type = "bme280" \\n bus = "i2c1" \\n temperature = { men = 3 }  | unknown key men
        type = "bme280" \\n bus = "i2c1" \\n [[chip]] \\n type = "bmp280" \\n bus = "i2c1" | address 0x76 of i2c1 is taken by another chip
        type = "bme280" \\n bus =                                   | not TOML
        """)
    void aWrongDescriptionIsExplained(String chip, String problem) throws IOException {
        Run run = sim(BOARD + "[[chip]]\n" + chip.replace("\\n", "\n") + "\n", "--for", "1s");
        assertEquals(1, run.exit, run.err);
        assertTrue(run.err.startsWith("thimble sim: "), run.err);
        assertTrue(run.err.contains("bench.toml"), run.err);
        assertTrue(run.err.contains(problem), run.err);
        assertEquals(1, run.err.lines().count(), run.err);
    }
}
