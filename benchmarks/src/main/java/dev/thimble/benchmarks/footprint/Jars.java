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
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Jars of code: those on the class path, or what a folder of classes on it gives when packed. */
public final class Jars {
    private Jars() {
    }

    /** Bytes of the jar that holds a class, or would hold its folder's files. */
    public static long size(Class<?> type) throws IOException {
        return size(type, file -> true);
    }

    /** The same with only the files whose path in the jar passes; always packed anew. */
    public static long size(Class<?> type, Predicate<String> included) throws IOException {
        var counter = new Counter();
        pack(type, included, counter);
        return counter.bytes;
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

    /** How many class files in the jar or folder of a class pass. */
    public static long classes(Class<?> type, Predicate<String> included) throws IOException {
        Path place = place(type);
        if (Files.isRegularFile(place)) {
            try (var jar = FileSystems.newFileSystem(place)) {
                return count(jar.getPath("/"), included);
            }
        }
        return count(place, included);
    }

    private static Path place(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long count(Path root, Predicate<String> included) throws IOException {
        try (var files = Files.walk(root)) {
            return files.map(f -> name(root, f)).filter(n -> n.endsWith(".class")).filter(included).count();
        }
    }

    private static void pack(Path root, Predicate<String> included, OutputStream to) throws IOException {
        try (var jar = new JarOutputStream(to); var files = Files.walk(root)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile).sorted()::iterator) {
                String name = name(root, file);
                if (included.test(name)) {
                    byte[] bytes = Files.readAllBytes(file);
                    jar.putNextEntry(entry(name, bytes));
                    jar.write(bytes);
                    jar.closeEntry();
                }
            }
        }
    }

    /** An entry that says its size in front, as in a jar that Maven packs; a stream would write it behind each file once more. */
    private static JarEntry entry(String name, byte[] bytes) {
        var entry = new JarEntry(name);
        var crc = new CRC32();
        crc.update(bytes);
        entry.setCrc(crc.getValue());
        entry.setSize(bytes.length);
        var deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        deflater.setInput(bytes);
        deflater.finish();
        // Deflate never makes more than this of its input.
        entry.setCompressedSize(deflater.deflate(new byte[bytes.length + bytes.length / 1000 + 100]));
        deflater.end();
        return entry;
    }

    private static String name(Path root, Path file) {
        return root.relativize(file).toString().replace('\\', '/');
    }

    private static final class Counter extends OutputStream {
        private long bytes;

        @Override
        public void write(int b) {
            bytes++;
        }

        @Override
        public void write(byte[] b, int offset, int length) {
            bytes += length;
        }
    }
}
