import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Makes {@code dev.thimble.wasm.execute.Nodes}: the node records that only repeat a shape, and the factories that
 * choose among them. Run by the build in source-launcher mode: {@code NodesGenerator OPCODES NODES OUTPUT_DIRECTORY}.
 * The file is left alone when nothing changed.
 */
public final class NodesGenerator {
    /** A value type: its letter in method names, Java's type, how a slot is read, and its name in the tables. */
    private enum Type {
        I32('I', "int", "(int) f.slots[%s]"),
        I64('L', "long", "f.slots[%s]"),
        F32('F', "float", "Float.intBitsToFloat((int) f.slots[%s])"),
        F64('D', "double", "Double.longBitsToDouble(f.slots[%s])");

        final char letter;
        final String java;
        final String slot;

        Type(char letter, String java, String slot) {
            this.letter = letter;
            this.java = java;
            this.slot = slot;
        }

        static Type of(String name) {
            return name.equals("a") ? I32 : valueOf(name.toUpperCase(Locale.ROOT));
        }
    }

    private enum Family { UNARY, BINARY, LOAD, STORE }

    private record Operation(String mnemonic, String meaning, List<String> patterns, List<Type> operands, Type result) {
        Family family() {
            return mnemonic.contains(".load") ? Family.LOAD : mnemonic.contains(".store") ? Family.STORE
                    : operands.size() == 1 ? Family.UNARY : Family.BINARY;
        }

        String constant() {
            return mnemonic.replace('.', '_').toUpperCase(Locale.ROOT);
        }

        /** i32.lt_s becomes I32LtS. */
        String name() {
            var name = new StringBuilder();
            for (String part : mnemonic.split("[._]")) {
                name.append(Character.toUpperCase(part.charAt(0))).append(part.substring(1));
            }
            return name.toString();
        }

        String factory() {
            return Character.toLowerCase(name().charAt(0)) + name().substring(1);
        }

        boolean comparison() {
            return mnemonic.matches("...\\.(eqz|eq|ne|(lt|gt|le|ge)(_[su])?)");
        }

        boolean commutative() {
            return mnemonic.matches("i..\\.(add|mul|and|or|xor|eq|ne)|f..\\.(add|mul)");
        }

        boolean mayTrap() {
            return meaning.contains("at)");
        }

        boolean shared() {
            return patterns.equals(SHARED);
        }

        /** Of the record that an operation shares with all that have its types: F64OfF64, or BooleanOfI64I64 for comparisons. */
        String sharedName() {
            return (comparison() ? "Boolean" : result) + "Of" + operands.stream().map(Type::name).collect(Collectors.joining());
        }
    }

    private static final List<String> SHARED = List.of("*");
    private static final StringBuilder OUT = new StringBuilder();
    private static final List<String> PATTERNS = new ArrayList<>();

