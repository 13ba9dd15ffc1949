package dev.thimble.benchmarks.footprint;

import dev.thimble.wasm.api.Limits;
import dev.thimble.wasm.binary.ByteReader;
import dev.thimble.wasm.binary.Immediates;
import dev.thimble.wasm.structure.Module;
import dev.thimble.wasm.validate.ModuleValidator;

/** Counts a module's instructions, as a disassembler lists them: {@code end} and {@code else} too. */
final class Instructions {
    private Instructions() {
    }

    static int count(byte[] wasm) {
        Module module = ModuleValidator.parse(wasm, Limits.DEFAULT);
        int count = 0;
        for (int f = module.importedFunctions(); f < module.functionCount(); f++) {
            var reader = new ByteReader(wasm, module.bodyStart(f), module.bodyEnd(f), "code");
            for (int groups = reader.u32(); groups > 0; groups--) {
                reader.u32();
                reader.s33();
            }
            while (!reader.atEnd()) {
                Immediates.skip(reader, reader.opcode());
                count++;
            }
        }
        return count;
    }
}
