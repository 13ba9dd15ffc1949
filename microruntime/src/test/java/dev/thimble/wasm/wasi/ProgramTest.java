package dev.thimble.wasm.wasi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.thimble.wasm.Imports;
import dev.thimble.wasm.InstanceOptions;
import dev.thimble.wasm.WasmModule;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A C program does under WASI what the same source does natively. */
class ProgramTest {
    private static final List<String> WORDS = List.of("pear", "fig", "banana", "kiwi", "ärger");
    private static final String INPUT = "first\nsecond\n";

    @TempDir Path folder;

    private record Output(int exit, String out, String err) {
    }

    @Test
    void filesPrintfSortAndArguments() throws IOException, InterruptedException {
        Path home = Files.createDirectory(folder.resolve("guest"));
        Output guest = run(home);
        assertEquals("done\n", guest.err());
        assertEquals(37, guest.exit());
        assertTrue(guest.out().contains("HOME=set\nin: first\nin: second\n"), guest.out());
        try (var left = Files.list(home)) {
            assertEquals(List.of(), left.toList());
        }
        Path gcc = Path.of("/usr/bin/gcc");
        if (!Files.isExecutable(gcc)) {
            System.err.println("SKIPPED: the comparison with the native program, since " + gcc + " is missing");
        }
        assumeTrue(Files.isExecutable(gcc), "no gcc");
        assertEquals(nativeRun(gcc), guest);
    }

    private static Output run(Path home) throws IOException {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var arguments = new ArrayList<>(List.of("files", "/home"));
        arguments.addAll(WORDS);
        WasmModule module;
        try (var in = ProgramTest.class.getResourceAsStream("files.wasm")) {
            module = WasmModule.parse(in.readAllBytes());
        }
        try (Wasi wasi = Wasi.builder().args(arguments).env("THIMBLE_TEST", "set").preopen(home, "/home")
                .stdin(new ByteArrayInputStream(INPUT.getBytes(StandardCharsets.UTF_8))).stdout(out).stderr(err).build()) {
            var instance = module.instantiate(wasi.addTo(Imports.builder()).build(), InstanceOptions.DEFAULT);
            var exit = assertThrows(ProcExit.class, () -> instance.function("_start").call());
            return new Output(exit.code(), out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        }
    }

    private Output nativeRun(Path gcc) throws IOException, InterruptedException {
        Path program = folder.resolve("program");
        Process compiler = new ProcessBuilder(gcc.toString(), "-O1", "-o", program.toString(), "src/test/c/wasi/files.c").inheritIO().start();
        assertEquals(0, compiler.waitFor());
        var command = new ArrayList<>(List.of(program.toString(), Files.createDirectory(folder.resolve("native")).toString()));
        command.addAll(WORDS);
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        var builder = new ProcessBuilder(command).redirectInput(Files.writeString(folder.resolve("in"), INPUT).toFile())
                .redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().put("THIMBLE_TEST", "set");
        int exit = builder.start().waitFor();
        return new Output(exit, Files.readString(out), Files.readString(err));
    }
}
