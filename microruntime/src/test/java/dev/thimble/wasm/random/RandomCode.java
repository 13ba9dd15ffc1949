package dev.thimble.wasm.random;

import dev.thimble.wasm.encode.Assembler;
import dev.thimble.wasm.encode.Bytes;
import dev.thimble.wasm.opcode.OpcodeTable;
import dev.thimble.wasm.opcode.Opcodes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** The body of one function of a {@link RandomModule}: statements and expressions, each of a wanted type. */
final class RandomCode {
    private static final int I32 = Opcodes.I32, I64 = Opcodes.I64, F32 = Opcodes.F32, F64 = Opcodes.F64;
    private static final int MAX_LOOPS = 3;
    private final RandomModule module;
    private final Random random;
    private final int index;
    private final Bytes out = new Bytes();
    private final int[] locals;
    private final int assignable;
    private final int counters;
    private final int scratch;
    /** Types that a branch to each open label takes, outermost first; null for a loop, which only its counter repeats. */
    private final List<int[]> labels = new ArrayList<>();
    private final RandomFeatures features;
    private int loops;
    private long weight = 1;
    private long cost;
    private final long budget;

    RandomCode(RandomModule module, int index, long budget) {
        this.module = module;
        this.random = module.random;
        this.index = index;
        this.budget = budget;
        int[] parameters = module.functions.get(index).parameters();
        int[] extra = module.types(1 + random.nextInt(5));
        assignable = parameters.length + extra.length;
        counters = assignable;
        scratch = counters + MAX_LOOPS;
        locals = new int[scratch + 2];
        System.arraycopy(parameters, 0, locals, 0, parameters.length);
        System.arraycopy(extra, 0, locals, parameters.length, extra.length);
        for (int i = 0; i < MAX_LOOPS; i++) {
            locals[counters + i] = I32;
        }
        locals[scratch] = F32;
        locals[scratch + 1] = F64;
        features = module.everything ? new RandomFeatures(this, random, locals.length) : null;
    }

    /** Steps that a call may take, estimated from above. */
    long cost() {
        return cost;
    }

    Bytes body() {
        RandomModule.Signature signature = module.functions.get(index);
        int first = signature.parameters().length;
        List<Bytes> further = features == null ? List.of() : RandomFeatures.locals();
        out.u32(locals.length - first + further.size());
        for (int i = first; i < locals.length; i++) {
            out.u32(1).raw(RandomModule.type(locals[i]));
        }
        for (Bytes type : further) {
            out.u32(1).raw(type);
        }
        labels.add(signature.results());
        if (features != null) {
            features.prologue();
        }
        statements(4, 3);
        for (int type : signature.results()) {
            expression(type, 4);
        }
        return out.raw(Opcodes.END);
    }

    void statements(int most, int depth) {
        for (int left = random.nextInt(most + 1); left > 0 && cost < budget; left--) {
            statement(depth);
        }
    }

    private void statement(int depth) {
        cost += weight;
        if (features != null && depth > 0 && random.nextInt(3) == 0) {
            features.statement(depth);
            return;
        }
        int choice = random.nextInt(depth > 0 ? 15 : 6);
        switch (choice) {
            case 0, 1 -> set(depth);
            case 2 -> {
                int global = random.nextInt(module.globals.length);
                expression(module.globals[global], depth);
                op(Opcodes.GLOBAL_SET).u32(global);
            }
            case 3, 4 -> store(depth);
            case 5 -> {
                expression(1 + random.nextInt(4), depth);
                op(Opcodes.DROP);
            }
            case 6 -> {
                expression(I32, depth);
                open(Opcodes.IF, new int[0]);
                statements(3, depth - 1);
                if (random.nextBoolean()) {
                    op(Opcodes.ELSE);
                    statements(3, depth - 1);
                }
                close();
            }
            case 7 -> {
                open(Opcodes.BLOCK, new int[0]);
                statements(3, depth - 1);
                close();
            }
            case 8, 9 -> loop(depth);
            case 10 -> branch(depth);
            case 11 -> switchOver(depth);
            case 12 -> call(depth);
            case 13 -> bulk(depth);
            default -> leave(depth);
        }
    }

