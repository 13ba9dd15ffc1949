package dev.thimble.wasm.api;

import java.util.Objects;

/**
 * The end of a module's run by a fault of its own (spec 3.0, "Traps"), or by the embedder's limits.
 * It has no Java stack trace: {@link #trace} says where the module was.
 */
public final class Trap extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Why a module trapped. The texts are those of the specification's test suite. */
    public enum Kind {
        UNREACHABLE("unreachable"),
        DIVIDE_BY_ZERO("integer divide by zero"),
        INTEGER_OVERFLOW("integer overflow"),
        INVALID_CONVERSION("invalid conversion to integer"),
        MEMORY_OUT_OF_BOUNDS("out of bounds memory access"),
        TABLE_OUT_OF_BOUNDS("out of bounds table access"),
        ARRAY_OUT_OF_BOUNDS("out of bounds array access"),
        UNDEFINED_ELEMENT("undefined element"),
        UNINITIALIZED_ELEMENT("uninitialized element"),
        INDIRECT_CALL_TYPE_MISMATCH("indirect call type mismatch"),
        NULL_REFERENCE("null reference"),
        NULL_FUNCTION_REFERENCE("null function reference"),
        NULL_STRUCTURE_REFERENCE("null structure reference"),
        NULL_ARRAY_REFERENCE("null array reference"),
        NULL_I31_REFERENCE("null i31 reference"),
        NULL_EXCEPTION_REFERENCE("null exception reference"),
        CAST_FAILURE("cast failure"),
        UNALIGNED_ATOMIC("unaligned atomic"),
        EXPECTED_SHARED_MEMORY("expected shared memory"),
        CALL_STACK_EXHAUSTED("call stack exhausted"),
        OUT_OF_MEMORY("out of memory"),
        OUT_OF_FUEL("out of fuel"),
        STOPPED("stopped by the host"),
        CANNOT_SUSPEND("a call that cannot be suspended has to wait");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        /** The specification's words. */
        public String text() {
            return text;
        }
    }

    /** An offset or function index that is not known. */
    public static final int UNKNOWN = -1;

    private final Kind kind;
    private final int offset;
    private final transient StackTrace trace;

    /**
     * @param offset of the instruction in the module's binary, in bytes, or {@link #UNKNOWN}
     */
    public Trap(Kind kind, int offset) {
        this(kind, offset, new StackTrace());
    }

    /** For an embedder that gives up a suspended run: {@code trace} is its {@code Instance.stack()}. */
    public Trap(Kind kind, StackTrace trace) {
        this(kind, UNKNOWN, trace);
    }

    private Trap(Kind kind, int offset, StackTrace trace) {
        super(kind.text(), null, false, false);
        this.kind = Objects.requireNonNull(kind);
        this.offset = offset;
        this.trace = trace;
    }

    public Kind kind() {
        return kind;
    }

    /** The functions that were running, innermost first; empty when it happened in none, or is not known. */
    public StackTrace trace() {
        return trace;
    }

    /** Index of the function in its module, imported functions first, or {@link #UNKNOWN}. */
    public int functionIndex() {
        return trace.depth() == 0 ? UNKNOWN : trace.frames().get(0).functionIndex();
    }

    /** The function's name by the module's name section, or null. */
    public String functionName() {
        return trace.depth() == 0 ? null : trace.frames().get(0).functionName();
    }

    /** Offset of the instruction in the module's binary, in bytes, or {@link #UNKNOWN}. */
    public int offset() {
        return trace.depth() == 0 ? offset : trace.frames().get(0).offset();
    }

    /** For the engine: whether an expression inside a statement may have trapped, and nobody knows yet which. */
    public boolean isRead() {
        return trace.depth() == 0 && offset == UNKNOWN && kind.compareTo(Kind.MEMORY_OUT_OF_BOUNDS) >= 0 && kind.compareTo(Kind.CAST_FAILURE) <= 0;
    }

    /** For the engine: notes that it passes a statement of a call; see {@link StackTrace#add}. */
    public void unwind(StackTrace.Symbols symbols, int chain, int depth, int statement) {
        trace.add(symbols, chain, depth, trace.depth() == 0 && offset != UNKNOWN ? offset : statement);
    }

    @Override
    public String getMessage() {
        if (trace.depth() == 0) {
            return kind.text();
        }
        StackFrame innermost = trace.frames().get(0);
        var text = new StringBuilder(kind.text()).append(" in ");
        if (!innermost.inlined().isEmpty()) {
            text.append(innermost.inlined().get(0).functionName()).append(", inlined into ");
        }
        text.append("function ").append(innermost.functionIndex());
        if (innermost.functionName() != null) {
            text.append(" (").append(innermost.functionName()).append(')');
        }
        text.append(" at 0x").append(Integer.toHexString(innermost.offset()));
        if (innermost.file() != null) {
            text.append(", ").append(innermost.source());
        }
        return text.toString();
    }
}
