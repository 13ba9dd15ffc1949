package dev.thimble.wasm.debug;

import dev.thimble.wasm.api.MemoryType;
import dev.thimble.wasm.binary.ByteReader;
import dev.thimble.wasm.binary.Immediates;
import dev.thimble.wasm.opcode.OpcodeTable;
import dev.thimble.wasm.structure.Module;
import java.util.Set;
import java.util.TreeSet;

/** The steps of the standard and the proposals that a module makes use of, by its instructions and memories. */
public final class Features {
    private Features() {
    }

    /** Names as in the opcode table, in alphabetical order; what every module may use is not among them. */
    public static Set<String> of(Module module) {
        Set<String> features = new TreeSet<>();
        for (int f = module.importedFunctions(); f < module.functionCount(); f++) {
            ByteReader in = new ByteReader(module.binary(), module.bodyStart(f), module.bodyEnd(f), "code");
            Listing.skipLocals(in);
            while (!in.atEnd()) {
                int opcode = in.opcode();
                features.add(OpcodeTable.feature(opcode));
                Immediates.skip(in, opcode);
            }
        }
        features.remove("mvp");
        for (MemoryType memory : module.memories()) {
            if (memory.memory64()) {
                features.add("memory64");
            }
            if (memory.pageSizeLog2() != 16) {
                features.add("custom-page-sizes");
            }
        }
        if (module.memories().size() > 1) {
            features.add("multi-memory");
        }
        return features;
    }
}
