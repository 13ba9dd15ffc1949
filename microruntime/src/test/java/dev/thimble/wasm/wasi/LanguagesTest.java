package dev.thimble.wasm.wasi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.thimble.wasm.Imports;
import dev.thimble.wasm.Instance;
import dev.thimble.wasm.InstanceOptions;
import dev.thimble.wasm.WasmModule;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs of other languages' standard libraries do here what they do natively, or under node. */
class LanguagesTest {
    private static final Path SOURCES = Path.of("src", "test");
    private static final Path RUSTC = Path.of("/usr/bin/rustc");
    private static final String INPUT = "a line\n";
    private static final String NODE = """
            const { WASI } = require('node:wasi');
            const wasi = new WASI({ version: 'preview1', args: ['primes', '1000'], returnOnExit: true });
            const program = new WebAssembly.Module(require('node:fs').readFileSync(process.argv[1]));
            process.exitCode = wasi.start(new WebAssembly.Instance(program, wasi.getImportObject()));
            """;

    @TempDir Path folder;

    private record Output(int exit, String out, String err) {
    }

    @Test
    void rustWithItsStandardLibrary() throws IOException, InterruptedException {
        Path home = Files.createDirectory(folder.resolve("guest"));
        Output guest = rust(Files.readAllBytes(resource("words.wasm")), home);
        assertTrue(guest.out().contains("und        4  [1, 2, 4, 4]\n"), guest.out());
        assertEquals("done\n", guest.err());
        assertEquals(3, guest.exit());
        try (var left = Files.list(home)) {
            assertEquals(List.of(), left.toList());
        }
        need(RUSTC, "the comparison of the Rust program with its native build");
        Path program = folder.resolve("words");
        assertEquals(new Output(0, "", ""), start(List.of(RUSTC.toString(), "--edition", "2021", "-o", program.toString(),
                SOURCES.resolve("rust/words.rs").toString()), ""));
        Path folderOfNative = Files.createDirectory(folder.resolve("native"));
        assertEquals(start(List.of(program.toString(), folderOfNative.toString(), "2"), INPUT), guest);
    }

    @Test
    void rustIsBuiltAgain() throws IOException, InterruptedException {
        need(RUSTC, "the new build of the Rust program");
        Output built = start(List.of(SOURCES.resolve("rust/build.sh").toAbsolutePath().toString(), folder.toString()), "");
        if (built.err().contains("can't find crate")) {
            skip("the new build of the Rust program: this rustc has no standard library for WASI");
        }
        assertEquals(0, built.exit(), built.err());
        assertEquals(rust(Files.readAllBytes(resource("words.wasm")), Files.createDirectory(folder.resolve("a"))),
                rust(Files.readAllBytes(folder.resolve("words.wasm")), Files.createDirectory(folder.resolve("b"))));
    }

    private static Output rust(byte[] binary, Path home) throws IOException {
        return run(binary, Wasi.builder().args(List.of("words", "/home", "2")).env("GREETING", "hällo").preopen(home, "/home"));
    }

    @Test
    void assemblyScriptWithItsRuntime() throws IOException, InterruptedException {
        byte[] binary = Files.readAllBytes(resource("primes.wasm"));
        Output guest = assemblyScript(binary);
        assertTrue(guest.out().startsWith("168 primes up to 1000, the last 997\n"), guest.out());
        assertEquals("done\n", guest.err());
        assertEquals(168 % 5, guest.exit());
        Path node = Path.of("/usr/bin/node");
        need(node, "the comparison of the AssemblyScript program with node");
        Path program = Files.write(folder.resolve("primes.wasm"), binary);
        assertEquals(start(List.of(node.toString(), "--no-warnings", "-e", NODE, program.toString()), ""), guest);
    }

    @Test
    void assemblyScriptIsBuiltAgain() throws IOException, InterruptedException {
        String compiler = System.getenv("ASC_HOME");
        if (compiler == null) {
            skip("the new build of the AssemblyScript program: ASC_HOME does not say where npm put its compiler");
        }
        Output built = start(List.of(SOURCES.resolve("assemblyscript/build.sh").toAbsolutePath().toString(), folder.toString()), "");
        assertEquals(0, built.exit(), built.err());
        assertEquals(assemblyScript(Files.readAllBytes(resource("primes.wasm"))),
                assemblyScript(Files.readAllBytes(folder.resolve("primes.wasm"))));
    }

    private static Output assemblyScript(byte[] binary) throws IOException {
        return run(binary, Wasi.builder().args(List.of("primes", "1000")));
    }

    private static Output run(byte[] binary, Wasi.Builder given) throws IOException {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int exit = 0;
        try (Wasi wasi = given.stdin(new ByteArrayInputStream(INPUT.getBytes(StandardCharsets.UTF_8))).stdout(out).stderr(err)
                .clock(WasiClock.system()).random(new SecureRandom()).build()) {
            Instance instance = WasmModule.parse(binary).instantiate(wasi.addTo(Imports.builder()).build(),
                    InstanceOptions.DEFAULT);
            instance.function("_start").call();
        } catch (ProcExit e) {
            exit = e.code();
        }
        return new Output(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private Output start(List<String> command, String input) throws IOException, InterruptedException {
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().put("GREETING", "hällo");
        builder.environment().put("LC_ALL", "C.UTF-8");
        Process process = builder.start();
        try (var in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        }
        return new Output(process.waitFor(), Files.readString(out), Files.readString(err));
    }

    private static Path resource(String name) {
        return SOURCES.resolve("resources/dev/thimble/wasm/wasi").resolve(name);
    }

    private static void need(Path tool, String what) {
        if (!Files.isExecutable(tool)) {
            skip(what + ", since " + tool + " is missing");
        }
    }

    private static void skip(String what) {
        System.err.println("SKIPPED: " + what);
        assumeTrue(false, what);
    }
}
