package dev.thimble.benchmarks.footprint;

import dev.thimble.benchmarks.corpus.Program;
import dev.thimble.wasm.WasmModule;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** CPU time of a whole JVM, user and system, from its start to the first result of a module; needs bash. */
final class ColdStart {
    private static final int RUNS = 5;
    private final Path folder;
    private final List<String> flags;
    private final String classPath;

    /** @param folder an empty folder for jars, a class-data archive and the module
     *  @param flags for the JVM */
    ColdStart(Path folder, List<String> flags) throws IOException {
        this.folder = folder;
        this.flags = flags;
        // Class-data archives hold classes from jars only.
        Path main = folder.resolve("main.jar");
        String own = ColdRun.class.getName().replace('.', '/') + ".class";
        try (var out = Files.newOutputStream(main)) {
            Jars.pack(ColdRun.class, own::equals, out);
        }
        classPath = Jars.jar(WasmModule.class) + File.pathSeparator + main;
    }

    /** Milliseconds, the best of some runs. */
    double jvmAlone() throws IOException, InterruptedException {
        return best(ChildJvm.command(classPath, flags, ColdRun.class, "none"));
    }

    double withoutArchive(Program program) throws IOException, InterruptedException {
        return best(ChildJvm.command(classPath, flags, ColdRun.class, wasm(program), Integer.toString(program.smallN())));
    }

    /** With an archive of the classes that a run with the same class path uses. */
    double withArchive(Program program) throws IOException, InterruptedException {
        return best(ChildJvm.command(classPath, archived(program), ColdRun.class, wasm(program), Integer.toString(program.smallN())));
    }

    /** Seconds since the JVM's start after which a call is within a quarter of full speed; wall time. */
    double fullSpeed(Program program, int n, double seconds) throws IOException, InterruptedException {
        String output = ChildJvm.run(ChildJvm.command(classPath, archived(program), ColdRun.class, wasm(program), Integer.toString(n),
                Double.toString(seconds)));
        return Double.parseDouble(output.lines().toList().getLast());
    }

    private List<String> archived(Program program) throws IOException, InterruptedException {
        Path archive = folder.resolve("classes.jsa");
        var with = new ArrayList<>(flags);
        if (!Files.exists(archive)) {
            with.add("-XX:ArchiveClassesAtExit=" + archive);
            ChildJvm.run(ChildJvm.command(classPath, with, ColdRun.class, wasm(program), Integer.toString(program.smallN())));
            with.removeLast();
        }
        with.add("-XX:SharedArchiveFile=" + archive);
        return with;
    }

    private String wasm(Program program) throws IOException {
        Path file = folder.resolve(program + ".wasm");
        if (!Files.exists(file)) {
            Files.write(file, program.wasm());
        }
        return file.toString();
    }

    private static double best(List<String> command) throws IOException, InterruptedException {
        var timed = new ArrayList<>(List.of("bash", "-c", "TIMEFORMAT='cpu %3U %3S'; time \"$@\"", "bash"));
        timed.addAll(command);
        double best = Double.MAX_VALUE;
        for (int i = 0; i < RUNS; i++) {
            String output = ChildJvm.run(timed);
            String[] f = output.substring(output.lastIndexOf("cpu ") + 4).strip().split(" ");
            best = Math.min(best, (Double.parseDouble(f[0]) + Double.parseDouble(f[1])) * 1000);
        }
        return best;
    }
}
