package dev.thimble.wasm.debug;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.wasm.Call;
import dev.thimble.wasm.Imports;
import dev.thimble.wasm.Instance;
import dev.thimble.wasm.WasmModule;
import dev.thimble.wasm.api.Progress;
import dev.thimble.wasm.encode.Bytes;
import dev.thimble.wasm.encode.Wasm;
import dev.thimble.wasm.translate.Mode;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProfileTest {
    private static final String SPIN = "loop -; local.get 0; i32.const 1; i32.sub; local.tee 0; br_if 0; end";

    /** {@code heavy} spins nine times as long as {@code light;er}. */
    private static WasmModule module() {
        Wasm wasm = new Wasm();
        wasm.function("i32 ->", "", SPIN);
        wasm.function("i32 ->", "", SPIN);
        int run = wasm.function("->", "", "i32.const 900000; call 0; i32.const 100000; call 1");
        wasm.export("run", 0, run);
        Bytes names = new Bytes().raw(1).sized(Bytes.of(2).raw(0).name("heavy").raw(1).name("light;er"));
        return WasmModule.parse(wasm.toBytes().raw(Wasm.custom("name", names)).toArray());
    }

    private static Profile profile(WasmModule module, String export, long slice) {
        Instance instance = module.instantiate(Imports.none());
        Profile profile = instance.newProfile();
        Call call = instance.function(export).newCall();
        instance.fuel(slice);
        for (Progress p = call.start(); p == Progress.OUT_OF_FUEL; p = call.resume()) {
            profile.sample();
            instance.fuel(slice);
        }
        return profile;
    }

    @Test
    void sharesOfTheFuel() {
        Profile profile = profile(module(), "run", 10_000);
        List<Profile.Share> shares = profile.shares();
        assertEquals(List.of("heavy", "light;er", "run"), shares.stream().map(Profile.Share::function).toList());
        assertEquals(0.9, (double) shares.get(0).self() / profile.samples(), 0.02);
        assertEquals(profile.samples(), shares.get(2).total());
        assertEquals(profile.samples(), shares.stream().mapToLong(Profile.Share::self).sum());
        List<String> stacks = profile.collapsed();
        assertEquals(2, stacks.size());
        assertTrue(stacks.get(0).matches("run;heavy \\d+"), stacks.get(0));
        assertTrue(stacks.get(1).matches("run;light:er \\d+"), "a semicolon in a name is no border: " + stacks.get(1));
    }

    @Test
    void equalRunsHaveEqualProfilesInEveryMode() {
        List<String> first = profile(module(), "run", 1_000).collapsed();
        for (Mode mode : Mode.values()) {
            for (int i = 0; i < 2; i++) {
                assertEquals(first, profile(module().translated(mode), "run", 1_000).collapsed(), mode.name());
            }
        }
    }

    /** A recursion of a thousand calls: cut off at the limit, and each function counted once in a stack. */
    @Test
    void deepStacksAreBounded() {
        Wasm wasm = new Wasm();
        int down = wasm.function("i32 ->", "", "local.get 0; if -; local.get 0; i32.const 1; i32.sub; call 0; end; nop");
        wasm.export("run", 0, wasm.function("->", "", "i32.const 990; call 0"));
        Profile profile = profile(WasmModule.parse(wasm.toArray()), "run", 10);
        assertTrue(profile.samples() >= 90, profile.samples() + " samples");
        int longest = profile.collapsed().stream().mapToInt(line -> line.split(";").length).max().orElseThrow();
        assertEquals(Profile.DEEPEST, longest);
        Profile.Share share = profile.shares().get(0);
        assertEquals("function " + down, share.function());
        assertTrue(share.total() <= profile.samples());
    }
}
