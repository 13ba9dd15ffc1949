package dev.thimble.wasm.random;

import dev.thimble.wasm.WasmModule;
import dev.thimble.wasm.api.ExportType;
import dev.thimble.wasm.api.FunctionType;
import dev.thimble.wasm.api.GlobalType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import run.endive.runtime.Instance;
import run.endive.wasm.Parser;
import run.endive.wasm.WasmEngineException;

/** Runs a {@link RandomModule} on Endive's interpreter, in the terms of {@link Outcome}; every trap is of the same kind. */
final class Peer {
    private Peer() {
    }

    static List<String> outcome(RandomModule module) {
        List<ExportType> exports = WasmModule.parse(module.binary()).exports();
        Instance instance = Instance.builder(Parser.parse(module.binary())).build();
        List<String> lines = new ArrayList<>();
        for (int round = 0; round < Outcome.ROUNDS; round++) {
            for (int f = 0; f < module.functions.size(); f++) {
                lines.add(call(instance, type(exports, String.valueOf(f)), f, round));
            }
        }
        for (int g = 0; g < module.globals.length; g++) {
            GlobalType type = (GlobalType) export(exports, "g" + g).type();
            lines.add("global " + Outcome.text(type.value(), instance.exports().global("g" + g).getValue()));
        }
        int size = instance.memory().pages() << 16;
        lines.add("memory " + size + " " + Arrays.hashCode(instance.memory().readBytes(0, size)));
        return lines;
    }

    private static String call(Instance instance, FunctionType type, int f, int round) {
        StringBuilder line = new StringBuilder("call " + f);
        try {
            long[] results = instance.export(String.valueOf(f)).apply(Outcome.arguments(type.parameters(), 31L * round + f));
            for (int r = 0; r < type.results().size(); r++) {
                line.append(' ').append(Outcome.text(type.results().get(r), results[r]));
            }
        } catch (WasmEngineException trap) {
            line.append(" trap");
        }
        return line.toString();
    }

    private static FunctionType type(List<ExportType> exports, String name) {
        return (FunctionType) export(exports, name).type();
    }

    private static ExportType export(List<ExportType> exports, String name) {
        return exports.stream().filter(e -> e.name().equals(name)).findFirst().orElseThrow();
    }

    /** An outcome of this engine with less said of traps. */
    static List<String> withoutKinds(List<String> outcome) {
        return outcome.stream().filter(line -> !line.startsWith("fuel")).map(line -> line.replaceFirst(" trap .*", " trap")).toList();
    }
}
