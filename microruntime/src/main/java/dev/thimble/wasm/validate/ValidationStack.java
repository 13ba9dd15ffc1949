package dev.thimble.wasm.validate;

import dev.thimble.wasm.api.Limits;
import dev.thimble.wasm.binary.TypeReader;
import dev.thimble.wasm.structure.CompositeKind;
import dev.thimble.wasm.structure.TypeCode;
import dev.thimble.wasm.structure.TypeSpace;
import java.util.Arrays;

/**
 * The operand stack and the control stack of the algorithm (spec 3.0, appendix "Validation Algorithm"), and the locals'
 * initialisation that blocks scope. Arrays that grow and are used again for the next body.
 */
final class ValidationStack {
    /** What opened a control frame. The two of a legacy catch are told apart from {@link #TRY} for rethrow. */
    static final byte FUNCTION = 0, BLOCK = 1, LOOP = 2, IF = 3, ELSE = 4, TRY = 5, CATCH = 6, CATCH_ALL = 7;
    private static final int INLINE = -1;

    private final Code code;
    private final TypeSpace types;
    private final Limits limits;

    private int[] values = new int[16];
    private int height;

    private byte[] kinds = new byte[8];
    /** Index of a frame's function type, or {@link #INLINE}: then {@link #results} has its only result, if any. */
    private int[] functionTypes = new int[8];
    private int[] results = new int[8];
    private int[] heights = new int[8];
    private int[] initialisedHeights = new int[8];
    private boolean[] unreachable = new boolean[8];
    /** Number of the last {@code br_table} that checked a frame's label. */
    private int[] checks = new int[8];
    private int depth;
    private int check;

    private int[] locals = new int[8];
    private int localCount;
    private boolean[] initialised = new boolean[8];
    private int[] initialisedOrder = new int[8];
    private int initialisedCount;

    ValidationStack(Code code) {
        this.code = code;
        this.types = code.types;
        this.limits = code.limits;
    }

    void clear() {
        height = 0;
        depth = 0;
        check = 0;
        localCount = 0;
        initialisedCount = 0;
    }

    // ---- operands

    void push(int type) {
        if (height == values.length) {
            if (height >= limits.values()) {
                throw code.error("more than the limit of " + limits.values() + " values on the stack");
            }
            values = Arrays.copyOf(values, Math.min(height * 2, limits.values()));
        }
        values[height++] = type;
    }

    /** Pops a value of any type. */
    int pop() {
        if (height == heights[depth - 1]) {
            if (unreachable[depth - 1]) {
                return TypeCode.BOTTOM;
            }
            throw code.error("type mismatch: nothing on the stack");
        }
        return values[--height];
    }

    /** Pops a value that must match {@code expected}; the result is its own type. */
    int pop(int expected) {
        int actual = pop();
        if (actual != expected && !types.matches(actual, expected)) {
            throw code.mismatch(expected, actual);
        }
        return actual;
    }

    /** Pops a reference of any type; the bottom type becomes the bottom reference. */
    int popReference() {
        int actual = pop();
        if (actual == TypeCode.BOTTOM) {
            return TypeCode.BOTTOM_REFERENCE;
        }
        if (!TypeCode.isReference(actual)) {
            throw code.error("type mismatch: expected a reference, found " + TypeCode.text(actual));
        }
        return actual;
    }

    void popParameters(int function) {
        for (int i = types.parameterCount(function) - 1; i >= 0; i--) {
            pop(types.parameter(function, i));
        }
    }

    void pushParameters(int function) {
        for (int i = 0; i < types.parameterCount(function); i++) {
            push(types.parameter(function, i));
        }
    }

    void pushResults(int function) {
        for (int i = 0; i < types.resultCount(function); i++) {
            push(types.result(function, i));
        }
    }

    // ---- control frames

    boolean isDone() {
        return depth == 0;
    }

    /** The kind of the innermost frame. */
    byte kind() {
        return kinds[depth - 1];
    }

    /** Opens a frame that a block type describes, whose parameters have been popped and are pushed again. */
    void open(byte kind, int functionType, int result) {
        if (depth > limits.nesting()) {
            throw code.error("more than the limit of " + limits.nesting() + " nested blocks");
        }
        if (depth == kinds.length) {
            int size = depth * 2;
            kinds = Arrays.copyOf(kinds, size);
            functionTypes = Arrays.copyOf(functionTypes, size);
            results = Arrays.copyOf(results, size);
            heights = Arrays.copyOf(heights, size);
            initialisedHeights = Arrays.copyOf(initialisedHeights, size);
            unreachable = Arrays.copyOf(unreachable, size);
            checks = Arrays.copyOf(checks, size);
        }
        kinds[depth] = kind;
        functionTypes[depth] = functionType;
        results[depth] = result;
        heights[depth] = height;
        initialisedHeights[depth] = initialisedCount;
        unreachable[depth] = false;
        checks[depth] = 0;
        depth++;
        if (kind != FUNCTION && functionType != INLINE) {
            pushParameters(functionType);
        }
    }

    /** Opens a frame after reading its block type and popping its parameters. */
    void openBlock(byte kind) {
        int functionType = INLINE;
        int result = TypeReader.NO_RESULT;
        if (TypeReader.blockTypeIsIndex(code.reader)) {
            functionType = code.type(CompositeKind.FUNCTION);
            popParameters(functionType);
        } else {
            result = TypeReader.blockType(code.reader, types);
        }
        open(kind, functionType, result);
    }

    /** Opens a constant expression's frame, which gives one value. */
    void openConstant(int result) {
        open(FUNCTION, INLINE, result);
    }

