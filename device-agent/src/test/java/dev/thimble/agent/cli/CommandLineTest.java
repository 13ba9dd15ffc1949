package dev.thimble.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.agent.Json;
import dev.thimble.agent.Modules;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Commands as they are typed: exit code, data on standard output, problems elsewhere. */
@Timeout(30)
class CommandLineTest {
    private record Run(int exit, String out, String err) {}

    @TempDir Path folder;

    private static Run thimble(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StringWriter err = new StringWriter();
        PrintStream before = System.out;
        try {
            System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
            CommandLine line = Thimble.commandLine(Map.of(), arguments).setErr(new PrintWriter(err));
            return new Run(line.execute(arguments), out.toString(StandardCharsets.UTF_8).strip(), err.toString().strip());
        } finally {
            System.setOut(before);
        }
    }

    private String module(String name) throws IOException {
        return Files.write(folder.resolve(name + ".wasm"), Modules.bytes(name)).toString();
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    @Test
    void runCallsAnExport() throws IOException {
        String file = module("arithmetic");
        assertEquals(new Run(0, "42", ""), thimble("run", file, "--invoke", "add", "40", "2"));
        assertEquals("-1.25", thimble("run", file, "--invoke", "half", "--", "-2.5").out());
        Run json = thimble("run", file, "--invoke", "add", "--json", "0xffffffff", "1");
        assertEquals(List.of("0"), Json.parse(json.out(), Map.class).get("results"));
    }

    @Test
    void runSaysWithItsExitCodeHowItEnded() throws IOException {
        String file = module("arithmetic");
        Run trap = thimble("run", file, "--invoke", "divide", "1", "0");
        assertEquals(4, trap.exit());
        assertTrue(trap.err().matches("(?s).*trap: integer divide by zero\n  #0 divide \\(function \\d+\\) at 0x[0-9a-f]+\\s*"), trap.err());
        assertEquals(5, thimble("run", file, "--invoke", "spin", "--fuel", "1000").exit());
        Run late = thimble("run", file, "--invoke", "spin", "--timeout", "100ms", "--coredump", path("late"));
        assertEquals(6, late.exit());
        assertTrue(late.err().matches("(?s).*spin was not done after 100ms\n  #0 spin \\(function \\d+\\) at 0x[0-9a-f]+"), late.err());
        assertEquals(0, thimble("validate", path("late")).exit());
        Run unknown = thimble("run", file, "--invoke", "nothing");
        assertEquals(2, unknown.exit());
        assertTrue(unknown.err().contains("exports no function 'nothing'; it has [memory, add, half, divide, spin]"), unknown.err());
        assertEquals(2, thimble("run", file, "--invoke", "add", "1").exit());
        assertEquals(2, thimble("run", file, "--invoke", "add", "1", "two").exit());
        Run needy = thimble("run", module("counter"), "--invoke", "thimble_schema");
        assertEquals(3, needy.exit());
        assertTrue(needy.err().contains("thimble:mqtt/1"), needy.err());
    }

    @Test
    void argumentsAreNotReadFromFiles() throws IOException {
        String list = "@" + Files.writeString(folder.resolve("list"), "read from the file");
        assertEquals("command.wasm\0" + list + "\0", thimble("run", module("command"), list).out());
    }

    @Test
    void runRefusesWhatCannotBeMeant() throws IOException {
        String file = module("command");
        Files.createDirectory(folder.resolve("data"));
        Map<List<String>, String> refused = Map.of(
            List.of("--timeout", "0s"), "--timeout 0s leaves it no time",
            List.of("--env", "=x"), "the variable has no name",
            List.of("--dir", ""), "--dir '' has an empty name",
            List.of("--dir", "::/data"), "--dir '::/data' has an empty name",
            List.of("--dir", path("data") + "::"), "has an empty name",
            List.of("--dir", path("data") + "::/d", "--dir", path("") + "::/d"), "two directories with the name /d");
        refused.forEach((options, says) -> {
            Run run = thimble(Stream.concat(Stream.of("run", file), options.stream()).toArray(String[]::new));
            assertEquals(2, run.exit(), says);
            assertTrue(run.err().contains(says) && run.out().isEmpty(), run.toString());
        });
    }

    @Test
    void runTakesNumbersAsWebAssemblyWritesThem() throws IOException {
        String file = module("library");
        Map<List<String>, String> given = Map.of(
            List.of("010", "010", "nan", "inf"), "10\n10\nNaN\nInfinity",
            List.of("0xffffffff", "0xffffffffffffffff", "1", "-inf"), "-1\n-1\n1.0\n-Infinity",
            List.of("4294967295", "18446744073709551615", "1", "1"), "-1\n-1\n1.0\n1.0",
            List.of("-2147483648", "-9223372036854775808", "-0.0", "1e3"), "-2147483648\n-9223372036854775808\n-0.0\n1000.0");
        given.forEach((numbers, results) -> assertEquals(new Run(0, results, ""), same(file, numbers)));
        for (List<String> numbers : List.of(List.of("4294967296", "0", "0", "0"), List.of("-2147483649", "0", "0", "0"), List.of("--1", "0", "0", "0"),
            List.of("0", "18446744073709551616", "0", "0"), List.of("0", "-9223372036854775809", "0", "0"), List.of("0", "0x", "0", "0"))) {
            assertEquals(2, same(file, numbers).exit(), numbers::toString);
        }
    }

    private static Run same(String file, List<String> numbers) {
        return thimble(Stream.concat(Stream.of("run", file, "--invoke", "same", "--"), numbers.stream()).toArray(String[]::new));
    }

    @Test
    void runInitializesALibrary() throws IOException {
        assertEquals(new Run(0, "1", ""), thimble("run", module("library"), "--invoke", "ready"));
    }

    @Test
    void runKeepsTheTrapWhenADumpCannotBeWritten() throws IOException {
        Run run = thimble("run", module("starter"), "--coredump", path("no/such/folder"));
        assertEquals(4, run.exit());
        assertTrue(run.err().contains("trap: unreachable"), run.err());
        assertEquals(4, thimble("run", module("starter"), "--coredump", path("core")).exit());
        assertEquals(0, thimble("validate", path("core")).exit(), "a start function's dump");
        assertEquals(1, thimble("run", module("library"), "--invoke", "ready", "--profile", path("no/such/folder")).exit());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aFileWithoutEndIsRefused() {
        Run run = thimble("run", "/dev/zero");
        assertEquals(new Run(3, "", "thimble run: /dev/zero: more than the limit of 67108864 bytes"), run);
    }

    @Test
    void runGivesACommandWhatItIsGrantedAndEndsAsItDoes() throws IOException {
        String file = module("command");
        Files.createDirectory(folder.resolve("data"));
        Files.writeString(folder.resolve("data/note.txt"), "noted");
        Run granted = thimble("run", file, "one", "two", "--env", "K=V", "--dir", path("data") + "::/data");
        assertEquals(new Run(3, "command.wasm\0one\0two\0K=V\0noted", ""), granted);
        assertEquals(new Run(1, "command.wasm\0", ""), thimble("run", file));
        assertEquals(6, thimble("run", file, "--invoke", "nap", "--timeout", "100ms").exit());
        Run absent = thimble("run", file, "--dir", path("absent") + "::/");
        assertEquals(2, absent.exit());
        assertTrue(absent.err().contains("--dir: ") && absent.err().contains("absent is no directory"), absent.err());
        Run library = thimble("run", module("arithmetic"));
        assertEquals(2, library.exit());
        assertTrue(library.err().contains("no function '_start'") && library.err().contains("--invoke"), library.err());
    }

    @Test
    void validateNamesFileAndPlace() throws IOException {
        Files.write(folder.resolve("half.wasm"), java.util.Arrays.copyOf(Modules.bytes("counter"), 60));
        Run run = thimble("validate", module("counter"), path("half.wasm"));
        assertEquals(3, run.exit());
        assertTrue(run.out().contains("half.wasm: ") && run.out().contains("offset 0x"), run.out());
        Run absent = thimble("validate", path("absent.wasm"), module("counter"));
        assertEquals(1, absent.exit());
        assertTrue(absent.out().contains("absent.wasm: there is no such file\nvalid    "), absent.out());
        assertEquals(3, thimble("validate", path("absent.wasm"), path("half.wasm")).exit());
        // An i64.add in place of i32.add, and a name section in which function 2 is "tick".
        byte[] added = java.util.Arrays.copyOf(Modules.bytes("counter"), 0x153 + 16);
        added[0xF0] = 0x7C;
        System.arraycopy("\0\016\4name\1\7\1\2\4tick".getBytes(java.nio.charset.StandardCharsets.US_ASCII), 0, added, 0x153, 16);
        Files.write(folder.resolve("added.wasm"), added);
        Run wrong = thimble("validate", path("added.wasm"));
        assertEquals(3, wrong.exit());
        assertTrue(wrong.out().contains("tick (function 2) at 0xf0"), wrong.out());
    }

    @Test
    void inspectShowsImportsExportsAndGrants() throws IOException {
        Run run = thimble("inspect", module("counter"));
        assertEquals(0, run.exit());
        assertTrue(run.out().contains("thimble:mqtt/1 publish") && run.out().contains("topics to publish or subscribe"), run.out());
        assertTrue(run.out().contains("1 page of 64 KiB, at most 1"), run.out());
        Run files = thimble("inspect", module("command"));
        assertTrue(files.out().endsWith("needs grants for\n  preopened directories"), files.out());
    }

    @Test
    void whatIsSignedIsVerifiedAndWhatIsNotIsRefused() throws IOException {
        Files.writeString(folder.resolve("m.toml"), "module = \"counter\"\nversion = \"1.0.0\"\nsequence = 1\n");
        assertEquals(0, thimble("keygen", path("keys")).exit());
        assertEquals(0, thimble("keygen", path("others"), "--development").exit());
        Run again = thimble("keygen", path("keys"));
        assertEquals(1, again.exit());
        assertTrue(again.err().contains("never overwritten"), again.err());
        assertEquals(0, thimble("sign", module("counter"), "--manifest", path("m.toml"), "--key", path("keys/release.key"), "-o", path("m.thimble")).exit());
        assertEquals(0, thimble("verify", path("m.thimble"), "--trusted", path("keys/trusted.keys")).exit());
        Run refused = thimble("verify", path("m.thimble"), "--trusted", path("others/trusted.keys"));
        assertEquals(7, refused.exit());
        assertTrue(refused.err().contains("release role: 0 valid signatures of 1"), refused.err());
        byte[] changed = Files.readAllBytes(folder.resolve("m.thimble"));
        changed[changed.length - 3] ^= 1;
        Files.write(folder.resolve("m.thimble"), changed);
        assertEquals(3, thimble("verify", path("m.thimble"), "--trusted", path("keys/trusted.keys")).exit());
    }

    @Test
    void aDescriptionWithATypingMistakeIsNamed() throws IOException {
        Files.writeString(folder.resolve("m.toml"), "module = \"counter\"\nversion = \"1.0.0\"\nsequence = 1\nprobation = 5\n");
        thimble("keygen", path("keys"));
        Run run = thimble("sign", module("counter"), "--manifest", path("m.toml"), "--key", path("keys/release.key"), "-o", path("m.thimble"));
        assertEquals(2, run.exit());
        assertTrue(run.err().contains("m.toml: unknown key probation"), run.err());
    }

    @Test
    void noBrokerIsItsOwnExitCode() throws IOException {
        Run run = thimble("status", "--broker", "tcp://127.0.0.1:1");
        assertEquals(8, run.exit());
        assertTrue(run.err().contains("tcp://127.0.0.1:1: no connection"), run.err());
    }

    @Test
    void aWrongSettingIsAUsageError() {
        Run run = thimble("config", "--set", "mqtt.urll=x");
        assertEquals(2, run.exit());
        assertEquals("thimble config: --set: unknown setting 'mqtt.urll'; did you mean 'mqtt.url'?", run.err());
        assertEquals(2, thimble("no-such-command").exit());
    }

    @Test
    void anAgentWithoutKeysSaysWhatToDo() {
        Run run = thimble("agent", "--set", "device.data=" + path("data"), "--set", "device.board=raspberry-pi-4");
        assertEquals(2, run.exit());
        assertTrue(run.err().contains("keys.trusted is empty") && run.err().contains("thimble keygen"), run.err());
    }

    @Test
    void runWritesProfilesAndCoreDumps() throws IOException {
        String spinner = module("spinner");
        Run run = thimble("run", spinner, "--invoke", "thimble_tick", "0", "--fuel", "1000000", "--profile", path("stacks"));
        assertEquals(5, run.exit());
        assertTrue(run.err().contains("#0 thimble_tick"), run.err());
        assertEquals("thimble_tick 9\n", Files.readString(Path.of(path("stacks"))));
        Run trap = thimble("run", module("arithmetic"), "--invoke", "divide", "1", "0", "--coredump", path("core"));
        assertEquals(4, trap.exit());
        assertEquals(0, thimble("validate", path("core")).exit());
        Run profiled = thimble("run", module("arithmetic"), "--invoke", "divide", "7", "2", "--profile", path("none"), "--json");
        assertEquals(0, profiled.exit());
        assertTrue(profiled.out().contains("\"results\":[\"3\"]") && profiled.out().contains("\"hostCalls\":0"), profiled.out());
    }

    @Test
    void inspectShowsCodeAndItsTranslation() throws IOException {
        Run run = thimble("inspect", module("arithmetic"), "--disassemble", "divide");
        assertEquals(0, run.exit());
        assertTrue(run.out().matches("(?s)function \\d+ divide .*  i32.div_s\n.*translated\n.*\\(\\w+ i32.div_s \\(.*"), run.out());
        Run report = thimble("inspect", "--json", "src/test/resources/dev/thimble/agent/modules/sleeper.wasm");
        assertTrue(report.out().matches(".*\"functions\":\\d+,\"codeBytes\":\\d+,\"translatedBytes\":\\d+,\"features\":\\[\\],.*"), report.out());
        Run unknown = thimble("inspect", module("arithmetic"), "--disassemble", "nothing");
        assertEquals(2, unknown.exit());
        assertTrue(unknown.err().contains("no function 'nothing'") && unknown.err().contains("divide"), unknown.err());
    }

    @Test
    void aCommandAloneIsWhatItIsAmongAll() {
        CommandLine all = Thimble.commandLine(Map.of());
        assertTrue(all.getSubcommands().size() > 10);
        all.getSubcommands().forEach((name, command) -> {
            assertEquals(name, command.getCommandSpec().name());
            CommandLine alone = Thimble.commandLine(Map.of(), name, "--help");
            assertEquals(name.equals("generate-completion") ? all.getSubcommands().keySet() : Set.of(name), alone.getSubcommands().keySet(),
                "completion is for all of them");
            assertEquals(command.getUsageMessage(), alone.getSubcommands().get(name).getUsageMessage());
        });
    }

    @Test
    void aDeviceIsOneLevelOfATopic() {
        assertEquals(new Run(2, "", "thimble why: 'a/#' is no device: its name is one level of a topic, without / + #"), thimble("why", "a/#"));
        assertEquals(2, thimble("status", "").exit());
    }
}
