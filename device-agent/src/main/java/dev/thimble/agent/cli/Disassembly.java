package dev.thimble.agent.cli;

import dev.thimble.wasm.WasmModule;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Functions as text: their instructions, and the tree that the engine runs. The tree's records are read by reflection, since
 * the engine itself carries nothing for printing them.
 */
final class Disassembly {
    private static final String NODES = "dev.thimble.wasm.execute.";
    private static final String NODE = NODES + "Node";
    private static final int DEEPEST_INDENT = 60;

    private final StringBuilder text = new StringBuilder();
    private final WasmModule module;

    private Disassembly(WasmModule module) {
        this.module = module;
    }

    /** @param wanted index or name of a function, or {@code all} */
    static String of(WasmModule module, String wanted) {
        List<WasmModule.FunctionInfo> own = module.functions().stream().filter(f -> f.end() > 0).toList();
        List<WasmModule.FunctionInfo> chosen = wanted.equals("all") ? own
            : own.stream().filter(f -> wanted.equals(f.name()) || wanted.equals(Integer.toString(f.index()))).toList();
        if (chosen.isEmpty()) {
            throw new CommandException(ExitCode.USAGE, "the module has no function '" + wanted + "' of its own; take a name, or one of "
                + own.stream().map(f -> f.index() + (f.name() == null ? "" : " " + f.name())).limit(40).toList());
        }
        Disassembly listing = new Disassembly(module);
        chosen.forEach(listing::function);
        return listing.text.toString().stripTrailing();
    }

    private void function(WasmModule.FunctionInfo function) {
        text.append("function ").append(function.index()).append(function.name() == null ? "" : " " + function.name())
            .append(' ').append(function.type()).append(", ").append(function.end() - function.start()).append(" bytes\n");
        module.disassemble(function.index()).forEach(line -> text.append(line).append('\n'));
        text.append("translated\n");
        statement(module.tree(function.index()), 1);
        text.append('\n');
    }

    private void statement(Object node, int depth) {
        text.append("  ".repeat(Math.min(depth, DEEPEST_INDENT))).append(name(node));
        List<Object> inside = new ArrayList<>();
        String type = node.getClass().getSimpleName();
        if (type.equals("ColdList") || type.equals("FunctionLists")) {
            text.append(type.equals("ColdList") ? " " + ask(node, "kind").toString().toLowerCase(Locale.ROOT) : "");
            inside.add(ask(node, "statements"));
        } else if (!isWhole(node)) {
            for (Object value : values(node)) {
                if (isStatement(value)) {
                    inside.add(value);
                } else {
                    text.append(' ');
                    value(value);
                }
            }
        }
        text.append('\n');
        inside.forEach(value -> nested(value, depth + 1));
    }

    private void nested(Object value, int depth) {
        if (!value.getClass().isArray()) {
            statement(value, depth);
            return;
        }
        for (int i = 0; i < Array.getLength(value); i++) {
            nested(Array.get(value, i), depth);
        }
    }

    private void value(Object value) {
        if (value == null) {
            text.append("null");
        } else if (value.getClass().isArray()) {
            text.append('[');
            for (int i = 0; i < Array.getLength(value); i++) {
                text.append(i == 0 ? "" : " ");
                value(Array.get(value, i));
            }
            text.append(']');
        } else if (value instanceof Record && isNode(value)) {
            text.append('(').append(name(value));
            for (Object part : values(value)) {
                text.append(' ');
                value(part);
            }
            text.append(')');
        } else {
            text.append(value);
        }
    }

    private static String name(Object node) {
        if (!isWhole(node)) {
            return node.getClass().getSimpleName();
        }
        return "function " + field(node, "index");
    }

    /** Another function, of which only the number is shown. */
    private static boolean isWhole(Object node) {
        return node.getClass().getName().equals(NODES + "FunctionCode");
    }

    private static boolean isNode(Object value) {
        return value.getClass().getName().startsWith(NODES);
    }

    /** A statement, or some: what stands on a line of its own, other than expressions. */
    private static boolean isStatement(Object value) {
        if (value != null && value.getClass().isArray()) {
            return Array.getLength(value) > 0 && isStatement(Array.get(value, 0));
        }
        return value != null && isNode(value) && implementsStatement(value.getClass());
    }

    private static boolean implementsStatement(Class<?> type) {
        if (type.getSuperclass() != null && type.getSuperclass().getName().equals(NODES + "FunctionBody")) {
            return true;
        }
        for (Class<?> i : type.getInterfaces()) {
            if (i.getName().equals(NODES + "Stmt")) {
                return true;
            }
        }
        return false;
    }

    private static List<Object> values(Object node) {
        List<Object> values = new ArrayList<>();
        for (Field field : node.getClass().getDeclaredFields()) {
            // Lists know all others of their function.
            if (!Modifier.isStatic(field.getModifiers()) && !field.getName().equals("lists")) {
                Object value = field(node, field.getName());
                // Rare operations share a record, which says by number which of them it is.
                values.add(field.getName().equals("opcode") ? WasmModule.mnemonic((int) value) : value);
            }
        }
        return values;
    }

    private static Object field(Object node, String name) {
        try {
            Field field = node.getClass().getDeclaredField(name);
            field.setAccessible(true);
            return field.get(node);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot read the tree", e);
        }
    }

    private static Object ask(Object list, String method) {
        try {
            return list.getClass().getMethod(method).invoke(list);
        } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("cannot read the tree", e);
        }
    }
}