    private void set(int depth) {
        int local = random.nextInt(assignable);
        expression(locals[local], depth);
        op(Opcodes.LOCAL_SET).u32(local);
    }

    private void store(int depth) {
        int opcode = RandomChoice.store(random);
        address(depth);
        int type = OpcodeTable.signature(opcode) >>> 4 & 15;
        expression(type, depth);
        sanitise(type);
        argument(opcode);
    }

    private void loop(int depth) {
        if (loops == MAX_LOOPS) {
            set(depth);
            return;
        }
        int counter = counters + loops;
        int turns = 1 + random.nextInt(4);
        op(Opcodes.I32_CONST).signed(turns);
        op(Opcodes.LOCAL_SET).u32(counter);
        loops++;
        weight *= turns;
        op(Opcodes.LOOP).raw(0x40);
        labels.add(null);
        statements(3, depth - 1);
        op(Opcodes.LOCAL_GET).u32(counter);
        op(Opcodes.I32_CONST).signed(1);
        op(Opcodes.I32_SUB);
        op(Opcodes.LOCAL_TEE).u32(counter);
        op(Opcodes.BR_IF).u32(0);
        close();
        weight /= turns;
        loops--;
    }

    /** A branch out of some block, taken on a condition. */
    private void branch(int depth) {
        int label = target();
        if (label < 0) {
            set(depth);
            return;
        }
        int[] types = labels.get(labels.size() - 1 - label);
        for (int type : types) {
            expression(type, depth - 1);
        }
        expression(I32, depth - 1);
        op(Opcodes.BR_IF).u32(label);
        for (int i = 0; i < types.length; i++) {
            op(Opcodes.DROP);
        }
    }

    private int target() {
        int label = random.nextInt(labels.size());
        return labels.get(labels.size() - 1 - label) == null ? -1 : label;
    }

    /** Nested blocks with a {@code br_table} in the innermost. */
    private void switchOver(int depth) {
        int arms = 1 + random.nextInt(4);
        for (int i = 0; i < arms; i++) {
            open(Opcodes.BLOCK, new int[0]);
        }
        expression(I32, depth - 1);
        if (random.nextInt(3) > 0) {
            op(Opcodes.I32_CONST).signed(7);
            op(Opcodes.I32_AND);
        }
        int entries = random.nextInt(6);
        op(Opcodes.BR_TABLE).u32(entries);
        for (int i = 0; i <= entries; i++) {
            out.u32(random.nextInt(arms));
        }
        for (int i = 0; i < arms; i++) {
            close();
            statements(2, depth - 1);
        }
    }

    private void call(int depth) {
        int[] results = invoke(depth);
        if (results == null) {
            set(depth);
            return;
        }
        for (int i = 0; i < results.length; i++) {
            op(Opcodes.DROP);
        }
    }

    /** Calls an earlier function, directly or through the table; the result is what it leaves, or null for no call. */
    private int[] invoke(int depth) {
        int callee = index == 0 ? 0 : random.nextInt(index);
        if (index == 0 || cost + weight * module.costs.get(callee) > budget) {
            return null;
        }
        RandomModule.Signature signature = module.functions.get(callee);
        boolean indirect = index >= module.leaves && random.nextInt(3) == 0;
        long most = module.costs.get(callee);
        for (int i = 0; indirect && i < module.leaves; i++) {
            most = Math.max(most, module.costs.get(i));
        }
        if (indirect && (callee >= module.leaves || cost + weight * most > budget)) {
            return null;
        }
        cost += weight * most;
        for (int type : signature.parameters()) {
            expression(type, depth - 1);
        }
        if (indirect) {
            expression(I32, 1);
            op(Opcodes.I32_CONST).signed(random.nextInt(8) == 0 ? 15 : 3);
            op(Opcodes.I32_AND);
            op(Opcodes.CALL_INDIRECT).u32(signature.type()).u32(0);
        } else if (features != null && random.nextBoolean()) {
            op(Opcodes.REF_FUNC).u32(callee);
            op(Opcodes.CALL_REF).u32(signature.type());
        } else {
            op(Opcodes.CALL).u32(callee);
        }
        return signature.results();
    }

