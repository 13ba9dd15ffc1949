package dev.thimble.hal.host;

import dev.thimble.wasm.Imports;
import dev.thimble.wasm.api.FunctionType;
import dev.thimble.wasm.api.HostCall;
import dev.thimble.wasm.api.ImportType;
import dev.thimble.wasm.api.NumberType;
import dev.thimble.wasm.api.ValueType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Everything that modules can import from the host: {@code thimble:*} of ABI 1, TinyGo's {@code env.__tinygo_*}, and WASI
 * preview 1.
 */
public final class HostImports {
    /** The version of the host imports. */
    public static final int ABI = SystemImports.ABI;

    private static final String WASI = "wasi_snapshot_preview1";
    private static final List<Import> ALL = Stream.of(GpioImports.ALL, I2cImports.ALL, SpiImports.ALL, PwmImports.ALL,
        UartImports.ALL, SensorImports.ALL, TimeImports.ALL, SystemImports.ALL, KvImports.ALL, TinyGoImports.ALL, TinyGoPwm.ALL)
        .flatMap(List::stream).toList();

    private static final List<ImportType> TYPES =
        ALL.stream().map(i -> new ImportType(i.module(), i.name(), i.type())).toList();
    private static final List<String> MODULES =
        Stream.concat(TYPES.stream().map(ImportType::module), Stream.of(WASI)).distinct().toList();

    private HostImports() { }

    /** The import modules that are offered. */
    public static List<String> modules() {
        return MODULES;
    }

    /** The functions of an import module with their types, none when it is unknown. A name may come twice, with different types. */
    public static List<ImportType> types(String module) {
        // WASI's many classes are loaded only for a module that wants them.
        return module.equals(WASI) ? WasiImports.TYPES : TYPES.stream().filter(t -> t.module().equals(module)).toList();
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
            if (isOurs(type) && !types(type.module()).contains(type)) {
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
        boolean wasi = false;
        for (ImportType type : wanted) {
            wasi |= type.module().equals(WASI);
            Import match = find(type);
            if (match != null) {
                found.add(match);
            }
        }
        found.forEach(i -> builder.function(i.module(), i.name(), i.type(), i.bind(host)));
        if (wasi) {
            WasiImports.add(builder, host);
        }
        return builder;
    }

    /**
     * What a module has passed to one of its imports, for people to read: in place of pointer and length the bytes there, else numbers.
     *
     * @param function the import; of one that the host does not know all are numbers
     */
    public static List<Object> arguments(ImportType function, HostCall call) {
        List<Object> arguments = new ArrayList<>();
        Import known = find(function);
        List<ValueType> types = ((FunctionType) function.type()).parameters();
        int at = 0;
        for (Parameter p : known == null ? List.<Parameter>of() : known.parameters()) {
            if (p == Parameter.BYTES && call.memory() != null && call.memory().spans(call.i32(at), call.i32(at + 1))) {
                byte[] bytes = new byte[call.i32(at + 1)];
                call.memory().read(call.i32(at), bytes, 0, bytes.length);
                arguments.add(bytes);
                at += p.width;
            } else {
                for (int end = at + p.width; at < end; at++) {
                    arguments.add(number(types.get(at), call, at));
                }
            }
        }
        for (; at < types.size(); at++) {
            arguments.add(number(types.get(at), call, at));
        }
        return arguments;
    }

    private static Number number(ValueType type, HostCall call, int argument) {
        return switch (type) {
            case NumberType.I32 -> call.i32(argument);
            case NumberType.F32 -> call.f32(argument);
            case NumberType.F64 -> call.f64(argument);
            default -> call.i64(argument);
        };
    }

    static List<Import> all() {
        return ALL;
    }

    private static boolean isOurs(ImportType type) {
        return type.module().startsWith("thimble:") || type.module().equals(WASI)
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
        List<ImportType> offered = types(wanted.module());
        if (!offered.isEmpty()) {
            List<String> same = offered.stream().filter(t -> t.name().equals(wanted.name())).map(t -> t.type().toString()).toList();
            return name + (same.isEmpty() ? ": no such function"
                : ": wanted as " + wanted.type() + ", offered as " + String.join(" or ", same));
        }
        String area = wanted.module().replaceAll("/.*", "/");
        return name + ": " + MODULES.stream().filter(m -> m.startsWith(area)).findFirst()
            .map(m -> "offered is version " + m.substring(area.length())).orElse("no such import module");
    }
}
