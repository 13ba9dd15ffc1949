package dev.thimble.wasm.random;

import dev.thimble.wasm.Call;
import dev.thimble.wasm.Function;
import dev.thimble.wasm.Imports;
import dev.thimble.wasm.Instance;
import dev.thimble.wasm.InstanceOptions;
import dev.thimble.wasm.WasmModule;
import dev.thimble.wasm.api.Limits;
import dev.thimble.wasm.api.NumberType;
import dev.thimble.wasm.api.Progress;
import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.api.ValueType;
import dev.thimble.wasm.api.WasmException;
import dev.thimble.wasm.translate.Mode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** What a run of a {@link RandomModule} shows: a line for each call, for each global and for the memory. */
final class Outcome {
    /** How often each function is called. */
    static final int ROUNDS = 2;

    private Outcome() {
    }

    /** Arguments for a call, the same for every engine. */
    static long[] arguments(List<ValueType> types, long seed) {
        Random random = new Random(seed);
        long[] arguments = new long[types.size()];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = switch ((NumberType) types.get(i)) {
                case I32 -> random.nextBoolean() ? random.nextInt() : random.nextInt(100) - 50;
                case I64 -> random.nextBoolean() ? random.nextLong() : random.nextInt(100) - 50;
                case F32 -> Float.floatToRawIntBits((float) (random.nextGaussian() * 100));
                default -> Double.doubleToRawLongBits(random.nextGaussian() * 100);
            };
        }
        return arguments;
    }

    /** A value as text; every NaN is the same. */
    static String text(ValueType type, long bits) {
        return switch ((NumberType) type) {
            case I32 -> Integer.toString((int) bits);
            case I64 -> Long.toString(bits);
            case F32 -> Float.toString(Float.intBitsToFloat((int) bits));
            default -> Double.toString(Double.longBitsToDouble(bits));
        };
    }

    /** Calls a function to its end. */
    interface Caller {
        long[] call(Instance instance, Function function, long[] arguments);
    }

    static List<String> of(RandomModule module, Mode mode) {
        return of(module, mode, (instance, function, arguments) -> function.call(arguments));
    }

    /** The same, every call in slices of fuel: the run is suspended again and again. */
    static List<String> ofSlices(RandomModule module, Mode mode, Random random) {
        return of(module, mode, (instance, function, arguments) -> {
            Call call = function.newCall();
            for (int i = 0; i < arguments.length; i++) {
                call.i64(i, arguments[i]);
            }
            long all = instance.fuel();
            instance.fuel(random.nextInt(100));
            all -= instance.fuel();
            try {
                for (Progress p = call.start(); p != Progress.FINISHED; p = call.resume()) {
                    int slice = 1 + random.nextInt(random.nextBoolean() ? 10 : 1_000);
                    instance.fuel(instance.fuel() + slice);
                    all -= slice;
                }
            } finally {
                instance.fuel(instance.fuel() + all);
            }
            long[] results = new long[function.type().results().size()];
            Arrays.setAll(results, call::i64Result);
            return results;
        });
    }

    private static List<String> of(RandomModule module, Mode mode, Caller caller) {
        WasmModule parsed = WasmModule.parse(module.binary(), Limits.DEFAULT).translated(mode);
        Instance instance = parsed.instantiate(Imports.none(), InstanceOptions.DEFAULT.withFuel(10_000_000));
        List<String> lines = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            for (int f = 0; f < module.functions.size(); f++) {
                Function function = instance.function(String.valueOf(f));
                StringBuilder line = new StringBuilder("call " + f);
                try {
                    long[] results = caller.call(instance, function, arguments(function.type().parameters(), 31L * round + f));
                    for (int r = 0; r < results.length; r++) {
                        line.append(' ').append(text(function.type().results().get(r), results[r]));
                    }
                } catch (Trap trap) {
                    line.append(" trap ").append(trap.kind());
                } catch (WasmException thrown) {
                    line.append(" exception ").append(Arrays.toString(thrown.slots()));
                }
                lines.add(line.toString());
            }
        }
        for (int g = 0; g < module.globals.length; g++) {
            var global = instance.global("g" + g);
            lines.add("global " + text(global.type().value(), global.bits()));
        }
        byte[] bytes = Arrays.copyOf(instance.memory().array(), (int) instance.memory().size());
        if (lines.stream().noneMatch(line -> line.contains("CALL_STACK_EXHAUSTED"))) {
            // Else the thread's stack may have been what ended it.
            lines.add("fuel " + instance.fuel());
        }
        lines.add("memory " + bytes.length + " " + Arrays.hashCode(bytes));
        return lines;
    }
}
