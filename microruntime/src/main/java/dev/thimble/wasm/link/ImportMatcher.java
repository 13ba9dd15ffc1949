package dev.thimble.wasm.link;

import dev.thimble.wasm.api.DefinedType;
import dev.thimble.wasm.api.ExternKind;
import dev.thimble.wasm.api.Global;
import dev.thimble.wasm.api.GlobalType;
import dev.thimble.wasm.api.LinkException;
import dev.thimble.wasm.api.Memory;
import dev.thimble.wasm.api.MemoryType;
import dev.thimble.wasm.api.Table;
import dev.thimble.wasm.api.TableType;
import dev.thimble.wasm.api.Tag;
import dev.thimble.wasm.execute.FunctionInstance;
import dev.thimble.wasm.structure.Import;
import dev.thimble.wasm.structure.Matching;
import dev.thimble.wasm.structure.Module;
import dev.thimble.wasm.structure.TypeRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;

/** Matches a module's imports against what is offered (spec 3.0, "Matching", "External Types"), and tells all that is wrong. */
final class ImportMatcher {
    private final Module module;
    private final List<String> problems = new ArrayList<>();

    private ImportMatcher(Module module) {
        this.module = module;
    }

    /**
     * What each import is bound to, in the imports' order.
     *
     * @throws LinkException with one line for every import that is missing or does not match
     */
    static Object[] resolve(Module module, BiFunction<String, String, Object> offered) {
        ImportMatcher matcher = new ImportMatcher(module);
        List<Import> imports = module.imports();
        Object[] found = new Object[imports.size()];
        for (int i = 0; i < found.length; i++) {
            Import wanted = imports.get(i);
            found[i] = offered.apply(wanted.module(), wanted.name());
            matcher.match(wanted, found[i]);
        }
        if (!matcher.problems.isEmpty()) {
            throw new LinkException(matcher.problems);
        }
        return found;
    }

    private void match(Import wanted, Object found) {
        String name = "\"" + wanted.module() + "\" \"" + wanted.name() + "\"";
        if (found == null) {
            problems.add("unknown import " + name + ": " + describe(wanted) + " is not offered");
            return;
        }
        String problem = switch (wanted.kind()) {
            case FUNCTION -> found instanceof FunctionInstance f ? function(wanted, f) : other(wanted, found);
            case TABLE -> found instanceof Table t ? table(module.tables().get(wanted.index()).type(), t.type())
                    : other(wanted, found);
            case MEMORY -> found instanceof Memory m ? memory(module.memories().get(wanted.index()), m.type())
                    : other(wanted, found);
            case GLOBAL -> found instanceof Global g ? global(module.globals().get(wanted.index()).type(), g.type())
                    : other(wanted, found);
            case TAG -> found instanceof Tag t ? tag(wanted, t) : other(wanted, found);
        };
        if (problem != null) {
            problems.add("incompatible import type for " + name + ": " + problem);
        }
    }

    private String function(Import wanted, FunctionInstance found) {
        DefinedType expected = module.types().defined(module.functionType(wanted.index()));
        return found.definedType.isSubtypeOf(expected) ? null
                : "the module needs a function " + expected.composite() + ", offered is " + found.type;
    }

    private static String table(TableType wanted, TableType found) {
        if (!wanted.element().equals(found.element())) {
            return "the module needs a table of " + wanted.element() + ", offered is one of " + found.element();
        }
        if (wanted.table64() != found.table64()) {
            return "the module needs a table with " + bits(wanted.table64()) + " indices";
        }
        return limits("table", "elements", wanted.minimum(), wanted.maximum(), found.minimum(), found.maximum());
    }

    private static String memory(MemoryType wanted, MemoryType found) {
        if (wanted.memory64() != found.memory64()) {
            return "the module needs a memory with " + bits(wanted.memory64()) + " addresses";
        }
        if (wanted.shared() != found.shared()) {
            return "the module needs a memory that is " + (wanted.shared() ? "shared" : "not shared");
        }
        if (wanted.pageSizeLog2() != found.pageSizeLog2()) {
            return "the module needs a memory with pages of " + wanted.pageSize() + " bytes, offered is one of " + found.pageSize();
        }
        return limits("memory", "pages", wanted.minimum(), wanted.maximum(), found.minimum(), found.maximum());
    }

    private static String bits(boolean wide) {
        return wide ? "64-bit" : "32-bit";
    }

    private static String limits(String what, String unit, long minimum, long maximum, long foundMinimum, long foundMaximum) {
        if (foundMinimum < minimum) {
            return "the module needs a " + what + " of at least " + minimum + " " + unit + ", offered is one of " + foundMinimum;
        }
        if (maximum != MemoryType.UNBOUNDED && (foundMaximum == MemoryType.UNBOUNDED || foundMaximum > maximum)) {
            return "the module needs a " + what + " of at most " + maximum + " " + unit + ", offered is one that may grow to "
                    + (foundMaximum == MemoryType.UNBOUNDED ? "any size" : String.valueOf(foundMaximum));
        }
        return null;
    }

    private static String global(GlobalType wanted, GlobalType found) {
        boolean matches = wanted.mutable() == found.mutable() && (wanted.mutable() ? wanted.value().equals(found.value())
                : Matching.valueTypes(found.value(), wanted.value()));
        return matches ? null : "the module needs " + text(wanted) + ", offered is " + text(found);
    }

    private static String text(GlobalType type) {
        return (type.mutable() ? "a mutable global of " : "an immutable global of ") + type.value();
    }

    private String tag(Import wanted, Tag found) {
        DefinedType expected = module.types().defined(module.tags().get(wanted.index()));
        DefinedType actual = found.definedType() != null ? found.definedType() : TypeRegistry.function(found.type().function());
        return actual == expected ? null
                : "the module needs a tag " + expected.composite() + ", offered is " + found.type().function();
    }

    private static String other(Import wanted, Object found) {
        ExternKind kind = found instanceof FunctionInstance ? ExternKind.FUNCTION : found instanceof Table ? ExternKind.TABLE
                : found instanceof Memory ? ExternKind.MEMORY : found instanceof Global ? ExternKind.GLOBAL : ExternKind.TAG;
        return "the module needs a " + text(wanted.kind()) + ", offered is a " + text(kind);
    }

    private String describe(Import wanted) {
        return wanted.kind() == ExternKind.FUNCTION ? "function " + module.functionSignature(wanted.index())
                : text(wanted.kind());
    }

    private static String text(ExternKind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }
}
