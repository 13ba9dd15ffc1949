package dev.thimble.agent;

import dev.thimble.wasm.WasmModule;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The modules of the tests, by name; their texts lie beside them. */
public final class Modules {
    private Modules() {}

    public static WasmModule parse(String name) {
        return WasmModule.parse(bytes(name));
    }

    public static byte[] bytes(String name) {
        try (InputStream in = Modules.class.getResourceAsStream("/dev/thimble/agent/modules/" + name + ".wasm")) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
