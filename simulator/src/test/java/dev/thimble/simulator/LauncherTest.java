package dev.thimble.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher {@code ./thimble}, in a checkout of its own whose build is replaced by a copy of the classes under test. It sees
 * only the JDKs that a test gives it: the folders where one may lie are moved below the test's.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LauncherTest {
    private static final Path JDK = Path.of(System.getProperty("java.home"));
    private static final List<String> TOOLS = List.of("bash", "cat", "cp", "dirname", "find", "flock", "grep", "mkdir", "mktemp", "mv",
        "readlink", "rm", "sed", "tail", "touch");
    /** A start function that is one {@code unreachable}. */
    private static final String TRAPPING = "0061736d01000000" + "010401600000" + "03020100" + "070a01065f73746172740000" + "0a05010300000b";

    /** Exits with the errno of writing a byte to standard output; its export {@code read} gives that of reading one. */
    private static final String STREAMS = "0061736d0100000001140460047f7f7f7f017f60017f006000017f60000002670316776173695f736e617073686f745f70726576696577310766"
        + "645f72656164000016776173695f736e617073686f745f70726576696577310866645f7772697465000016776173695f736e617073686f745f70"
        + "726576696577310970726f635f65786974000103030202030503010001071a03066d656d6f7279020004726561640003065f737461727400040a"
        + "1d020c00410041004101410810000b0e004101410041014108100110020b0b07010041040b0101";

    private Path root;
    private Path checkout;
    private Path tools;
    private Path module;
    private final Map<String, String> environment = new TreeMap<>();
    private final List<Result> firstStarts = new ArrayList<>();

    private record Result(int code, String out, String err) {}

    @BeforeAll
    void startTwiceAtOnce(@TempDir Path folder) throws Exception {
        root = folder;
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
        checkout = Files.createDirectories(root.resolve("a checkout"));
        for (String part : List.of("microruntime", "device-hal", "mqtt-bridge", "ota-updater", "sample-modules", "device-agent", "simulator")) {
            Files.createFile(Files.createDirectories(checkout.resolve(part).resolve("src")).resolveSibling("pom.xml"));
        }
        Files.createFile(checkout.resolve("pom.xml"));
        String program = "microruntime/src/test/resources/dev/thimble/wasm/wasi/files.wasm";
        Files.createDirectories(checkout.resolve(program).getParent());
        module = Files.copy(Path.of("..", program), checkout.resolve(program));
        String script = Files.readString(Path.of("../thimble"));
        String moved = script.replaceAll(" (?=/(usr|opt|Library)/)", " \"\\$TEST_ROOT\"");
        assertEquals(6, moved.split("TEST_ROOT", -1).length - 1, "folders where JDKs lie");
        Files.writeString(checkout.resolve("thimble"), moved);
        Files.setPosixFilePermissions(checkout.resolve("thimble"), PosixFilePermissions.fromString("rwxr-xr-x"));
        tools = Files.createDirectories(root.resolve("tools"));
        for (String tool : TOOLS) {
            Files.createSymbolicLink(tools.resolve(tool), find(tool));
        }
        Path built = Files.createDirectories(root.resolve("built"));
        jars(built);
        script(Files.createDirectories(root.resolve("maven")).resolve("mvn"), "echo x >> '" + root + "/builds'; cp -r '" + built + "' simulator/target/lib");
        usual();

        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            processes.add(start("start" + i, root, checkout.resolve("thimble").toString(), "validate", module.toString()));
        }
        for (int i = 0; i < 2; i++) {
            firstStarts.add(result(processes.get(i), "start" + i));
        }
    }

    @AfterEach
    void usual() {
        environment.clear();
        environment.putAll(Map.of("PATH", root.resolve("maven") + ":" + tools, "HOME", root.toString(), "JAVA_HOME", JDK.toString(), "TEST_ROOT", root.toString()));
    }

    @AfterAll
    void unlinkTools() throws IOException {
        for (String tool : TOOLS) {
            Files.delete(tools.resolve(tool));
        }
    }

    private static Path find(String tool) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator)).map(folder -> Path.of(folder, tool)).filter(Files::isExecutable)
            .findFirst().orElseThrow(() -> new IllegalStateException(tool + " is missing"));
    }

    private static void script(Path file, String commands) throws IOException {
        Files.writeString(file, "#!" + find("bash") + "\n" + commands + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** What the build leaves: every library, and a jar for each folder of classes. */
    private static void jars(Path folder) throws IOException {
        List<String> names = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path path = Path.of(entry);
            if (path.endsWith("test-classes") || Files.notExists(path)) {
                continue;
            }
            String name = names.size() + ".jar";
            names.add(name);
            if (Files.isDirectory(path)) {
                jar(folder.resolve(name), new Manifest(), path);
            } else {
                Files.copy(path, folder.resolve(name));
            }
        }
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, Main.class.getName());
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, String.join(" ", names));
        jar(folder.resolve("simulator-test.jar"), manifest, null);
    }

    private static void jar(Path file, Manifest manifest, Path classes) throws IOException {
        try (OutputStream out = Files.newOutputStream(file); JarOutputStream jar = new JarOutputStream(out, manifest);
             Stream<Path> files = classes == null ? Stream.of() : Files.walk(classes)) {
            jar.setLevel(Deflater.BEST_SPEED);
            for (Path path : files.filter(Files::isRegularFile).toList()) {
                jar.putNextEntry(new JarEntry(classes.relativize(path).toString()));
                Files.copy(path, jar);
            }
        }
    }

    private Process start(String name, Path from, String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(from.toFile()).redirectInput(new File("/dev/null"))
            .redirectOutput(root.resolve(name + ".out").toFile()).redirectError(root.resolve(name + ".err").toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.start();
    }

    private Result result(Process process, String name) throws Exception {
        int code = process.waitFor();
        return new Result(code, Files.readString(root.resolve(name + ".out")), Files.readString(root.resolve(name + ".err")));
    }

    private Result run(Path from, String script, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(script));
        command.addAll(List.of(arguments));
        return result(start("run", from, command.toArray(String[]::new)), "run");
    }

    private Result run(String... arguments) throws Exception {
        return run(root, checkout.resolve("thimble").toString(), arguments);
    }

    private void validates(Result result) {
        assertEquals(new Result(0, result.out, ""), result);
        assertTrue(result.out.contains("files.wasm"), result.out);
    }

    private Path archive() throws IOException {
        try (Stream<Path> files = Files.list(checkout.resolve("simulator/target"))) {
            List<Path> archives = files.filter(file -> file.toString().contains(".aot")).toList();
            assertEquals(1, archives.size(), archives::toString);
            return archives.get(0);
        }
    }

    @Test
    @Order(1)
    void oneOfTwoFirstStartsBuilds() throws Exception {
        for (Result start : firstStarts) {
            assertEquals(0, start.code, start.err);
            assertTrue(start.out.contains("files.wasm"), start.out);
        }
        assertEquals("x\n", Files.readString(root.resolve("builds")));
        assertEquals(1, firstStarts.stream().filter(start -> start.err.contains("thimble: building")).count(), firstStarts::toString);
        assertTrue(Files.size(archive()) > 1 << 20, Files.readString(checkout.resolve("simulator/target/training.log")));
    }

    @Test
    void theArchiveIsMadeOnceAndUsed() throws Exception {
        FileTime made = Files.getLastModifiedTime(archive());
        Path log = root.resolve("classes.log");
        environment.put("THIMBLE_JAVA_OPTS", "-Xlog:class+load:file=" + log);
        validates(run("validate", module.toString()));
        String main = Files.readString(log).lines().filter(line -> line.contains("dev.thimble.agent.cli.ValidateCommand ")).findFirst().orElseThrow();
        assertTrue(main.contains("shared objects file"), main);
        assertEquals(made, Files.getLastModifiedTime(archive()));
    }

    @Test
    void anArchiveThatIsNoneCostsTimeAlone() throws Exception {
        byte[] archive = Files.readAllBytes(archive());
        Path file = archive();
        for (byte[] damaged : List.of(new byte[0], HexFormat.of().parseHex("cafe"), Arrays.copyOf(archive, archive.length / 2))) {
            Files.write(file, damaged);
            validates(run("validate", module.toString()));
        }
        Files.write(file, archive);
    }

    @Test
    void helpAndExitCodes() throws Exception {
        Result help = run("--help");
        assertEquals(new Result(0, help.out, ""), help);
        assertTrue(help.out.startsWith("Usage: thimble"), help.out);
        assertEquals(2, run("no-such-command").code);
        Path notAModule = Files.writeString(root.resolve("text.wasm"), "text");
        assertEquals(3, run("validate", notAModule.toString()).code);
        Path trapping = Files.write(root.resolve("trap.wasm"), HexFormat.of().parseHex(TRAPPING));
        Result trap = run("run", trapping.toString());
        assertEquals(4, trap.code, trap.err);
    }

    @Test
    void argumentsArriveAsTheyAre() throws Exception {
        for (String name : List.of("with a  space.wasm", "it's \"quoted\".wasm", "$HOME * \\ `x`.wasm")) {
            Path file = Files.copy(module, root.resolve(name));
            Result result = run("validate", name);
            assertEquals(0, result.code, result.err);
            assertTrue(result.out.contains(name), result.out);
            Files.delete(file);
        }
        Result empty = run("validate", "");
        assertFalse(empty.code == 0 || empty.err.contains("Missing required parameter"), empty.err);
    }

    private Result commands(String commands) throws Exception {
        Path file = root.resolve("commands");
        script(file, commands);
        return run(root, file.toString());
    }

    @Test
    void namesBeyondAsciiNeedNoLocale() throws Exception {
        assertEquals(new Result(0, "valid    größe.wasm\n", ""), commands("cp '" + module + "' größe.wasm && 'a checkout/thimble' validate größe.wasm"));
    }

    @Test
    void streamsThatAreClosedOrFullAreToldOf() throws Exception {
        Files.write(root.resolve("streams.wasm"), HexFormat.of().parseHex(STREAMS));
        String thimble = "'a checkout/thimble' ";
        assertEquals(new Result(0, "8\n", ""), commands(thimble + "run streams.wasm --invoke read <&-"), "badf, not the first file of the JVM");
        assertEquals(new Result(0, "0\n", ""), commands(thimble + "run streams.wasm --invoke read"));
        assertEquals(new Result(29, "", ""), commands(thimble + "run streams.wasm >/dev/full"), "io");
        assertEquals(new Result(29, "", ""), commands(thimble + "run streams.wasm >&-"));
        Result lost = commands(thimble + "validate streams.wasm >/dev/full");
        assertEquals(new Result(1, "", "thimble: not everything could be written to standard output\n"), lost);
    }

    @Test
    void aFolderThatIsGoneIsNamed() throws Exception {
        Result gone = commands("mkdir gone; cd gone; rm -r '" + root + "/gone'; '" + checkout + "/thimble' --version");
        assertEquals(1, gone.code);
        assertTrue(gone.err.endsWith("thimble: the folder that you are in has been removed: change to another one.\n"), gone.err);
    }

    @Test
    void linksAndOtherFolders() throws Exception {
        Path elsewhere = Files.createDirectories(root.resolve("else where"));
        Files.createSymbolicLink(elsewhere.resolve("first"), Path.of("../a checkout/thimble"));
        Files.createSymbolicLink(root.resolve("second"), elsewhere.resolve("first"));
        validates(run(elsewhere, root.resolve("second").toString(), "validate", module.toString()));
        validates(run(elsewhere, "./first", "validate", module.toString()));
        environment.put("CDPATH", root.toString());
        validates(run(root, "a checkout/thimble", "validate", module.toString()));
        environment.put("PATH", tools + ":" + elsewhere);
        validates(run(checkout, "bash", "-c", "first validate '" + module + "'"));
        environment.remove("HOME");
        validates(run("validate", module.toString()));
    }

    /** A folder that looks like a JDK as far as the launcher looks. */
    private Path jdk(String name, String version) throws IOException {
        Path bin = Files.createDirectories(root.resolve(name).resolve("bin"));
        script(bin.resolve("java"), "exit 99");
        script(bin.resolve("javac"), "exit 99");
        Files.writeString(bin.resolveSibling("release"), "IMPLEMENTOR=\"test\"\nJAVA_VERSION=\"" + version + "\"\n");
        return bin.getParent();
    }

    @Test
    void theJdkIsFound() throws Exception {
        environment.put("JAVA_HOME", JDK + "/");
        validates(run("validate", module.toString()));
        environment.remove("JAVA_HOME");
        Path onPath = Files.createDirectories(root.resolve("on path"));
        Path java = Files.createSymbolicLink(onPath.resolve("java"), JDK.resolve("bin/java"));
        environment.put("PATH", onPath + ":" + tools);
        validates(run("validate", module.toString()));
        environment.put("JAVA_HOME", root.resolve("nothing here").toString());
        validates(run("validate", module.toString()));
        environment.put("JAVA_HOME", jdk("jdk 17", "17.0.13").toString());
        validates(run("validate", module.toString()));
        environment.put("PATH", tools.toString());
        Path usual = Files.createDirectories(root.resolve("usr/lib/jvm")).resolve("jdk-25");
        Files.createSymbolicLink(usual, JDK);
        validates(run("validate", module.toString()));
        Files.delete(usual);
        Files.delete(java);
        assertTrue(archive().toString().contains(Runtime.version().toString()), "one archive for all of them: " + archive());
    }

    @Test
    void withoutAJdkItSaysWhatItHasSeen() throws Exception {
        environment.remove("JAVA_HOME");
        Result none = run("--help");
        assertEquals(new Result(1, "", """
            thimble: no JDK 25 found in JAVA_HOME, on the PATH or in the usual folders.
            thimble: install one (for example Temurin 25) or set JAVA_HOME to it.
            """), none);
        Path old = jdk("old", "17.0.13");
        environment.put("JAVA_HOME", old.toString());
        Result tooOld = run("--help");
        assertEquals(1, tooOld.code);
        assertTrue(tooOld.err.startsWith("thimble: " + old + " is not a JDK 25: it says 17.0.13 in its file named release\n"), tooOld.err);
        environment.put("JAVA_HOME", "/nothing/here");
        assertTrue(run("--help").err.startsWith("thimble: /nothing/here is not a JDK 25: it says nothing"), "no such folder");
        Files.delete(old.resolve("bin/javac"));
        Files.writeString(old.resolve("release"), "JAVA_VERSION=\"25.0.1\"\n");
        environment.put("JAVA_HOME", old.toString());
        assertEquals(1, run("--help").code, "no compiler: the build needs one");
    }

    /** As somebody who may not write there. */
    private Result asAnother(String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            Path other = Path.of("/usr/bin/setpriv");
            Assumptions.assumeTrue(Files.isExecutable(other), "SKIPPED: root may write anywhere, and there is no setpriv");
            command.addAll(List.of(other.toString(), "--reuid=65534", "--regid=65534", "--clear-groups"));
        }
        command.add(checkout.resolve("thimble").toString());
        command.addAll(List.of(arguments));
        return result(start("other", root, command.toArray(String[]::new)), "other");
    }

    @Test
    void aCheckoutMayBeReadOnly() throws Exception {
        Path target = checkout.resolve("simulator/target");
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("r-xr-xr-x"));
        validates(asAnother("validate", module.toString()));
        Path aside = root.resolve("aside");
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path archive = archive();
        Files.move(archive, aside);
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("r-xr-xr-x"));
        validates(asAnother("validate", module.toString()));
        Path changed = checkout.resolve("simulator/pom.xml");
        Files.setLastModifiedTime(changed, FileTime.from(Instant.now().plusSeconds(60)));
        Result stale = asAnother("--help");
        assertEquals(new Result(1, "", "thimble: " + checkout + " has to be built, and you may not write there: run this once as its owner,"
            + " or clone it to a place of your own.\n"), stale);
        Files.setLastModifiedTime(changed, FileTime.from(Instant.EPOCH));
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.move(aside, archive);
    }

    @Test
    void aFailedBuildIsTold() throws Exception {
        Path changed = checkout.resolve("device-hal/pom.xml");
        Path broken = Files.createDirectories(root.resolve("broken"));
        script(broken.resolve("mvn"), "echo '[INFO] Building x'; echo '[ERROR] no such thing'; exit 1");
        Path copy = root.resolve("copy");
        assertEquals(0, new ProcessBuilder("cp", "-a", checkout.toString(), copy.toString()).inheritIO().start().waitFor());
        Files.setLastModifiedTime(copy.resolve(checkout.relativize(changed)), FileTime.from(Instant.now().plusSeconds(60)));
        environment.put("PATH", broken + ":" + tools);
        Result failed = run(root, copy.resolve("thimble").toString(), "--help");
        assertEquals(new Result(1, "", """
            thimble: building (first use, or sources changed) ...
            [ERROR] no such thing
            thimble: the build failed; everything it said is in copy/simulator/target/build.log
            """), failed);
        assertEquals(1, run(root, copy.resolve("thimble").toString(), "--help").code, "tried again");
        environment.put("PATH", tools.toString());
        Result missing = run(root, copy.resolve("thimble").toString(), "--help");
        assertEquals(1, missing.code);
        assertTrue(missing.err.startsWith("thimble: Maven is missing"), missing.err);
    }
}
