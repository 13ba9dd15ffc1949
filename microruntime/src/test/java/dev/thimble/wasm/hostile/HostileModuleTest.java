package dev.thimble.wasm.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.wasm.WasmModule;
import dev.thimble.wasm.api.InvalidModuleException;
import dev.thimble.wasm.api.Limits;
import dev.thimble.wasm.api.MalformedModuleException;
import dev.thimble.wasm.encode.Assembler;
import dev.thimble.wasm.encode.Bytes;
import dev.thimble.wasm.encode.Wasm;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Whatever the bytes, loading ends in a module or in one of two exceptions, in bounded time and memory. */
class HostileModuleTest {
    static final List<String> MODULES = List.of("convert", "crc32", "dispatch", "fibonacci", "grow", "host", "machine", "matrix",
            "sort", "vector");

    static byte[] load(String name) throws IOException {
        try (InputStream in = HostileModuleTest.class.getResourceAsStream("/dev/thimble/wasm/modules/" + name + ".wasm")) {
            return in.readAllBytes();
        }
    }

    private static boolean parses(byte[] binary) {
        try {
            WasmModule.parse(binary);
            return true;
        } catch (MalformedModuleException | InvalidModuleException e) {
            assertTrue(e.getMessage().length() > 10);
            return false;
        }
    }

    private static byte[] module(Bytes body) {
        Wasm wasm = new Wasm();
        wasm.function(wasm.type("->"), body);
        return wasm.toArray();
    }

    @ParameterizedTest
    @FieldSource("MODULES")
    void everyTruncationIsRefusedUnlessAModuleEndsThere(String name) throws IOException {
        byte[] binary = load(name);
        assertTrue(parses(binary));
        int accepted = 0;
        for (int length = 0; length < binary.length; length++) {
            accepted += parses(Arrays.copyOf(binary, length)) ? 1 : 0;
        }
        assertTrue(accepted < 16, accepted + " truncations accepted");
    }

    @ParameterizedTest
    @FieldSource("MODULES")
    void everyFlippedBitIsRefusedOrHarmless(String name) throws IOException {
        byte[] binary = load(name);
        for (int bit = 0; bit < 8 * binary.length; bit++) {
            binary[bit >> 3] ^= (byte) (1 << (bit & 7));
            parses(binary);
            binary[bit >> 3] ^= (byte) (1 << (bit & 7));
        }
        assertTrue(parses(binary));
    }

    @ParameterizedTest
    @FieldSource("MODULES")
    void piecesOfAnySizeGiveTheSameModule(String name) throws IOException {
        byte[] binary = load(name);
        for (int piece : new int[] {1, 2, 7, 64}) {
            WasmModule.Decoder decoder = WasmModule.decoder(Limits.DEFAULT);
            for (int at = 0; at < binary.length; at += piece) {
                decoder.feed(binary, at, Math.min(piece, binary.length - at));
            }
            assertEquals(WasmModule.parse(binary).exports(), decoder.finish().exports());
        }
    }

    @Test
    void fifteenBytesThatDeclareFourBillionTypes() {
        byte[] binary = Wasm.header().raw(1, 5, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F).toArray();
        assertEquals(15, binary.length);
        assertThrows(MalformedModuleException.class, () -> WasmModule.parse(binary));
    }

    @Test
    void everySectionThatDeclaresFourBillionEntries() {
        for (int section : new int[] {1, 2, 3, 4, 5, 6, 7, 9, 11, 12, 13}) {
            for (int padding : new int[] {0, 40}) {
                Bytes contents = Bytes.of(0xFF, 0xFF, 0xFF, 0xFF, 0x0F).raw(new byte[padding]);
                byte[] binary = Wasm.header().raw(Wasm.section(section, contents)).toArray();
                assertThrows(MalformedModuleException.class, () -> WasmModule.parse(binary), "section " + section);
            }
        }
    }

    @Test
    void aMemoryOfOneGibibyteCostsNothingToParse() {
        assertTrue(parses(new Wasm().memory(16384).toArray()));
    }

