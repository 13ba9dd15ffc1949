package dev.thimble.simulator.world;

import dev.thimble.agent.operator.Description;
import dev.thimble.ota.bundle.SignedModule;
import dev.thimble.ota.document.Manifest;
import dev.thimble.ota.trust.SigningKey;
import dev.thimble.wasm.WasmModule;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The sample modules that travel with Thimble, signed on the spot. */
public final class SampleRelease {
    private static final String FOLDER = "/dev/thimble/samples/";

    private SampleRelease() {}

    /**
     * @param name for example {@code weather-1}
     * @param chunkSize bytes of one chunk on the way
     */
    public static SignedModule sign(String name, SigningKey key, int chunkSize) {
        byte[] wasm = resource(name + ".wasm");
        String toml = new String(resource(name + ".toml"), StandardCharsets.UTF_8);
        Manifest template = Description.describe(toml, name + ".toml", WasmModule.parse(wasm));
        return SignedModule.sign(template, wasm, chunkSize, List.of(), List.of(key));
    }

    public static byte[] resource(String name) {
        try (InputStream in = SampleRelease.class.getResourceAsStream(FOLDER + name)) {
            if (in == null) {
                throw new IllegalArgumentException("there is no sample " + name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(name + " cannot be read", e);
        }
    }
}
