package dev.thimble.agent.cell;

import dev.thimble.wasm.api.LinkException;
import dev.thimble.wasm.api.StackFrame;
import dev.thimble.wasm.api.StackTrace;
import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.api.WasmException;
import dev.thimble.wasm.wasi.ProcExit;
import java.util.ArrayList;
import java.util.List;

/** What a module can end with, in words. */
final class Faults {
    /** Frames that an incident keeps: it travels as one message. */
    private static final int INNERMOST = 12;
    private static final int OUTERMOST = 3;
    private static final int LONGEST_LINE = 600;

    private Faults() {}

    static String kind(Throwable fault) {
        return switch (fault) {
            case Trap trap -> trap.kind().text();
            case WasmException e -> "uncaught exception";
            case StackOverflowError e -> "call stack exhausted";
            case OutOfMemoryError e -> "out of memory";
            case ProcExit e -> e.getMessage();
            case LinkException e -> e.getMessage();
            case IllegalArgumentException e -> e.getMessage();
            default -> fault.getClass().getSimpleName() + ": " + fault.getMessage();
        };
    }

    /** Function, offset and source line, empty when they are not known. */
    static String where(Throwable fault) {
        List<StackFrame> frames = stack(fault).frames();
        if (frames.isEmpty()) {
            return "";
        }
        StackFrame at = frames.getFirst();
        String name = at.functionName() == null ? "function " + at.functionIndex() : at.functionName();
        if (!at.inlined().isEmpty()) {
            name = at.inlined().getFirst().functionName() + ", inlined into " + name;
        }
        return name + " at 0x" + Integer.toHexString(at.offset()) + (at.file() == null ? "" : ", " + at.source());
    }

    /** The functions that were running, a line for each; of a deep stack its ends. */
    static List<String> trace(Throwable fault) {
        List<String> lines = stack(fault).lines().stream()
            .map(line -> line.length() <= LONGEST_LINE ? line : line.substring(0, LONGEST_LINE) + "…").toList();
        if (lines.size() <= INNERMOST + OUTERMOST) {
            return lines;
        }
        List<String> ends = new ArrayList<>(lines.subList(0, INNERMOST));
        ends.add("…");
        ends.addAll(lines.subList(lines.size() - OUTERMOST, lines.size()));
        return ends;
    }

    private static StackTrace stack(Throwable fault) {
        return switch (fault) {
            case Trap trap -> trap.trace();
            case WasmException e -> e.trace();
            default -> new StackTrace();
        };
    }

    static String describe(Throwable fault) {
        String where = where(fault);
        return where.isEmpty() ? kind(fault) : kind(fault) + " in " + where;
    }

    static boolean isOverrun(Throwable fault) {
        return fault instanceof Trap trap && trap.kind() == Trap.Kind.OUT_OF_FUEL;
    }
}