    private void bulk(int depth) {
        cost += 100 * weight;
        address(depth);
        if (random.nextBoolean()) {
            expression(I32, depth - 1);
            small();
            op(Opcodes.MEMORY_FILL).u32(0);
        } else {
            address(depth);
            small();
            op(Opcodes.MEMORY_COPY).u32(0).u32(0);
        }
    }

    private void small() {
        op(Opcodes.I32_CONST).signed(random.nextInt(20) == 0 ? 70_000 : random.nextInt(40));
    }

    /** Leaves the function on a condition, rarely by a trap. */
    private void leave(int depth) {
        expression(I32, depth - 1);
        op(Opcodes.I32_CONST).signed(255);
        op(Opcodes.I32_AND);
        op(Opcodes.I32_EQZ);
        open(Opcodes.IF, new int[0]);
        int callee = tailCallee();
        if (random.nextInt(4) == 0) {
            op(Opcodes.UNREACHABLE);
        } else if (callee >= 0) {
            cost += weight * module.costs.get(callee);
            for (int type : module.functions.get(callee).parameters()) {
                expression(type, 1);
            }
            op(Opcodes.RETURN_CALL).u32(callee);
        } else {
            for (int type : module.functions.get(index).results()) {
                expression(type, 1);
            }
            op(Opcodes.RETURN);
        }
        close();
    }

    /** An earlier function with the same results, or -1. */
    private int tailCallee() {
        for (int i = 0; features != null && i < index; i++) {
            boolean fits = cost + weight * module.costs.get(i) <= budget;
            if (fits && Arrays.equals(module.functions.get(i).results(), module.functions.get(index).results())) {
                return i;
            }
        }
        return -1;
    }

    // ---- expressions

    void expression(int type, int depth) {
        cost += weight;
        if (features != null && depth > 0 && cost <= budget && random.nextInt(5) == 0) {
            features.expression(type, depth);
            return;
        }
        int choice = depth <= 0 || cost > budget ? random.nextInt(3) : random.nextInt(16);
        switch (choice) {
            case 0 -> out.raw(Assembler.code(RandomChoice.constant(random, type)));
            case 1, 2, 3 -> get(type);
            case 4 -> {
                int local = local(type);
                expression(type, depth - 1);
                if (local >= 0) {
                    op(Opcodes.LOCAL_TEE).u32(local);
                }
            }
            case 5 -> load(type, depth);
            case 6 -> {
                open(Opcodes.BLOCK, new int[] {type});
                statements(2, depth - 1);
                expression(type, depth - 1);
                if (random.nextBoolean()) {
                    expression(I32, depth - 1);
                    op(Opcodes.BR_IF).u32(0);
                }
                close();
            }
            case 7 -> {
                expression(I32, depth - 1);
                open(Opcodes.IF, new int[] {type});
                expression(type, depth - 1);
                op(Opcodes.ELSE);
                expression(type, depth - 1);
                close();
            }
            case 8 -> {
                expression(type, depth - 1);
                expression(type, depth - 1);
                expression(I32, depth - 1);
                op(Opcodes.SELECT);
            }
            case 9 -> callFor(type, depth);
            case 10 -> memorySize(type, depth);
            default -> numeric(type, depth);
        }
    }

    private void get(int type) {
        int global = random.nextInt(module.globals.length);
        int local = local(type);
        if (local >= 0 && random.nextInt(4) > 0) {
            op(Opcodes.LOCAL_GET).u32(local);
        } else if (module.globals[global] == type) {
            op(Opcodes.GLOBAL_GET).u32(global);
        } else {
            out.raw(Assembler.code(RandomChoice.constant(random, type)));
        }
    }

    private int local(int type) {
        int start = random.nextInt(assignable);
        for (int i = 0; i < assignable; i++) {
            if (locals[(start + i) % assignable] == type) {
                return (start + i) % assignable;
            }
        }
        return -1;
    }

