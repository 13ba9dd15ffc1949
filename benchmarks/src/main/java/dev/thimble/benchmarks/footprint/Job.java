package dev.thimble.benchmarks.footprint;

import dev.thimble.benchmarks.corpus.Corpus;
import dev.thimble.benchmarks.corpus.Program;
import dev.thimble.wasm.Imports;
import dev.thimble.wasm.Instance;
import dev.thimble.wasm.WasmModule;
import java.util.HexFormat;
import java.util.List;

/** A module and what it is for. */
interface Job {
    /** Modules made for other things than to be measured: names of {@link SampleJob}s and {@link WasiJob}s. */
    List<String> REAL = List.of("weather-2", "thermostat", "display", "rain", "button", "files", "primes", "words");
    /** A module with a memory of 4 KiB in pages of one byte, and a function that reads a byte of it. */
    String IDLE = "idle";

    byte[] wasm();

    /** Instantiates the module and does its work.
     *  @param n how much of it: a program's argument, or how often
     *  @return an instance, the last if there were several */
    Instance run(WasmModule module, int n);

    /** An amount that takes milliseconds. */
    default int little() {
        return 1;
    }

    /** An amount after which what becomes hot in it has become so. */
    default int often() {
        return little();
    }

    /** @param name of one of {@link #REAL}, {@link #IDLE}, or a program of the corpus */
    static Job of(String name) {
        return switch (name) {
            case "files", "primes", "words" -> new WasiJob(name);
            case "weather-2", "thermostat", "display", "rain", "button" -> new SampleJob(name);
            case IDLE -> new Exported(HexFormat.of().parseHex("0061736d01000000" + "0106016001" + "7f017f" + "03020100"
                    + "050501" + "08802000" + "070701" + "0372756e" + "0000" + "0a09010700" + "20002d00000b"), 1);
            default -> {
                Program program = Corpus.program(name);
                yield new Exported(program.wasm(), program.smallN());
            }
        };
    }

    /** A module without imports that exports {@code run(n)}. */
    record Exported(byte[] wasm, int little) implements Job {
        @Override
        public Instance run(WasmModule module, int n) {
            Instance instance = module.instantiate(Imports.none());
            instance.function("run").call(n);
            return instance;
        }
    }
}