    @Test
    void aBodyOfSixMegabytes() {
        Bytes body = new Bytes().u32(0);
        byte[] pairs = new byte[6 << 20];
        for (int i = 0; i < pairs.length; i += 3) {
            pairs[i] = 0x41;
            pairs[i + 1] = 1;
            pairs[i + 2] = 0x1A;
        }
        assertTrue(parses(module(body.raw(pairs).raw(0x0B))));
        byte[] pushes = new byte[6 << 20];
        for (int i = 0; i < pushes.length; i += 2) {
            pushes[i] = 0x41;
        }
        assertThrows(InvalidModuleException.class, () -> WasmModule.parse(module(new Bytes().u32(0).raw(pushes).raw(0x0B))));
    }

    @Test
    void aHundredThousandNestedBlocks() {
        for (String opener : List.of("block -", "loop -", "i32.const 0; if -", "i32.const 0; if -; else", "try -", "try -; catch_all", "try_table - 1 2 0")) {
            Bytes body = new Bytes().u32(0);
            byte[] once = Assembler.code(opener).toArray();
            for (int i = 0; i < 100_000; i++) {
                body.raw(once);
            }
            for (int i = 0; i <= 100_000; i++) {
                body.raw(0x0B);
            }
            String message = assertThrows(InvalidModuleException.class, () -> WasmModule.parse(module(body)), opener).getMessage();
            assertTrue(message.startsWith("more than the limit of 1000 nested blocks at " + opener.replaceAll(".*; (?=if)|( -|;).*", "")), message);
        }
        Bytes expression = new Bytes().raw(1, 0x7F, 0);
        for (int i = 0; i < 100_000; i++) {
            expression.raw(0x02, 0x40);
        }
        byte[] inGlobal = Wasm.header().raw(Wasm.section(6, expression)).toArray();
        assertThrows(MalformedModuleException.class, () -> WasmModule.parse(inGlobal));
    }

    @Test
    void twoBillionLocals() {
        assertThrows(InvalidModuleException.class, () -> WasmModule.parse(module(new Bytes().u32(1).u32(1L << 31).raw(0x7F, 0x0B))));
        Bytes beyond = new Bytes().u32(2).u32(0xFFFF_FFFFL).raw(0x7F).u32(1).raw(0x7F, 0x0B);
        assertThrows(MalformedModuleException.class, () -> WasmModule.parse(module(beyond)));
    }

    @Test
    void aBranchTableOfTenMillionEntries() {
        Limits roomy = Limits.DEFAULT.withModuleBytes(64 << 20);
        Bytes body = new Bytes().u32(0).raw(Assembler.code("block -; i32.const 0")).raw(0x0E).u32(8_000_000);
        body.raw(new byte[8_000_001]).raw(0x0B, 0x0B);
        assertTrue(body.size() < roomy.bodyBytes());
        WasmModule.parse(module(body), roomy);
        Bytes larger = new Bytes().u32(0).raw(Assembler.code("i32.const 0")).raw(0x0E).u32(10_000_000);
        larger.raw(new byte[10_000_001]).raw(0x0B);
        assertThrows(InvalidModuleException.class, () -> WasmModule.parse(module(larger), roomy));
        Bytes lie = new Bytes().u32(0).raw(Assembler.code("i32.const 0")).raw(0x0E).u32(10_000_000).raw(0x0B);
        assertThrows(MalformedModuleException.class, () -> WasmModule.parse(module(lie)));
    }

    @Test
    void arraysOfFourBillionOperandsInUnreachableCode() {
        Wasm wasm = new Wasm();
        wasm.type(Bytes.of(0x5E, 0x7F, 1));
        wasm.function("->", "", "unreachable; array.new_fixed 0 0xFFFFFFFF; drop");
        assertThrows(InvalidModuleException.class, () -> WasmModule.parse(wasm.toArray()));
    }

    @Test
    void functionTypesOfManyParameters() {
        byte[] many = new byte[1001];
        Arrays.fill(many, (byte) 0x7F);
        byte[] binary = Wasm.header().raw(Wasm.section(1, new Bytes().u32(1).raw(0x60).u32(1001).raw(many).u32(0))).toArray();
        assertThrows(InvalidModuleException.class, () -> WasmModule.parse(binary));
    }
}
