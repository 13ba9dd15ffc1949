import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.FieldModel;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.constantpool.FieldRefEntry;
import java.lang.classfile.instruction.ArrayLoadInstruction;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.lang.reflect.AccessFlag;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Switches over enums without the compiler's tables. A class may be compiled apart from an enum that it switches over, so the
 * compiler makes a class beside it with an array from ordinals to the numbers of cases. Enums that come in the same jar
 * need none: their ordinals are the cases.
 */
final class SwitchMaps {
    private static final String PREFIX = "$SwitchMap$";

    /** Of an array's owner and name: the ordinal for the number of each case. */
    private final Map<String, Map<Integer, Integer>> maps = new HashMap<>();

    SwitchMaps(Collection<ClassModel> classes) {
        Map<String, Integer> ordinals = new HashMap<>();
        for (ClassModel type : classes) {
            int next = 0;
            for (FieldModel field : type.fields()) {
                if (field.flags().has(AccessFlag.ENUM)) {
                    ordinals.put(type.thisClass().asInternalName() + '.' + field.fieldName().stringValue(), next++);
                }
            }
        }
        for (ClassModel type : classes) {
            if (isHolder(type)) {
                read(type, ordinals);
            }
        }
    }

    private static boolean isHolder(ClassModel type) {
        return !type.fields().isEmpty() && type.fields().stream().allMatch(f -> f.fieldName().stringValue().startsWith(PREFIX));
    }

    /** Whether nothing needs a class once all others have been transformed. */
    boolean isNeedless(ClassModel type) {
        return isHolder(type) && type.fields().stream().allMatch(f ->
                maps.containsKey(type.thisClass().asInternalName() + '.' + f.fieldName().stringValue()));
    }

    /** An array is filled with {@code map[E.CONSTANT.ordinal()] = number}; none with a constant from elsewhere is taken over. */
    private void read(ClassModel holder, Map<String, Integer> ordinals) {
        MethodModel initializer = holder.methods().stream().filter(m -> m.methodName().equalsString("<clinit>")).findFirst().orElseThrow();
        String map = null;
        Integer ordinal = null;
        for (CodeElement element : initializer.code().orElseThrow()) {
            if (element instanceof FieldInstruction field && field.opcode() == Opcode.GETSTATIC) {
                String name = name(field.field());
                if (field.name().stringValue().startsWith(PREFIX)) {
                    map = name;
                    maps.putIfAbsent(map, new HashMap<>());
                } else {
                    ordinal = ordinals.get(name);
                    if (ordinal == null) {
                        throw new IllegalStateException("switch over an enum of another jar: " + name);
                    }
                }
            } else if (element instanceof ConstantInstruction number && ordinal != null) {
                maps.get(map).put((Integer) number.constantValue(), ordinal);
                ordinal = null;
            }
        }
    }

    private static String name(FieldRefEntry field) {
        return field.owner().asInternalName() + '.' + field.name().stringValue();
    }

    /** Leaves out the load of a map and the look into it, and gives the switch that follows ordinals for cases. */
    CodeTransform transform() {
        return CodeTransform.ofStateful(Rewriting::new);
    }

    private final class Rewriting implements CodeTransform {
        private final Deque<Map<Integer, Integer>> loaded = new ArrayDeque<>();
        private Map<Integer, Integer> looked;
        private boolean ordinal;

        @Override
        public void accept(CodeBuilder to, CodeElement element) {
            if (element instanceof LabelTarget && !loaded.isEmpty()) {
                throw new IllegalStateException("a branch in what a switch over an enum takes: its stack map has the compiler's table");
            }
            switch (element) {
                case FieldInstruction field when maps.containsKey(name(field.field())) -> loaded.push(maps.get(name(field.field())));
                case ArrayLoadInstruction load when load.opcode() == Opcode.IALOAD && ordinal && !loaded.isEmpty() -> looked = loaded.pop();
                case TableSwitchInstruction table when looked != null -> choose(to, table.defaultTarget(), table.cases());
                case LookupSwitchInstruction lookup when looked != null -> choose(to, lookup.defaultTarget(), lookup.cases());
                default -> to.with(element);
            }
            if (element instanceof Instruction) {
                ordinal = element instanceof InvokeInstruction call && call.name().equalsString("ordinal");
            }
        }

        private void choose(CodeBuilder to, Label otherwise, List<SwitchCase> cases) {
            Map<Integer, Integer> ordinals = looked;
            looked = null;
            // The compiler fills gaps with the default.
            List<SwitchCase> own = cases.stream().filter(c -> ordinals.containsKey(c.caseValue()))
                    .map(c -> SwitchCase.of(ordinals.get(c.caseValue()), c.target()))
                    .sorted(Comparator.comparingInt(SwitchCase::caseValue)).toList();
            int low = own.get(0).caseValue();
            int high = own.get(own.size() - 1).caseValue();
            if (high - low < 2 * own.size() + 4) {
                to.tableswitch(low, high, otherwise, own);
            } else {
                to.lookupswitch(otherwise, own);
            }
        }
    }
}
