import com.googlecode.pngtastic.core.processing.zopfli.Options;
import com.googlecode.pngtastic.core.processing.zopfli.Options.BlockSplitting;
import com.googlecode.pngtastic.core.processing.zopfli.Options.OutputFormat;
import com.googlecode.pngtastic.core.processing.zopfli.Zopfli;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Collections;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Packs a jar again, as tightly as its format allows: without folders, and with zopfli, which searches where {@link Deflater} guesses.
 * It is a jar like any other to who reads it. The same input gives the same bytes, and so does its output.
 *
 * <p>Usage: {@code java -cp ZOPFLI JarPacker.java JAR}.
 */
public final class JarPacker {
    /** More rounds gain a thousandth. */
    private static final Options OPTIONS = new Options(OutputFormat.DEFLATE, BlockSplitting.NONE, 5);

    /** Zopfli's own search for blocks takes ten times as long, and gains half a percent with files from this size on. */
    private static final Options SEARCH = new Options(OutputFormat.DEFLATE, BlockSplitting.FIRST, 5);
    private static final int LARGE = 4000;

    private JarPacker() {
    }

    public static void main(String[] arguments) throws IOException {
        Path jar = Path.of(arguments[0]);
        Path packed = Path.of(jar + ".packed");
        try (var from = new ZipFile(jar.toFile()); var to = new Packed(Files.newOutputStream(packed))) {
            for (ZipEntry entry : Collections.list(from.entries())) {
                if (!entry.isDirectory()) {
                    to.put(entry, read(from, entry));
                }
            }
        }
        try (var before = new ZipFile(jar.toFile()); var after = new ZipFile(packed.toFile())) {
            for (ZipEntry entry : Collections.list(after.entries())) {
                if (!Arrays.equals(read(before, entry), read(after, entry))) {
                    throw new ZipException(packed + " does not give back " + entry);
                }
            }
        }
        Files.move(packed, jar, StandardCopyOption.REPLACE_EXISTING);
    }

    private static byte[] read(ZipFile jar, ZipEntry entry) throws IOException {
        try (var in = jar.getInputStream(jar.getEntry(entry.getName()))) {
            return in.readAllBytes();
        }
    }

    /** As one block, or the strings of a class file apart from what follows, each with codes that fit it: whichever is smaller. */
    private static byte[] smallest(byte[] bytes) throws IOException {
        byte[] whole = deflate(bytes, bytes.length);
        byte[] parts = deflate(bytes, endOfStrings(bytes));
        byte[] less = parts.length < whole.length ? parts : whole;
        if (bytes.length < LARGE) {
            return less;
        }
        var out = new ByteArrayOutputStream();
        new Zopfli(bytes.length).compress(SEARCH, bytes, out);
        return out.size() < less.length ? out.toByteArray() : less;
    }

    private static byte[] deflate(byte[] bytes, int block) throws IOException {
        var out = new ByteArrayOutputStream();
        new Zopfli(block).compress(OPTIONS, bytes, out);
        return out.toByteArray();
    }

    /** Where the last string among a class file's constants ends (JVM specification, 4.4); of any other file the end. */
    private static int endOfStrings(byte[] bytes) {
        ByteBuffer file = ByteBuffer.wrap(bytes);
        if (bytes.length < 10 || file.getInt() != 0xCAFEBABE) {
            return bytes.length;
        }
        int end = 0;
        int count = file.position(8).getChar();
        for (int i = 1; i < count; i++) {
            switch (file.get()) {
                case 1 -> {
                    file.position(file.getChar() + file.position());
                    end = file.position();
                }
                case 5, 6 -> {
                    file.getLong();
                    i++;
                }
                case 7, 8, 16, 19, 20 -> file.getChar();
                case 15 -> file.position(file.position() + 3);
                default -> file.getInt();
            }
        }
        return end;
    }

    /** A jar of files that are deflated before they are written, so that their sizes stand in front of them only. */
    private static final class Packed extends ZipOutputStream {
        private final Done done = new Done();

        Packed(OutputStream to) {
            super(to);
            def.end();
            def = done;
        }

        void put(ZipEntry from, byte[] bytes) throws IOException {
            done.deflated = smallest(bytes);
            var entry = new ZipEntry(from.getName());
            entry.setTimeLocal(from.getTimeLocal());
            entry.setCrc(from.getCrc());
            entry.setSize(bytes.length);
            entry.setCompressedSize(done.deflated.length);
            putNextEntry(entry);
            write(bytes);
            closeEntry();
        }
    }

    /** Hands out what is deflated already. */
    private static final class Done extends Deflater {
        private byte[] deflated;
        private int read;
        private int written;

        @Override
        public void setInput(byte[] bytes, int offset, int length) {
            read += length;
        }

        @Override
        public boolean needsInput() {
            return true;
        }

        @Override
        public int deflate(byte[] to, int offset, int length) {
            int n = Math.min(length, deflated.length - written);
            System.arraycopy(deflated, written, to, offset, n);
            written += n;
            return n;
        }

        @Override
        public boolean finished() {
            return written == deflated.length;
        }

        @Override
        public long getBytesRead() {
            return read;
        }

        @Override
        public long getBytesWritten() {
            return written;
        }

        @Override
        public void reset() {
            read = 0;
            written = 0;
        }
    }
}
