package dev.thimble.agent.cli;

import dev.thimble.hal.host.HostImports;
import dev.thimble.wasm.WasmModule;
import dev.thimble.wasm.api.ExportType;
import dev.thimble.wasm.api.ExternType;
import dev.thimble.wasm.api.ImportType;
import dev.thimble.wasm.api.MemoryType;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "inspect", description = "Show what a WebAssembly module imports and exports, and which grants it will need.",
    footer = {"", "Examples:", "  thimble inspect weather.wasm", "  thimble inspect --json weather.wasm",
        "  thimble inspect weather.wasm --disassemble thimble_tick"})
final class InspectCommand implements Callable<Integer> {
    private record Row(String module, String name, String kind, String type) {}

    private record Report(String file, int bytes, int functions, int codeBytes, long translatedBytes, List<String> features, List<Row> imports, List<Row> exports, List<String> grants, List<String> problems) {}

    @Mixin private Console console;

    @Parameters(paramLabel = "FILE", description = "binary to look at")
    private Path file;

    @Option(names = "--disassemble", paramLabel = "FUNCTION",
        description = "show this function's code, and what the engine makes of it; an index, a name, or all")
    private String disassemble;

    @Override
    public Integer call() {
        WasmModule module = Inputs.module(file);
        if (disassemble != null) {
            console.print(Disassembly.of(module, disassemble));
            return ExitCode.DONE.number();
        }
        List<Row> imports = module.imports().stream().map(InspectCommand::row).toList();
        List<Row> exports = module.exports().stream().map(InspectCommand::row).toList();
        TreeSet<String> grants = new TreeSet<>();
        for (ImportType wanted : module.imports()) {
            String grant = grantFor(wanted.module(), wanted.name());
            if (!grant.isEmpty()) {
                grants.add(grant);
            }
        }
        List<WasmModule.FunctionInfo> own = module.functions().stream().filter(f -> f.end() > 0).toList();
        Report report = new Report(file.toString(), module.binary().length, own.size(),
            own.stream().mapToInt(f -> f.end() - f.start()).sum(), module.translatedBytes(), List.copyOf(module.features()), imports, exports, List.copyOf(grants),
            HostImports.problems(module.imports()));
        console.data(report, text(report));
        return ExitCode.DONE.number();
    }

    private static Row row(ImportType type) {
        return new Row(type.module(), type.name(), type.kind().name().toLowerCase(Locale.ROOT), text(type.type()));
    }

    private static Row row(ExportType type) {
        return new Row("", type.name(), type.kind().name().toLowerCase(Locale.ROOT), text(type.type()));
    }

    private static String text(ExternType type) {
        if (!(type instanceof MemoryType memory)) {
            return type.toString();
        }
        String pages = memory.minimum() + (memory.minimum() == 1 ? " page" : " pages") + " of "
            + (memory.pageSizeLog2() == 16 ? "64 KiB" : (1L << memory.pageSizeLog2()) + " bytes");
        return memory.maximum() == MemoryType.UNBOUNDED ? pages : pages + ", at most " + memory.maximum();
    }

    /** What the owner must allow for the imports of an area to be of use; empty for what needs no grant. */
    private static String grantFor(String module, String name) {
        if (module.equals("wasi_snapshot_preview1")) {
            return name.startsWith("path_") ? "preopened directories" : "";
        }
        int slash = module.indexOf('/');
        String area = module.startsWith("thimble:") && slash > 0 ? module.substring("thimble:".length(), slash) : "";
        return switch (area) {
            case "gpio" -> "gpio lines by alias";
            case "i2c" -> "i2c buses by alias, with addresses";
            case "spi", "pwm", "uart", "adc", "onewire" -> area + " devices by alias";
            case "mqtt" -> "topics to publish or subscribe";
            case "kv" -> "storage bytes";
            default -> "";
        };
    }

    private String text(Report report) {
        StringBuilder text = new StringBuilder(report.file()).append(", ").append(report.bytes()).append(" bytes: ")
            .append(report.functions()).append(" functions with ").append(report.codeBytes()).append(" bytes of code, translated about ")
            .append(report.translatedBytes()).append('\n');
        lines(text, "uses", report.features());
        rows(text, "imports", report.imports());
        rows(text, "exports", report.exports());
        lines(text, "needs grants for", report.grants());
        lines(text, console.red("this host cannot offer"), report.problems());
        return text.toString().stripTrailing();
    }

    private static void rows(StringBuilder text, String title, List<Row> rows) {
        lines(text, title, rows.stream().map(r -> String.format("%-9s %-36s %s", r.kind(),
            r.module().isEmpty() ? r.name() : r.module() + " " + r.name(), r.type())).toList());
    }

    private static void lines(StringBuilder text, String title, List<String> lines) {
        if (!lines.isEmpty()) {
            text.append(title).append('\n');
            lines.forEach(line -> text.append("  ").append(line).append('\n'));
        }
    }
}
