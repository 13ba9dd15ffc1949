package dev.thimble.wasm.link;

import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.binary.NameSection;
import dev.thimble.wasm.execute.ModuleInstance;
import dev.thimble.wasm.structure.Module;

/** Finds the function of a trap by its offset in the binary, and the function's name. */
final class TrapLocator implements ModuleInstance.Names {
    private final Module module;

    TrapLocator(Module module) {
        this.module = module;
    }

    @Override
    public void locate(Trap trap) {
        if (trap.functionIndex() != Trap.UNKNOWN || trap.offset() == Trap.UNKNOWN) {
            return;
        }
        int low = module.importedFunctions();
        int high = module.functionCount() - 1;
        while (low <= high) {
            int middle = low + high >>> 1;
            if (trap.offset() < module.bodyStart(middle)) {
                high = middle - 1;
            } else if (trap.offset() >= module.bodyEnd(middle)) {
                low = middle + 1;
            } else {
                trap.locate(middle, NameSection.functionName(module, middle));
                return;
            }
        }
    }
}
