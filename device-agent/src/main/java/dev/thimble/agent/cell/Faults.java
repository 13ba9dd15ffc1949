package dev.thimble.agent.cell;

import dev.thimble.wasm.api.LinkException;
import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.api.WasmException;

/** What a module can end with, in words. */
final class Faults {
    private Faults() {}

    static String kind(Throwable fault) {
        return switch (fault) {
            case Trap trap -> trap.kind().text();
            case WasmException e -> "uncaught exception";
            case StackOverflowError e -> "call stack exhausted";
            case OutOfMemoryError e -> "out of memory";
            case LinkException e -> e.getMessage();
            case IllegalArgumentException e -> e.getMessage();
            default -> fault.getClass().getSimpleName() + ": " + fault.getMessage();
        };
    }

    /** Function and offset, empty when they are not known. */
    static String where(Throwable fault) {
        if (!(fault instanceof Trap trap) || trap.functionIndex() == Trap.UNKNOWN) {
            return "";
        }
        String name = trap.functionName() == null ? "function " + trap.functionIndex() : trap.functionName();
        return trap.offset() == Trap.UNKNOWN ? name : name + " at 0x" + Integer.toHexString(trap.offset());
    }

    static String describe(Throwable fault) {
        String where = where(fault);
        return where.isEmpty() ? kind(fault) : kind(fault) + " in " + where;
    }

    static boolean isOverrun(Throwable fault) {
        return fault instanceof Trap trap && trap.kind() == Trap.Kind.OUT_OF_FUEL;
    }
}
