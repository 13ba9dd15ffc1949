package dev.thimble.wasm.binary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.wasm.api.MalformedModuleException;
import dev.thimble.wasm.encode.Bytes;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteReaderTest {
    private static ByteReader reader(int... bytes) {
        return new ByteReader(Bytes.of(bytes).toArray(), 0, bytes.length, "test");
    }

    private static ByteReader hex(String text) {
        byte[] bytes = HexFormat.of().parseHex(text.replace(" ", ""));
        return new ByteReader(bytes, 0, bytes.length, "test");
    }

    @ParameterizedTest
    @CsvSource({"00, 0", "7f, 127", "8001, 128", "e58e26, 624485", "ffffffff0f, -1", "8080808000, 0"})
    void readsUnsigned32(String bytes, int value) {
        assertEquals(value, hex(bytes).u32());
    }

    @ParameterizedTest
    @CsvSource({"00, 0", "7f, -1", "3f, 63", "40, -64", "8001, 128", "ffffffff07, 2147483647", "8080808078, -2147483648",
        "ffffffff7f, -1"})
    void readsSigned32(String bytes, int value) {
        assertEquals(value, hex(bytes).s32());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ffffffff10", "ffffffff8f00", "808080808000", "80", ""})
    void refusesBadUnsigned32(String bytes) {
        assertThrows(MalformedModuleException.class, () -> hex(bytes).u32());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ffffffff0f", "ffffffff4f", "808080807000", "ff", "8080808008"})
    void refusesBadSigned32(String bytes) {
        assertThrows(MalformedModuleException.class, () -> hex(bytes).s32());
    }

    @Test
    void refusesBitsBeyond33And64() {
        assertThrows(MalformedModuleException.class, () -> hex("8080808020").s33());
        assertEquals(-1L << 32, hex("8080808070").s33());
        assertEquals(Long.MIN_VALUE, hex("8080808080808080807f").s64());
        assertThrows(MalformedModuleException.class, () -> hex("8080808080808080807e").s64());
        assertEquals(Long.MIN_VALUE, hex("80808080808080808001").u64());
        assertThrows(MalformedModuleException.class, () -> hex("80808080808080808002").u64());
    }

    @Test
    void readsBackWhatWasWritten() {
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            long value = random.nextLong() >> random.nextInt(64);
            byte[] signed = new Bytes().signed(value).toArray();
            assertEquals(value, new ByteReader(signed, 0, signed.length, null).s64());
            if (value == (int) value) {
                assertEquals(value, new ByteReader(signed, 0, signed.length, null).s32());
            }
            byte[] unsigned = new Bytes().u32(value & 0xFFFF_FFFFL).toArray();
            assertEquals((int) value, new ByteReader(unsigned, 0, unsigned.length, null).u32());
        }
    }

    @Test
    void countsMustFitTheBytesLeft() {
        assertEquals(2, reader(2, 0, 0, 0, 0).count(2, "things"));
        MalformedModuleException e = assertThrows(MalformedModuleException.class, () -> reader(3, 0, 0, 0, 0).count(2, "things"));
        assertTrue(e.getMessage().contains("3 things cannot fit in the 4 bytes left"), e.getMessage());
        assertThrows(MalformedModuleException.class, () -> hex("ffffffff0f").count(1, "things"));
    }

    @Test
    void readsNamesAsStrictUtf8() {
        assertEquals("aé€😀", new ByteReader(new Bytes().name("aé€😀").toArray(), 0, 11, null).name());
    }

    @ParameterizedTest
    @ValueSource(strings = {"80", "c0af", "c1bf", "e08080", "eda080", "edbfbf", "f0808080", "f4908080", "f5808080", "ff", "c3", "e282",
        "c328", "e28228"})
    void refusesBadUtf8(String bytes) {
        byte[] text = HexFormat.of().parseHex(bytes);
        byte[] name = new Bytes().u32(text.length).raw(text).toArray();
        MalformedModuleException e = assertThrows(MalformedModuleException.class,
                () -> new ByteReader(name, 0, name.length, "import").name());
        assertEquals("import", e.section());
    }

    @Test
    void prefixedOpcodesAreOneNumber() {
        assertEquals(0xFC0008, reader(0xFC, 8).opcode());
        assertEquals(0xFD0113, reader(0xFD, 0x93, 2).opcode());
        assertEquals(0x6A, reader(0x6A).opcode());
        assertThrows(MalformedModuleException.class, () -> hex("fdffffff0f").opcode());
    }
}