    public static void main(String[] arguments) throws IOException {
        List<Operation> operations = read(Path.of(arguments[0]), Path.of(arguments[1]));
        generate(operations);
        Path file = Path.of(arguments[2], "dev/thimble/wasm/execute/Nodes.java");
        String source = OUT.toString();
        if (!Files.exists(file) || !Files.readString(file).equals(source)) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, source);
        }
    }

    private static List<Operation> read(Path opcodes, Path nodes) throws IOException {
        Map<String, String> signatures = new HashMap<>();
        for (String line : Files.readAllLines(opcodes)) {
            if (!line.isBlank() && !line.startsWith("#")) {
                String[] cells = line.split("\t");
                signatures.put(cells[1], cells[3]);
            }
        }
        Map<String, Operation> operations = new LinkedHashMap<>();
        for (String line : Files.readAllLines(nodes)) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String[] cells = line.split("\t");
            String signature = signatures.get(cells[0]);
            if (cells.length != 3 || signature == null) {
                throw new IllegalArgumentException("not a row of known mnemonic, meaning and patterns: " + line);
            }
            String[] sides = signature.split("->", -1);
            List<String> patterns = cells[2].equals("-") ? List.of() : List.of(cells[2].split(" "));
            if (operations.put(cells[0], new Operation(cells[0], cells[1], patterns, types(sides[0]),
                    types(sides[1]).isEmpty() ? null : types(sides[1]).get(0))) != null) {
                throw new IllegalArgumentException("listed twice: " + line);
            }
        }
        return List.copyOf(operations.values());
    }

    private static List<Type> types(String side) {
        List<Type> types = new ArrayList<>();
        for (String type : side.strip().split(" +")) {
            if (!type.isEmpty()) {
                types.add(Type.of(type));
            }
        }
        return types;
    }

    private static void line(int indent, String text, Object... values) {
        OUT.append("    ".repeat(indent)).append(values.length == 0 ? text : String.format(text, values)).append('\n');
    }

    private static void generate(List<Operation> operations) {
        line(0, """
                package dev.thimble.wasm.execute;

                import dev.thimble.wasm.opcode.Opcodes;
                import java.util.List;

                /**
                 * The node records that only repeat a shape, and the factories that choose among them.
                 * Generated from {@code src/main/opcodes/nodes.tsv}; edit that file.
                 */
                public final class Nodes {
                    private Nodes() {
                    }
                """);
        for (Family family : Family.values()) {
            dispatch(operations.stream().filter(o -> o.family() == family).toList(), family);
        }
        operations.stream().filter(o -> !o.patterns.isEmpty() && !o.shared()).forEach(NodesGenerator::factory);
        line(1, "/** The patterns' names, at the indices that {@link Patterns} uses. */");
        line(1, "static final List<String> PATTERNS = List.of((\"%s\").split(\" \"));", String.join(" \"\n            + \"", PATTERNS));
        line(0, "}\n");
        operations.stream().filter(o -> !o.shared()).forEach(NodesGenerator::records);
        operations.stream().filter(Operation::shared).collect(Collectors.groupingBy(Operation::sharedName, TreeMap::new, Collectors.toList()))
                .forEach(NodesGenerator::sharedRecord);
    }

    private static String parameters(Family family) {
        return switch (family) {
            case UNARY -> "Node a, int at, Patterns p";
            case BINARY -> "Node a, Node b, int at, Patterns p";
            case LOAD -> "Node a, int offset, Patterns p";
            case STORE -> "Node a, Node b, int offset, Patterns p";
        };
    }

    private static String names(Family family) {
        return parameters(family).replaceAll("\\w+ (\\w+)", "$1");
    }

    private static void dispatch(List<Operation> operations, Family family) {
        line(1, "public static %s %s(int opcode, %s) {", family == Family.STORE ? "Stmt" : "Node",
                family.name().toLowerCase(Locale.ROOT), parameters(family));
        line(2, "switch (opcode) {");
        for (Operation o : operations) {
            line(3, "case Opcodes.%s: return %s;", o.constant(), o.shared()
                    ? "new %s(opcode, a%s%s)".formatted(o.sharedName(), o.operands.size() == 2 ? ", b" : "",
                            operations.stream().anyMatch(t -> t.shared() && t.mayTrap() && t.sharedName().equals(o.sharedName())) ? ", at" : "")
                    : o.patterns.isEmpty() ? plain(o) : "%s(%s)".formatted(o.factory(), names(family)));
        }
        line(3, "default: throw new IllegalArgumentException();");
        line(2, "}");
        line(1, "}\n");
    }

    private static void factory(Operation o) {
        line(1, "private static %s %s(%s) {", o.family() == Family.STORE ? "Stmt" : "Node", o.factory(), parameters(o.family()));
        String rest = last(o);
        if (o.commutative() && !o.patterns.isEmpty()) {
            line(2, "if (a instanceof Slots.Constant) {");
            line(3, "Node swap = a;");
            line(3, "a = b;");
            line(3, "b = swap;");
            line(2, "}");
        }
        for (String pattern : o.patterns) {
            List<String> conditions = new ArrayList<>();
            List<String> values = new ArrayList<>();
            for (int i = 0; i < pattern.length(); i++) {
                String operand = i == 0 ? "a" : "b";
                switch (pattern.charAt(i)) {
                    case 'L' -> {
                        conditions.add(operand + " instanceof Slots.Local");
                        values.add("((Slots.Local) " + operand + ").slot()");
                    }
                    case 'C' -> {
                        conditions.add(operand + " instanceof Slots.Constant");
                        values.add("(" + o.operands.get(i).java + ") ((Slots.Constant) " + operand + ").value()");
                    }
                    default -> values.add(operand);
                }
            }
            if (o.family() == Family.STORE && pattern.length() == 1) {
                values.add("b");
            }
            line(2, "if (p.has(%d) && %s) {", PATTERNS.size(), String.join(" && ", conditions));
            line(3, "return new %s%s(%s%s);", o.name(), pattern, String.join(", ", values), rest);
            line(2, "}");
            PATTERNS.add(o.mnemonic + ":" + pattern);
        }
        line(2, "return %s;", plain(o));
        line(1, "}\n");
    }

    private static String plain(Operation o) {
        return "new %s(a%s%s)".formatted(o.name(), o.operands.size() == 2 ? ", b" : "", last(o));
    }

    private static String last(Operation o) {
        return o.family() == Family.LOAD || o.family() == Family.STORE ? ", offset" : o.mayTrap() ? ", at" : "";
    }

    private static void method(String declaration, String... body) {
        line(1, "@Override");
        line(1, "public %s(Frame f) {", declaration);
        for (String statement : body) {
            line(2, statement);
        }
        line(1, "}\n");
        line(0, "}\n");
    }

    private static void records(Operation o) {
        node(o, o.family() == Family.STORE ? "N" : "NN".substring(0, o.operands.size()), o.name());
        for (String pattern : o.patterns) {
            node(o, pattern, o.name() + pattern);
        }
    }

    /** One record for operations of the same types; its operator is known where the record is. */
    private static void sharedRecord(String name, List<Operation> operations) {
        Operation first = operations.get(0);
        List<String> components = new ArrayList<>(List.of("int opcode"));
        List<String> parameters = new ArrayList<>(List.of("int opcode"));
        List<String> values = new ArrayList<>(List.of("opcode"));
        for (int i = 0; i < first.operands.size(); i++) {
            String operand = i == 0 ? "a" : "b";
            Type t = first.operands.get(i);
            components.add("Node " + operand);
            parameters.add(t.java + " " + operand);
            values.add(operand + ".exec" + t.letter + "(f)");
        }
        if (operations.stream().anyMatch(Operation::mayTrap)) {
            components.add("int at");
            parameters.add("int at");
            values.add("at");
        }
        String result = first.comparison() ? "boolean" : first.result.java;
        line(0, "/** %s */", operations.stream().map(o -> "{@code " + o.mnemonic + "}").collect(Collectors.joining(", ")));
        line(0, "record %s(%s) implements Node.Of%s {", name, String.join(", ", components), first.comparison() ? "Boolean" : first.result);
        line(1, "private static %s apply(%s) {", result, String.join(", ", parameters));
        line(2, "switch (opcode) {");
        for (Operation o : operations) {
            line(3, "case Opcodes.%s: return %s;", o.constant(), o.meaning);
        }
        line(3, "default: throw new IllegalArgumentException();");
        line(2, "}");
        line(1, "}\n");
        method(first.comparison() ? "boolean test" : first.result.java + " exec" + first.result.letter,
                "return apply(" + String.join(", ", values) + ");");
    }

    private static void node(Operation o, String shape, String name) {
        List<String> components = new ArrayList<>();
        List<String> values = new ArrayList<>();
        for (int i = 0; i < o.operands.size(); i++) {
            String operand = i == 0 ? "a" : "b";
            Type t = o.operands.get(i);
            char letter = i < shape.length() ? shape.charAt(i) : 'N';
            components.add((letter == 'N' ? "Node" : letter == 'L' ? "int" : t.java) + " " + operand);
            values.add(letter == 'N' ? operand + ".exec" + t.letter + "(f)" : letter == 'L' ? String.format(t.slot, operand) : operand);
        }
        switch (o.family()) {
            case LOAD -> {
                String call = "(f, " + values.get(0) + ", offset)";
                open(o, name, components, "int offset", "Node.Of" + o.result);
                method(o.result.java + " exec" + o.result.letter, "return Bytes." + o.meaning.replace("(...)", call) + ";");
            }
            case STORE -> {
                String[] words = o.meaning.split(" ", 2);
                open(o, name, components, "int offset", "Stmt");
                method("int exec", "Bytes." + words[0] + "(f, " + values.get(0) + ", offset, "
                        + (words.length > 1 ? words[1] + " " : "") + values.get(1) + ");", "return NEXT;");
            }
            default -> {
                String expression = o.meaning.replaceAll("\\ba\\b", values.get(0).replace("$", "\\$"));
                if (values.size() > 1) {
                    expression = expression.replaceAll("\\bb\\b(?!\\.)", values.get(1));
                }
                open(o, name, components, o.mayTrap() ? "int at" : null, o.comparison() ? "Node.OfBoolean" : "Node.Of" + o.result);
                method(o.comparison() ? "boolean test" : o.result.java + " exec" + o.result.letter, "return " + expression + ";");
            }
        }
    }

    private static void open(Operation o, String name, List<String> components, String last, String type) {
        String all = String.join(", ", components) + (last == null ? "" : ", " + last);
        line(0, "/** {@code %s} */", o.mnemonic);
        line(0, "record %s(%s) implements %s {", name, all, type);
    }
}