    private void load(int type, int depth) {
        address(depth);
        argument(RandomChoice.load(random, type));
    }

    private void address(int depth) {
        expression(I32, depth - 1);
        if (random.nextInt(30) > 0) {
            op(Opcodes.I32_CONST).signed(0x7FFF);
            op(Opcodes.I32_AND);
        }
    }

    private void argument(int opcode) {
        op(opcode).u32(random.nextInt(OpcodeTable.argument(opcode) + 1)).u32(random.nextInt(40) == 0 ? random.nextInt() & 0xFFFF_FFFFL : random.nextInt(100));
    }

    /** A call whose last result is of the type; others are dropped or used up. */
    private void callFor(int type, int depth) {
        int[] results = invoke(depth);
        if (results == null || results.length == 0) {
            get(type);
            return;
        }
        if (results[results.length - 1] == type && results.length == 1) {
            return;
        }
        for (int i = 0; i < results.length; i++) {
            op(Opcodes.DROP);
        }
        get(type);
    }

    private void memorySize(int type, int depth) {
        if (type != I32) {
            get(type);
        } else if (random.nextInt(4) > 0) {
            op(Opcodes.MEMORY_SIZE).u32(0);
        } else {
            expression(I32, depth - 1);
            op(Opcodes.I32_CONST).signed(3);
            op(Opcodes.I32_AND);
            op(Opcodes.MEMORY_GROW).u32(0);
        }
    }

    private void numeric(int type, int depth) {
        int opcode = RandomChoice.numeric(random, type);
        int signature = OpcodeTable.signature(opcode);
        boolean bits = opcode >= Opcodes.I32_REINTERPRET_F32 && opcode <= Opcodes.I64_REINTERPRET_F64;
        boolean sign = opcode == Opcodes.F32_COPYSIGN || opcode == Opcodes.F64_COPYSIGN;
        for (int operands = signature & 0xFFFF, i = 0; operands != 0; operands >>>= 4, i++) {
            expression(operands & 15, depth - 1);
            if (bits || sign && i == 1) {
                sanitise(operands & 15);
            }
        }
        op(opcode);
    }

    /** Puts zero in the place of a NaN whose bits would be seen. */
    void sanitise(int type) {
        if (type != F32 && type != F64) {
            return;
        }
        int local = type == F32 ? scratch : scratch + 1;
        op(Opcodes.LOCAL_TEE).u32(local);
        out.raw(Assembler.code(type == F32 ? "f32.const 0" : "f64.const 0"));
        op(Opcodes.LOCAL_GET).u32(local);
        op(Opcodes.LOCAL_GET).u32(local);
        op(type == F32 ? Opcodes.F32_EQ : Opcodes.F64_EQ);
        op(Opcodes.SELECT);
    }

    // ---- encoding

    void emit(String text) {
        out.raw(Assembler.code(text));
    }

    /** Notes that a block was opened whose label takes these types. */
    void enter(int[] types) {
        labels.add(types);
    }

    void leave() {
        labels.remove(labels.size() - 1);
    }

    /** Turns an integer on the stack into another type. */
    void convertFrom(int from, int to) {
        String name = RandomModule.name(to);
        if (from == I32 && to != I32) {
            emit(to == I64 ? "i64.extend_i32_u" : name + ".convert_i32_s");
        } else if (from == I64 && to != I64) {
            emit(to == I32 ? "i32.wrap_i64" : name + ".convert_i64_s");
        }
    }

    private void open(int opcode, int[] results) {
        op(opcode);
        if (results.length == 0) {
            out.raw(0x40);
        } else {
            out.raw(RandomModule.type(results[0]));
        }
        labels.add(results);
    }

    private void close() {
        op(Opcodes.END);
        labels.remove(labels.size() - 1);
    }

    private Bytes op(int opcode) {
        return opcode > 0xFF ? out.raw(opcode >>> 16).u32(opcode & 0xFFFF) : out.raw(opcode);
    }
}
