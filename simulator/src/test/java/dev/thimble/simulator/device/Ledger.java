package dev.thimble.simulator.device;

import dev.thimble.agent.operator.Description;
import dev.thimble.hal.board.BoardFile;
import dev.thimble.hal.grant.GrantSet;
import dev.thimble.hal.toml.Toml;
import dev.thimble.mqtt.ReceivedMessage;
import dev.thimble.ota.bundle.SignedModule;
import dev.thimble.ota.trust.SigningKey;
import dev.thimble.wasm.WasmModule;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Releases of the module that keeps accounts ({@code ledger.c}), each with a binary of its own that says which it is. */
final class Ledger {
    static final String MODULE = "ledger";
    /** The line whose edges it counts. */
    static final String LINE = "GPIO22";
    private static final int CHUNK = 4096;

    /** What it publishes: its release, the number of the message, and what it has counted. {@code latest} in microseconds. */
    record Entry(long release, long number, long edges, long breaks, long lost, long latest, String setting) {}

    private Ledger() {}

    static GrantSet grants(BoardFile board) {
        return GrantSet.read(Toml.parse("""
            [ledger]
            [[ledger.device]]
            kind = "gpio"
            alias = "pulse"
            line = "GPIO22"
            modes = ["in"]
            [[ledger.publish]]
            topic = "ledger"
            [ledger.quotas]
            storage-bytes = 4096
            storage-writes-per-hour = 1_000_000
            """, "grants"), board);
    }

    /** @param sequence number of the release, also in its binary */
    static SignedModule release(long sequence, int tickMillis, int probationSeconds, SigningKey key) {
        byte[] wasm = binary(sequence);
        String toml = """
            module = "ledger"
            version = "1.0.%d"
            sequence = %d
            floor = %d
            [resources]
            memory-pages = 1
            stack-depth = 16
            fuel-per-event = 1_000_000
            tick-millis = %d
            [[capability]]
            kind = "gpio"
            name = "pulse"
            [[capability]]
            kind = "publish"
            name = "ledger"
            [[capability]]
            kind = "storage"
            amount = 64
            [state]
            schema = 1
            accepts = [1]
            [health]
            probation-seconds = %d
            minimum-ticks = 1
            required-outputs = ["ledger"]
            """.formatted(sequence, sequence, Math.max(0, sequence - 1), tickMillis, probationSeconds);
        return SignedModule.sign(Description.describe(toml, "ledger.toml", WasmModule.parse(wasm)), wasm, CHUNK, List.of(), List.of(key));
    }

    static byte[] binary(long sequence) {
        byte[] wasm;
        try (InputStream in = Ledger.class.getResourceAsStream("ledger.wasm")) {
            wasm = in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        int at = new String(wasm, StandardCharsets.ISO_8859_1).indexOf("release=00000000");
        byte[] number = "%08d".formatted(sequence).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(number, 0, wasm, at + "release=".length(), number.length);
        return wasm;
    }

    static Entry entry(ReceivedMessage message) {
        return entry(new String(message.payload(), StandardCharsets.UTF_8));
    }

    static Entry entry(String text) {
        Map<String, String> fields = Arrays.stream(text.split(" ")).map(f -> f.split("=", -1))
            .collect(Collectors.toMap(f -> f[0], f -> f[1]));
        return new Entry(number(fields, "release"), number(fields, "number"), number(fields, "edges"), number(fields, "breaks"),
            number(fields, "lost"), number(fields, "latest"), fields.get("setting"));
    }

    private static long number(Map<String, String> fields, String name) {
        return Long.parseLong(fields.get(name));
    }
}
