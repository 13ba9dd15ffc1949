package dev.thimble.benchmarks.footprint;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipFile;

/** Jars of code: those on the class path, or what a folder of classes on it gives when packed. */
public final class Jars {
    /** What the format adds to an entry's name, which it has twice, and data: a local header, one in the directory. */
    private static final int HEADERS = 30 + 46;
    private static final int END_OF_DIRECTORY = 22;

    private Jars() {
    }

    /** Whether a class comes from a jar. */
    public static boolean holds(Class<?> type) {
        return Files.isRegularFile(place(type));
    }

    /** Bytes of the jar that holds a class. */
    public static long size(Class<?> type) throws IOException {
        return Files.size(jar(type));
    }

    /** Bytes of that jar if it held only the files whose path in it passes. */
    public static long size(Class<?> type, Predicate<String> included) throws IOException {
        try (var jar = new ZipFile(jar(type).toFile())) {
            return END_OF_DIRECTORY + jar.stream().filter(e -> included.test(e.getName()))
                    .mapToLong(e -> HEADERS + 2 * e.getName().length() + e.getCompressedSize()).sum();
        }
    }

    /** The jar that holds a class, as it is delivered. */
    static Path jar(Class<?> type) {
        if (!holds(type)) {
            throw new IllegalStateException(type.getName() + " comes from " + place(type) + "; only a jar tells the size of a jar");
        }
        return place(type);
    }

    /** Writes a jar with the files of the jar or folder of a class whose path passes. */
    public static void pack(Class<?> type, Predicate<String> included, OutputStream to) throws IOException {
        Path place = place(type);
        if (Files.isRegularFile(place)) {
            try (var jar = FileSystems.newFileSystem(place)) {
                pack(jar.getPath("/"), included, to);
            }
        } else {
            pack(place, included, to);
        }
    }

    private static Path place(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void pack(Path root, Predicate<String> included, OutputStream to) throws IOException {
        try (var jar = new JarOutputStream(to); var files = Files.walk(root)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile).sorted()::iterator) {
                String name = name(root, file);
                if (included.test(name)) {
                    jar.putNextEntry(new JarEntry(name));
                    Files.copy(file, jar);
                }
            }
        }
    }

    private static String name(Path root, Path file) {
        return root.relativize(file).toString().replace('\\', '/');
    }
}
