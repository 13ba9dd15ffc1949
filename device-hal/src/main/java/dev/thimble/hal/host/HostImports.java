package dev.thimble.hal.host;

import dev.thimble.wasm.Imports;
import dev.thimble.wasm.api.FunctionType;
import dev.thimble.wasm.api.ImportType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Everything that modules can import from the host: {@code thimble:*} of ABI 1, and TinyGo's {@code env.__tinygo_*}. */
public final class HostImports {
    /** The version of the host imports. */
    public static final int ABI = SystemImports.ABI;

    private static final List<Import> ALL = Stream.of(GpioImports.ALL, I2cImports.ALL, SpiImports.ALL, PwmImports.ALL,
        UartImports.ALL, SensorImports.ALL, TimeImports.ALL, SystemImports.ALL, KvImports.ALL, TinyGoImports.ALL, TinyGoPwm.ALL)
        .flatMap(List::stream).toList();

    private HostImports() { }

    /** All imports with their types, for preflight and inspection. A name may come twice, with different types. */
    public static List<ImportType> types() {
        return ALL.stream().map(i -> new ImportType(i.module(), i.name(), i.type())).toList();
    }

    /**
     * What is wrong with a module's imports from the namespaces of the host: unknown names, other signatures.
     *
     * @param wanted all imports of the module; those from other namespaces are not judged
     * @return one line each, empty when all is well
     */
    public static List<String> problems(List<ImportType> wanted) {
        List<String> problems = new ArrayList<>();
        for (ImportType type : wanted) {
            if (isOurs(type) && find(type) == null) {
                problems.add(problem(type));
            }
        }
        return problems;
    }

    /**
     * Adds the imports that a module wants and that the host has. The others stay unresolved for the linker, which lists
     * them all.
     *
     * @param wanted all imports of the module
     */
    public static Imports.Builder add(Imports.Builder builder, CellHost host, List<ImportType> wanted) {
        Set<Import> found = new LinkedHashSet<>();
        for (ImportType type : wanted) {
            Import match = find(type);
            if (match != null) {
                found.add(match);
            }
        }
        found.forEach(i -> builder.function(i.module(), i.name(), i.type(), i.bind(host)));
        return builder;
    }

    static List<Import> all() {
        return ALL;
    }

    private static boolean isOurs(ImportType type) {
        return type.module().startsWith("thimble:")
            || type.module().equals("env") && type.name().startsWith("__tinygo_");
    }

    private static Import find(ImportType wanted) {
        for (Import i : ALL) {
            if (i.module().equals(wanted.module()) && i.name().equals(wanted.name()) && i.type().equals(wanted.type())) {
                return i;
            }
        }
        return null;
    }

    private static String problem(ImportType wanted) {
        String name = wanted.module() + " " + wanted.name();
        List<FunctionType> types = ALL.stream()
            .filter(i -> i.module().equals(wanted.module()) && i.name().equals(wanted.name())).map(Import::type).toList();
        if (!types.isEmpty()) {
            return name + ": wanted as " + wanted.type() + ", offered as "
                + String.join(" or ", types.stream().map(FunctionType::toString).toList());
        }
        Set<String> modules = new LinkedHashSet<>();
        ALL.forEach(i -> modules.add(i.module()));
        if (modules.contains(wanted.module())) {
            return name + ": no such function";
        }
        String area = wanted.module().replaceAll("/.*", "/");
        return name + ": " + modules.stream().filter(m -> m.startsWith(area)).findFirst()
            .map(m -> "offered is version " + m.substring(area.length())).orElse("no such import module");
    }
}
