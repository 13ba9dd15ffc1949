package dev.thimble.benchmarks.footprint;

import dev.thimble.wasm.Imports;
import dev.thimble.wasm.Instance;
import dev.thimble.wasm.WasmModule;
import dev.thimble.wasm.wasi.ProcExit;
import dev.thimble.wasm.wasi.Wasi;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Programs that begin, work and end: {@code microruntime/src/test} has their sources in C, AssemblyScript and Rust. */
record WasiJob(String name) implements Job {
    private static final byte[] INPUT = "first\nsecond\n".getBytes(StandardCharsets.UTF_8);

    @Override
    public byte[] wasm() {
        try (var in = WasiJob.class.getResourceAsStream(name + ".wasm")) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public int often() {
        return 60;
    }

    @Override
    public Instance run(WasmModule module, int n) {
        try {
            Path home = Files.createTempDirectory("thimble-job");
            try {
                Instance instance = null;
                for (int i = 0; i < n; i++) {
                    instance = run(module, home);
                }
                return instance;
            } finally {
                Files.delete(home);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Instance run(WasmModule module, Path home) throws IOException {
        List<String> arguments = switch (name) {
            case "files" -> List.of(name, "/home", "pear", "fig", "banana", "kiwi", "ärger");
            case "primes" -> List.of(name, "1000");
            default -> List.of(name, "/home", "2");
        };
        int status = switch (name) {
            case "files" -> arguments.size() + 30;
            case "primes" -> 168 % 5;
            default -> 3;
        };
        try (Wasi wasi = Wasi.builder().args(arguments).env("GREETING", "hello").preopen(home, "/home")
                .stdin(new ByteArrayInputStream(INPUT)).build()) {
            Instance instance = module.instantiate(wasi.addTo(Imports.builder()).build());
            try {
                instance.function("_start").call();
            } catch (ProcExit e) {
                if (e.code() == status) {
                    return instance;
                }
                throw e;
            }
            throw new IllegalStateException(name + " did not exit with " + status);
        }
    }
}
