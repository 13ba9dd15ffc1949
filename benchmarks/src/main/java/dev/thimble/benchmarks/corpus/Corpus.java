package dev.thimble.benchmarks.corpus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The programs that every engine runs; {@code corpus/} has their sources. */
public final class Corpus {
    /** Four of the programs in one module of about 2,400 instructions: for footprint and cold start, not for speed. */
    public static final Program SEVERAL = new Program("several", Growth.LINEAR, 5, 1211381009, 2000, 1867673264);

    private static final List<Program> PROGRAMS = read();

    private Corpus() {
    }

    public static List<Program> programs() {
        return PROGRAMS;
    }

    /** @throws IllegalArgumentException when there is none of this name */
    public static Program program(String name) {
        return Stream.concat(PROGRAMS.stream(), Stream.of(SEVERAL)).filter(p -> p.name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no program " + name + "; there are " + PROGRAMS));
    }

    /** A file of the corpus folder, from the class path. */
    public static byte[] resource(String name) {
        try (var in = Corpus.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalArgumentException("no file " + name + " in the corpus");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Program> read() {
        var programs = new ArrayList<Program>();
        for (String line : new String(resource("corpus.tsv"), StandardCharsets.UTF_8).split("\n")) {
            if (line.startsWith("#")) {
                continue;
            }
            String[] f = line.split("\t");
            programs.add(new Program(f[0], Growth.valueOf(f[1].replace('-', '_').toUpperCase(Locale.ROOT)),
                    Integer.parseInt(f[2]), Integer.parseInt(f[3]), Integer.parseInt(f[4]), Integer.parseInt(f[5])));
        }
        return List.copyOf(programs);
    }
}
