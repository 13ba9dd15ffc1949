package dev.thimble.ota.document;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.upokecenter.cbor.CBOREncodeOptions;
import com.upokecenter.cbor.CBORObject;
import dev.thimble.ota.cbor.Cbor;
import dev.thimble.ota.cbor.MalformedDocumentException;
import dev.thimble.ota.content.ChunkSet;
import dev.thimble.ota.content.Digest;
import dev.thimble.ota.world.Modules;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DocumentTest {
    private static final Manifest MANIFEST = Modules.release("weather", 4, 3000).manifest();

    @Test
    void documentsSurviveTheirWay() {
        assertEquals(MANIFEST, ManifestCodec.decode(ManifestCodec.encode(MANIFEST)));
        assertEquals(Modules.withReadings(MANIFEST), ManifestCodec.decode(ManifestCodec.encode(Modules.withReadings(MANIFEST))));
        Desired desired = new Desired("group:attic", 7, Map.of("a", MANIFEST.blob()), Map.of("a", Map.of("rate", "5", "b", "")),
                true, 5, 6);
        assertEquals(desired, Desired.decode(desired.encode()));
        Reported reported = new Reported("dev1", 9, true, "no", List.of(
                new Reported.Module("a", null, 0, Phase.FETCH, MANIFEST.blob(), 40, null, "", 0),
                new Reported.Module("b", MANIFEST.blob(), 3, Phase.ROLLED_BACK, MANIFEST.blob(), 0, ErrorClass.PERMANENT, "x\ny", 4)));
        assertEquals(reported, Reported.decode(reported.encode()));
        Get get = new Get(MANIFEST.blob(), ChunkSet.of(11, 0, 3, 10));
        assertEquals(get, Get.decode(get.encode()));
        Chunk chunk = Chunk.decode(new Chunk(new byte[64], new byte[] {1, 2}).encode());
        assertArrayEquals(new byte[] {1, 2}, chunk.data());
    }

    /** What RFC 8949 allows and a deterministic profile does not; each as hexadecimal bytes. */
    @ParameterizedTest
    @CsvSource({
        "a2616101616102, the same key twice",
        "a2616201616102, keys out of order",
        "a161611801, an integer in more bytes than it needs",
        "a1616158020102, a length in more bytes than it needs",
        "bf616101ff, an indefinite map",
        "a161619f01ff, an indefinite array",
        "a161617f6161ff, an indefinite text",
        "a1616101ff, a byte after the item",
        "a161618181818101, too deep",
        "a16161c101, a tag",
        "a161616180, a text that is not UTF-8",
        "a16161, the end in the middle",
        "a161615bffffffffffffffff, a length beyond all memory",
        "a161619bffffffffffffffff, an array beyond all memory",
        "'', nothing at all"
    })
    void otherThanDeterministicCborIsRefused(String hex, String why) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        assertThrows(MalformedDocumentException.class, () -> Cbor.decode(bytes, "test", 1000), why);
    }

    @Test
    void hundredThousandNestedArraysAreRefusedAndNotFollowed() {
        byte[] deep = new byte[60_000];
        java.util.Arrays.fill(deep, (byte) 0x81);
        assertThrows(MalformedDocumentException.class, () -> ManifestCodec.decode(deep));
    }

    @Test
    void complaintsNameTheField() {
        complains("manifest.sequence: is missing", m -> m.Remove("sequence"));
        complains("manifest: the key 'extra' is unknown", m -> m.Add("extra", 1));
        complains("manifest.sequence: an unsigned integer is expected", m -> m.Set("sequence", -1));
        complains("manifest.size: 99999999 exceeds the limit 16777216", m -> m.Set("size", 99_999_999));
        complains("manifest.blob: 3 bytes where 32 to 32 are expected", m -> m.Set("blob", new byte[3]));
        complains("manifest.profile: this device reads profiles 1 and 2 only", m -> m.Set("profile", 3));
        complains("manifest.readings: is missing", m -> m.Set("profile", 2));
        complains("manifest.readings: without readings the profile is 1", m -> m.Set("profile", 2).Add("readings", CBORObject.NewArray()));
        complains("manifest: the key 'readings' is unknown", m -> m.Add("readings", CBORObject.NewArray()));
        complains("manifest.readings: 'a/#' is no topic to publish on", m -> read(m, "t", "a/#", ""));
        complains("manifest.readings: 'x' is no JSON pointer", m -> read(m, "t", "a", "x"));
        complains("manifest.readings: id 't t'", m -> read(m, "t t", "a", ""));
        complains("manifest.readings: two readings have the same id", m -> {
            read(m, "t", "a", "");
            m.get("readings").Add(m.get("readings").get(0));
        });
        complains("manifest.floor: 9 is above the sequence 4, the release would forbid itself", m -> m.Set("floor", 9));
        complains("manifest.imports[0]: ends after 2 items", m -> m.get("imports").get(0).RemoveAt(2));
        complains("manifest.payloads: a payload without encoding must be the blob itself",
                m -> m.get("payloads").get(0).Set(2, CBORObject.FromObject(new byte[32])));
        complains("module name '../etc'", m -> m.Set("module", "../etc"));
    }

    private static void read(CBORObject manifest, String id, String topic, String pointer) {
        manifest.Set("profile", 2).Add("readings", CBORObject.NewArray().Add(CBORObject.NewArray().Add(id).Add("name").Add("float")
                .Add("").Add("").Add(topic).Add(pointer)));
    }

    private static void complains(String start, Consumer<CBORObject> change) {
        CBORObject map = CBORObject.DecodeFromBytes(ManifestCodec.encode(MANIFEST));
        change.accept(map);
        byte[] bytes = map.EncodeToBytes(new CBOREncodeOptions("ctap2canonical=true"));
        String message = assertThrows(MalformedDocumentException.class, () -> ManifestCodec.decode(bytes)).getMessage();
        assertTrue(message.startsWith(start), message);
    }

    @Test
    void bitmapsThatDoNotFitAreRefused() {
        assertThrows(MalformedDocumentException.class, () -> Get.decode(Cbor.encode(CBORObject.NewArray()
                .Add(MANIFEST.blob().bytes()).Add(9).Add(new byte[] {0, 2}))), "chunk 9 of 9");
        assertThrows(MalformedDocumentException.class, () -> Get.decode(Cbor.encode(CBORObject.NewArray()
                .Add(MANIFEST.blob().bytes()).Add(9).Add(new byte[1]))), "too short");
    }

    @Test
    void chunkSetIsASet() {
        ChunkSet set = ChunkSet.of(10, 1, 2, 3);
        assertArrayEquals(new int[] {0, 4, 5}, set.missing(3).toArray());
        assertEquals(set, ChunkSet.fromBitmap(10, set.toBitmap()));
        assertTrue(ChunkSet.none(2).with(0).with(1).isComplete());
        assertThrows(IndexOutOfBoundsException.class, () -> set.with(10));
        assertEquals(Digest.of(MANIFEST.blob().bytes()), Digest.parse(MANIFEST.blob().toString()));
    }
}
