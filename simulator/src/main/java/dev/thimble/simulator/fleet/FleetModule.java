package dev.thimble.simulator.fleet;

import dev.thimble.agent.operator.Description;
import dev.thimble.ota.bundle.SignedModule;
import dev.thimble.ota.document.Payload;
import dev.thimble.ota.trust.SigningKey;
import dev.thimble.wasm.WasmModule;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * A module of any size for measurements: it counts its ticks, and its functions are long rows of arithmetic with constants
 * that differ from release to release, so that neither deflate nor a broker gets it for nothing.
 */
public final class FleetModule {
    public static final String NAME = "fleet";
    private static final int CONSTANTS_PER_FUNCTION = 150;
    private static final int I32 = 0x7F;
    private static final int I64 = 0x7E;
    private static final int[] OPERATORS = {0x6A, 0x6B, 0x6C, 0x71, 0x72, 0x73, 0x77};

    private FleetModule() {}

    /** @param bytes about how long the binary is */
    public static SignedModule release(long sequence, int bytes, int probationSeconds, SigningKey key) {
        byte[] wasm = binary(sequence, bytes);
        String toml = """
            module = "%s"
            version = "%d.0.0"
            sequence = %d
            [resources]
            memory-pages = 1
            fuel-per-event = 100_000
            tick-millis = 500
            [health]
            probation-seconds = %d
            minimum-ticks = 1
            """.formatted(NAME, sequence, sequence, probationSeconds);
        return SignedModule.sign(Description.describe(toml, "fleet.toml", WasmModule.parse(wasm)), wasm, Payload.DEFAULT_CHUNK,
            List.of(), List.of(key));
    }

    /** A WebAssembly binary that exports {@code memory} and {@code thimble_tick}. */
    static byte[] binary(long seed, int bytes) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        ByteArrayOutputStream bodies = new ByteArrayOutputStream();
        int functions = 1;
        while (bodies.size() < bytes - 4 * functions) {
            section(bodies, arithmetic(random));
            functions++;
        }
        ByteArrayOutputStream types = of(2, 0x60, 1, I64, 0, 0x60, 1, I32, 1, I32);
        ByteArrayOutputStream kinds = new ByteArrayOutputStream();
        leb(kinds, functions);
        kinds.write(0);
        for (int i = 1; i < functions; i++) {
            kinds.write(1);
        }
        ByteArrayOutputStream exports = of(2);
        name(exports, "memory");
        exports.writeBytes(new byte[] {2, 0});
        name(exports, "thimble_tick");
        exports.writeBytes(new byte[] {0, 0});
        ByteArrayOutputStream code = new ByteArrayOutputStream();
        leb(code, functions);
        // global 0 = f1(global 0) + 1
        section(code, of(0, 0x23, 0, 0x10, 1, 0x41, 1, 0x6A, 0x24, 0, 0x0B));
        code.writeBytes(bodies.toByteArray());
        ByteArrayOutputStream module = new ByteArrayOutputStream();
        module.writeBytes(new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0});
        part(module, 1, types);
        part(module, 3, kinds);
        part(module, 5, of(1, 1, 1, 1));
        part(module, 6, of(1, I32, 1, 0x41, 0, 0x0B));
        part(module, 7, exports);
        part(module, 10, code);
        return module.toByteArray();
    }

    private static ByteArrayOutputStream arithmetic(RandomGenerator random) {
        ByteArrayOutputStream body = of(0, 0x20, 0);
        for (int i = 0; i < CONSTANTS_PER_FUNCTION; i++) {
            body.write(0x41);
            signedLeb(body, random.nextInt());
            body.write(OPERATORS[random.nextInt(OPERATORS.length)]);
        }
        body.write(0x0B);
        return body;
    }

    private static ByteArrayOutputStream of(int... bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int b : bytes) {
            out.write(b);
        }
        return out;
    }

    private static void part(ByteArrayOutputStream module, int id, ByteArrayOutputStream content) {
        module.write(id);
        section(module, content);
    }

    private static void section(ByteArrayOutputStream out, ByteArrayOutputStream content) {
        leb(out, content.size());
        out.writeBytes(content.toByteArray());
    }

    private static void name(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        leb(out, bytes.length);
        out.writeBytes(bytes);
    }

    private static void leb(ByteArrayOutputStream out, int value) {
        for (int rest = value; ; rest >>>= 7) {
            if (rest < 0x80) {
                out.write(rest);
                return;
            }
            out.write(rest & 0x7F | 0x80);
        }
    }

    private static void signedLeb(ByteArrayOutputStream out, int value) {
        for (int rest = value; ; rest >>= 7) {
            boolean last = rest >= -64 && rest < 64;
            out.write(last ? rest & 0x7F : rest & 0x7F | 0x80);
            if (last) {
                return;
            }
        }
    }
}