    /** Checks that the innermost frame has given exactly its results, and closes it. They are not pushed. */
    void close() {
        int frame = depth - 1;
        for (int i = resultCount(frame) - 1; i >= 0; i--) {
            pop(result(frame, i));
        }
        if (height != heights[frame]) {
            throw code.error("type mismatch: " + (height - heights[frame]) + " values left on the stack at the end of a block");
        }
        while (initialisedCount > initialisedHeights[frame]) {
            initialised[initialisedOrder[--initialisedCount]] = false;
        }
        depth--;
    }

    /** Closes the innermost frame and opens one of the same type in its place, without its parameters. */
    void reopen(byte kind, boolean withParameters) {
        close();
        int functionType = functionTypes[depth];
        int result = results[depth];
        open(kind, INLINE, result);
        functionTypes[depth - 1] = functionType;
        if (withParameters && functionType != INLINE) {
            pushParameters(functionType);
        }
    }

    /** Pushes the results of the frame that was just closed. */
    void pushClosedResults() {
        for (int i = 0; i < resultCount(depth); i++) {
            push(result(depth, i));
        }
    }

    /** Whether the innermost frame's parameters may stand for its results, as in an {@code if} without {@code else}. */
    boolean parametersMatchResults() {
        int frame = depth - 1;
        int function = functionTypes[frame];
        int parameters = function == INLINE ? 0 : types.parameterCount(function);
        if (parameters != resultCount(frame)) {
            return false;
        }
        for (int i = 0; i < parameters; i++) {
            if (!types.matches(types.parameter(function, i), result(frame, i))) {
                return false;
            }
        }
        return true;
    }

    /** What follows in the innermost frame is never reached. */
    void markUnreachable() {
        height = heights[depth - 1];
        unreachable[depth - 1] = true;
    }

    private int resultCount(int frame) {
        return functionTypes[frame] != INLINE ? types.resultCount(functionTypes[frame]) : results[frame] == TypeReader.NO_RESULT ? 0 : 1;
    }

    private int result(int frame, int i) {
        return functionTypes[frame] != INLINE ? types.result(functionTypes[frame], i) : results[frame];
    }

    // ---- labels: how many values a branch takes, and their types

    /** Reads a label; the result is its frame. */
    int label() {
        int label = code.reader.index();
        if (label >= depth) {
            throw code.unknown("label", label);
        }
        return depth - 1 - label;
    }

    /** Reads a label that counts from outside of the innermost frame; the result is its frame. */
    int outerLabel() {
        int label = code.reader.index();
        if (label >= depth - 1) {
            throw code.unknown("label", label);
        }
        return depth - 2 - label;
    }

    /** The frame of the function, whose label {@code return} branches to. */
    int outermost() {
        return 0;
    }

    byte kindOf(int frame) {
        return kinds[frame];
    }

    int labelCount(int frame) {
        if (kinds[frame] != LOOP) {
            return resultCount(frame);
        }
        return functionTypes[frame] == INLINE ? 0 : types.parameterCount(functionTypes[frame]);
    }

    int labelType(int frame, int i) {
        return kinds[frame] == LOOP ? types.parameter(functionTypes[frame], i) : result(frame, i);
    }

    void popLabel(int frame) {
        popLabel(frame, labelCount(frame));
    }

    /** Pops the first {@code count} of a label's values, the last of them first. */
    void popLabel(int frame, int count) {
        for (int i = count - 1; i >= 0; i--) {
            pop(labelType(frame, i));
        }
    }

    void pushLabel(int frame, int count) {
        for (int i = 0; i < count; i++) {
            push(labelType(frame, i));
        }
    }

    /** Begins a {@code br_table}, which may name a label often: {@link #checkLabel} looks at each but once. */
    void beginTable() {
        check++;
    }

    /** Checks that the values on the stack match a label, and leaves them. */
    void checkLabel(int frame) {
        if (checks[frame] == check) {
            return;
        }
        checks[frame] = check;
        int base = heights[depth - 1];
        for (int i = labelCount(frame) - 1, at = height - 1; i >= 0; i--, at--) {
            int expected = labelType(frame, i);
            if (at < base) {
                if (!unreachable[depth - 1]) {
                    throw code.error("type mismatch: nothing on the stack");
                }
            } else if (!types.matches(values[at], expected)) {
                throw code.mismatch(expected, values[at]);
            }
        }
    }

    // ---- locals

    /** Adds {@code count} locals; {@code set} when they have a value from the beginning. */
    void addLocals(int count, int type, boolean set) {
        if (localCount + count > locals.length) {
            int size = Math.max(localCount + count, locals.length * 2);
            locals = Arrays.copyOf(locals, size);
            initialised = Arrays.copyOf(initialised, size);
        }
        Arrays.fill(locals, localCount, localCount + count, type);
        Arrays.fill(initialised, localCount, localCount + count, set || TypeCode.isDefaultable(type));
        localCount += count;
    }

    /** Reads a local's index. */
    int local() {
        int local = code.reader.index();
        if (local >= localCount) {
            throw code.unknown("local", local);
        }
        return local;
    }

    int localType(int local) {
        return locals[local];
    }

    boolean isInitialised(int local) {
        return initialised[local];
    }

    void initialise(int local) {
        if (!initialised[local]) {
            initialised[local] = true;
            if (initialisedCount == initialisedOrder.length) {
                initialisedOrder = Arrays.copyOf(initialisedOrder, initialisedCount * 2);
            }
            initialisedOrder[initialisedCount++] = local;
        }
    }
}
