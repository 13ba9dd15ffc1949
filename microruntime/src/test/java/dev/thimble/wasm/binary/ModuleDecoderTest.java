package dev.thimble.wasm.binary;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.wasm.api.ExternKind;
import dev.thimble.wasm.api.InvalidModuleException;
import dev.thimble.wasm.api.Limits;
import dev.thimble.wasm.api.MalformedModuleException;
import dev.thimble.wasm.api.MemoryType;
import dev.thimble.wasm.api.ValueType;
import dev.thimble.wasm.encode.Bytes;
import dev.thimble.wasm.encode.Wasm;
import dev.thimble.wasm.structure.ElementSegment;
import dev.thimble.wasm.structure.Module;
import dev.thimble.wasm.structure.SegmentMode;
import dev.thimble.wasm.structure.TypeCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ModuleDecoderTest {
    private static final class Heard implements ModuleDecoder.Listener {
        final List<String> events = new ArrayList<>();

        @Override
        public void beforeBodies(Module module) {
            events.add("bodies");
        }

        @Override
        public void body(Module module, int function) {
            events.add("body " + function);
        }
    }

    private static Module decode(Bytes binary) {
        return ModuleDecoder.decode(binary.toArray(), Limits.DEFAULT, new Heard());
    }

    private static MalformedModuleException malformed(Bytes binary) {
        return assertThrows(MalformedModuleException.class, () -> decode(binary));
    }

    private static Bytes after(Bytes... sections) {
        Bytes module = Wasm.header();
        for (Bytes section : sections) {
            module.raw(section);
        }
        return module;
    }

    /** A module with every section. */
    private static Wasm everything() {
        Wasm wasm = new Wasm();
        int type = wasm.type("i32 -> i32");
        int nothing = wasm.type("->");
        wasm.importFunction("env", "f", type).importGlobal("env", "g", "i64", true);
        wasm.function(type, "i32 f64", "local.get 0");
        wasm.function(nothing, "", "nop");
        wasm.table("funcref", 4).memory(Bytes.of(1, 1, 2)).tag(nothing).global("i32", false, "i32.const 7");
        wasm.export("run", 0, 1).export("memory", 2, 0).start(2);
        wasm.element(1, 0, 1).dataCount(2).data(3, 1, 2, 3).data(Bytes.of(1, 2, 8, 9));
        return wasm;
    }

    @Test
    void decodesEverySection() {
        byte[] binary = everything().toArray();
        Module module = ModuleDecoder.decode(binary, Limits.DEFAULT, new Heard());
        assertArrayEquals(binary, module.binary());
        assertEquals(2, module.types().count());
        assertEquals("(i32) -> (i32)", module.functionSignature(0).toString());
        assertEquals(3, module.functionCount());
        assertEquals(1, module.importedFunctions());
        assertEquals("g", module.imports().get(1).name());
        assertEquals(ExternKind.GLOBAL, module.imports().get(1).kind());
        assertEquals(4, module.tables().get(0).type().minimum());
        assertEquals(MemoryType.UNBOUNDED, module.tables().get(0).type().maximum());
        assertEquals(MemoryType.of(1, 2), module.memories().get(0));
        assertEquals(List.of(1), module.tags());
        assertEquals(ValueType.I64, module.globals().get(0).type().value());
        assertTrue(module.globals().get(0).type().mutable());
        assertEquals(0x41, binary[module.globals().get(1).init()]);
        assertEquals("run", module.exports().get(0).name());
        assertEquals(2, module.start());
        ElementSegment elements = module.elements().get(0);
        assertEquals(2, elements.count());
        assertEquals(SegmentMode.ACTIVE, elements.mode());
        assertEquals(2, module.dataCount());
        assertEquals(SegmentMode.PASSIVE, module.data().get(1).mode());
        assertEquals(8, binary[module.data().get(1).start()]);
        assertEquals(0x0B, binary[module.bodyEnd(1) - 1]);
        assertEquals(2, binary[module.bodyStart(1)], "groups of locals");
    }

    @Test
    void hearsOfBodiesAsTheyArrive() {
        byte[] binary = everything().toArray();
        Heard heard = new Heard();
        ModuleDecoder decoder = new ModuleDecoder(Limits.DEFAULT, heard);
        List<Integer> at = new ArrayList<>();
        for (int i = 0; i < binary.length; i++) {
            int before = heard.events.size();
            decoder.feed(binary, i, 1);
            for (int e = before; e < heard.events.size(); e++) {
                at.add(i + 1);
            }
        }
        Module module = decoder.finish();
        assertEquals(List.of("bodies", "body 1", "body 2"), heard.events);
        assertEquals(module.bodyEnd(1), at.get(1), "told as soon as the body's last byte has arrived");
        assertEquals(module.bodyEnd(2), at.get(2));
        assertArrayEquals(binary, module.binary());
    }

    @Test
    void aModuleWithoutCodeStillAnnouncesItsEnd() {
        Heard heard = new Heard();
        ModuleDecoder.decode(Wasm.header().toArray(), Limits.DEFAULT, heard);
        assertEquals(List.of("bodies"), heard.events);
    }

    @Test
    void everyTruncationIsMalformed() {
        byte[] binary = everything().toArray();
        int valid = 0;
        for (int length = 0; length < binary.length; length++) {
            ModuleDecoder decoder = new ModuleDecoder(Limits.DEFAULT, new Heard());
            decoder.feed(binary, 0, length);
            try {
                decoder.finish();
                valid++;
            } catch (MalformedModuleException e) {
                assertTrue(e.offset() <= length, e.getMessage());
            }
        }
        // Only where a whole module happens to end: before its functions are declared.
        assertEquals(3, valid);
    }

    @Test
    void refusesWhatIsNotAModule() {
        assertTrue(malformed(Bytes.of(0, 'a', 's', 'M', 1, 0, 0, 0)).getMessage().contains("magic header"));
        assertTrue(malformed(Bytes.of(0, 'a', 's', 'm', 2, 0, 0, 0)).getMessage().contains("version"));
        assertTrue(malformed(Bytes.of(0, 'a', 's', 'm', 0xD, 0, 1, 0)).getMessage().contains("component"));
        malformed(new Bytes());
    }

    @Test
    void refusesSectionsOutOfOrderOrTwice() {
        Bytes types = Wasm.section(1, Bytes.of(0));
        Bytes functions = Wasm.section(3, Bytes.of(0));
        Bytes tags = Wasm.section(13, Bytes.of(0));
        Bytes globals = Wasm.section(6, Bytes.of(0));
        Bytes memories = Wasm.section(5, Bytes.of(0));
        decode(after(types, functions, memories, tags, globals));
        assertEquals(11, malformed(after(functions, types)).offset());
        malformed(after(types, types));
        malformed(after(tags, memories));
        malformed(after(globals, tags));
        malformed(after(Bytes.of(14, 0)));
    }

    @Test
    void refusesWrongSizes() {
        assertTrue(malformed(after(Wasm.section(1, Bytes.of(0, 0)))).getMessage().contains("size mismatch"));
        malformed(after(Bytes.of(1, 5, 0)));
        malformed(after(Bytes.of(1, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F)));
        MalformedModuleException e = malformed(after(Wasm.section(1, Bytes.of(1, 0x60, 0))));
        assertEquals("type", e.section());
    }

    @Test
    void customSectionsNeedOnlyAName() {
        decode(after(Wasm.custom("x", Bytes.of(1, 2, 3)), Wasm.section(1, Bytes.of(0)), Wasm.custom("", new Bytes())));
        malformed(after(Bytes.of(0, 0)));
        malformed(after(Wasm.section(0, Bytes.of(1, 0xFF))));
        malformed(after(Wasm.section(0, Bytes.of(5, 'a'))));
    }

    @Test
    void bodiesMustMatchFunctions() {
        Bytes types = Wasm.section(1, Bytes.of(1, 0x60, 0, 0));
        Bytes one = Wasm.section(3, Bytes.of(1, 0));
        malformed(after(types, one));
        malformed(after(types, one, Wasm.section(10, Bytes.of(2, 2, 0, 0x0B, 2, 0, 0x0B))));
        malformed(after(types, Wasm.section(10, Bytes.of(1, 2, 0, 0x0B))));
        malformed(after(types, one, Wasm.section(10, Bytes.of(1, 9, 0, 0x0B))));
        malformed(after(types, one, Wasm.section(10, Bytes.of(1, 2, 0, 0x0B, 0))));
        decode(after(types, one, Wasm.section(10, Bytes.of(1, 2, 0, 0x0B))));
    }

    @Test
    void dataMustMatchItsCount() {
        malformed(after(Wasm.section(12, Bytes.of(1))));
        malformed(after(Wasm.section(12, Bytes.of(1)), Wasm.section(11, Bytes.of(0))));
        decode(after(Wasm.section(12, Bytes.of(0))));
        decode(after(Wasm.section(12, Bytes.of(1)), Wasm.section(11, Bytes.of(1, 1, 0))));
    }

    @Test
    void readsEveryKindOfElementSegment() {
        Bytes offset = Bytes.of(0x41, 0, 0x0B);
        Bytes nulls = Bytes.of(1, 0xD0, 0x70, 0x0B);
        Wasm wasm = new Wasm().table("funcref", 1);
        wasm.element(Bytes.of(0).raw(offset).raw(1, 0));
        wasm.element(Bytes.of(1, 0, 1, 0));
        wasm.element(Bytes.of(2, 0).raw(offset).raw(0, 1, 0));
        wasm.element(Bytes.of(3, 0, 1, 0));
        wasm.element(Bytes.of(4).raw(offset).raw(nulls));
        wasm.element(Bytes.of(5, 0x70).raw(nulls));
        wasm.element(Bytes.of(6, 0).raw(offset).raw(0x70).raw(nulls));
        wasm.element(Bytes.of(7, 0x70).raw(nulls));
        List<ElementSegment> segments = decode(wasm.toBytes()).elements();
        SegmentMode a = SegmentMode.ACTIVE;
        SegmentMode p = SegmentMode.PASSIVE;
        SegmentMode d = SegmentMode.DECLARATIVE;
        assertEquals(List.of(a, p, a, d, a, p, a, d), segments.stream().map(ElementSegment::mode).toList());
        assertEquals(TypeCode.FUNCREF, segments.get(5).type());
        assertTrue(segments.stream().allMatch(s -> s.count() == 1));
        malformed(after(Wasm.section(9, Bytes.of(1, 8, 0))));
        malformed(after(Wasm.section(9, Bytes.of(1, 1, 1, 0))));
        malformed(after(Wasm.section(9, Bytes.of(1, 5, 0x7F, 0))));
    }

    @Test
    void readsLimitsOfMemoriesAndTables() {
        assertEquals(new MemoryType(true, 1L << 40, MemoryType.UNBOUNDED, false, 16),
                decode(new Wasm().memory(Bytes.of(4).u32(1L << 40)).toBytes()).memories().get(0));
        assertEquals(new MemoryType(false, 1, 2, true, 0), decode(new Wasm().memory(Bytes.of(11, 1, 2, 0)).toBytes()).memories().get(0));
        malformed(new Wasm().memory(Bytes.of(16, 1)).toBytes());
        malformed(new Wasm().memory(Bytes.of(8, 1, 64)).toBytes());
        malformed(after(Wasm.section(4, Bytes.of(1, 0x70, 2, 0, 0))));
        malformed(after(Wasm.section(4, Bytes.of(1, 0x7F, 0, 0))));
        malformed(after(Wasm.section(13, Bytes.of(1, 1, 0))));
        malformed(after(Wasm.section(6, Bytes.of(1, 0x7F, 2, 0x41, 0, 0x0B))));
    }

    @Test
    void constantExpressionsEndWhereTheirBlocksDo() {
        Wasm wasm = new Wasm().global("i32", false, "block i32; i32.const 1; end");
        assertEquals(1, decode(wasm.toBytes()).globals().size());
        malformed(after(Wasm.section(6, Bytes.of(1, 0x7F, 0, 0x41, 0))));
        malformed(after(Wasm.section(6, Bytes.of(1, 0x7F, 0, 0xFE, 0x7F, 0x0B))));
    }

    @Test
    void refusesCountsBeyondTheBytesOrTheLimits() {
        Bytes fifteen = Wasm.header().raw(1, 5, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F);
        assertEquals(15, fifteen.size());
        assertTrue(malformed(fifteen).getMessage().contains("types cannot fit in the 0 bytes left"));
        Wasm wasm = new Wasm();
        for (int i = 0; i < 101; i++) {
            wasm.memory(0);
        }
        assertThrows(InvalidModuleException.class, () -> decode(wasm.toBytes()));
        Limits few = Limits.DEFAULT.withModuleBytes(7);
        assertThrows(InvalidModuleException.class, () -> ModuleDecoder.decode(Wasm.header().toArray(), few, new Heard()));
    }

    @Test
    void aDecoderThatFailedIsFinishedWith() {
        ModuleDecoder decoder = new ModuleDecoder(Limits.DEFAULT, new Heard());
        assertThrows(MalformedModuleException.class, () -> decoder.feed(new byte[8], 0, 8));
        assertThrows(IllegalStateException.class, () -> decoder.feed(new byte[8], 0, 8));
        assertThrows(IllegalStateException.class, decoder::finish);
    }

    @Test
    void namesAreFoundWhenAsked() {
        Wasm wasm = everything();
        Bytes names = Bytes.of(0, 2, 1, 'm').raw(1).sized(Bytes.of(2).raw(1).name("helper").raw(2).name("start"));
        Module module = decode(wasm.toBytes().raw(Wasm.custom("name", names)));
        Set<Integer> asked = Set.of(0, 1, 2);
        assertEquals(Map.of(1, "helper", 2, "start"), NameSection.functionNames(module, asked));
        assertEquals("run", NameSection.functionNames(decode(wasm.toBytes()), asked).get(1), "by export");
        Module damaged = decode(wasm.toBytes().raw(Wasm.custom("name", Bytes.of(1, 99, 1))));
        assertEquals("run", NameSection.functionNames(damaged, asked).get(1));
    }
}
