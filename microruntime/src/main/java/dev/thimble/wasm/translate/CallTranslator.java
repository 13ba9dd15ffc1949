package dev.thimble.wasm.translate;

import dev.thimble.wasm.execute.Calls;
import dev.thimble.wasm.execute.Node;
import dev.thimble.wasm.execute.Nodes;
import dev.thimble.wasm.execute.Slots;
import dev.thimble.wasm.execute.Stmt;
import dev.thimble.wasm.execute.TailCalls;
import dev.thimble.wasm.structure.Module;
import dev.thimble.wasm.structure.TypeCode;
import dev.thimble.wasm.structure.TypeSpace;
import java.util.Arrays;
import java.util.function.IntFunction;

/** Translates calls and tail calls. */
final class CallTranslator {
    private final ModuleTranslator owner;
    private final Module module;
    private final TypeSpace types;
    private final OperandStack stack;
    private boolean tailCalls;

    CallTranslator(ModuleTranslator owner, OperandStack stack) {
        this.owner = owner;
        this.stack = stack;
        module = owner.module;
        types = module.types();
    }

    /** Whether the function must be wrapped in {@link TailCalls.Loop}. */
    boolean usesTailCalls() {
        return tailCalls;
    }

    void call(int function) {
        Stmt target = function < module.importedFunctions() ? new Calls.Import(function) : owner.function(function).target();
        callTarget(target, module.functionType(function));
    }

    /** A call whose callee is the topmost operand, which goes to a slot. */
    void callThrough(int type, IntFunction<Stmt> target) {
        if (stack.peek(0).slot < 0) {
            stack.spillTop(1);
        }
        Operand callee = stack.pop();
        callTarget(target.apply(callee.slot), type);
    }

    private void callTarget(Stmt target, int type) {
        stack.useFuel();
        int count = types.parameterCount(type);
        boolean simple = count <= Calls.MAX_ARGUMENTS;
        for (int i = 0; i < count; i++) {
            int parameter = types.parameter(type, i);
            simple &= parameter > 0 && parameter != TypeCode.V128;
        }
        // Everything, so that a suspended run looks alike in every mode: which expressions still wait depends on the mode.
        stack.spillAllBelow(count);
        if (!simple) {
            stack.spill(Operand.RESULT);
        }
        var arguments = new Operand[count];
        for (int i = count - 1; i >= 0; i--) {
            arguments[i] = stack.pop();
        }
        if (simple) {
            var nodes = new Node[count];
            Arrays.setAll(nodes, i -> arguments[i].node);
            stack.emit(Calls.call(target, nodes));
        } else {
            writeArguments(arguments);
            stack.emit(Calls.call(target, new Node[0]));
        }
        pushResults(type);
    }

    private void writeArguments(Operand[] arguments) {
        int slot = 0;
        for (Operand argument : arguments) {
            if (argument.type == TypeCode.V128) {
                stack.emit(new Slots.Argument(slot, stack.nodes.local(argument.slot)));
                stack.emit(new Slots.Argument(slot + 1, stack.nodes.local(argument.slot + 1)));
            } else if (TypeCode.isReference(argument.type)) {
                stack.emit(new Slots.ReferenceArgument(slot, argument.node));
            } else {
                stack.emit(new Slots.Argument(slot, argument.node));
            }
            slot += TypeCode.slots(argument.type);
        }
    }

    /** Numbers are read from the callee's frame when they are needed; what is larger is copied at once. */
    private void pushResults(int type) {
        int slot = 0;
        for (int i = 0; i < types.resultCount(type); i++) {
            int result = types.result(type, i);
            if (result == TypeCode.V128) {
                int home = stack.home(result);
                stack.emit(Slots.set(TypeCode.I64, home, new Slots.Result(slot)));
                stack.emit(Slots.set(TypeCode.I64, home + 1, new Slots.Result(slot + 1)));
                stack.pushHome(result);
            } else if (TypeCode.isReference(result)) {
                stack.emit(new Slots.SetReference(stack.home(result), new Slots.Result(slot)));
                stack.pushHome(result);
            } else {
                stack.push(result, new Slots.Result(slot), Operand.RESULT);
            }
            slot += TypeCode.slots(result);
        }
    }

    // ---- tail calls

    void tailCall(int function) {
        tail(new TailCalls.Direct(function), module.functionType(function));
    }

    /** A tail call whose callee is the topmost operand; its home is above all that the arguments overwrite. */
    void tailCallThrough(int type, IntFunction<Stmt> target) {
        stack.spillTop(1);
        tail(target.apply(stack.pop().home), type);
    }

    private void tail(Stmt target, int type) {
        tailCalls = true;
        stack.useFuel();
        int count = types.parameterCount(type);
        stack.spillBelow(count, Operand.TRAP);
        stack.spillTop(count);
        int slot = 0;
        for (int i = 0; i < count; i++) {
            Operand argument = stack.peek(count - 1 - i);
            stack.move(argument, slot);
            slot += TypeCode.slots(argument.type);
        }
        stack.emit(target);
    }
}
