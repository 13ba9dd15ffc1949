package dev.thimble.wasm.wasi;

import dev.thimble.wasm.Imports;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * WASI preview 1 for one instance: all functions of {@code wasi_snapshot_preview1}, as its witx file defines them.
 *
 * <p>Virtual by default: without further words to the builder a guest sees no arguments, no environment, no files, an
 * empty standard input, outputs that swallow everything, and a clock and random numbers that are the same in every run.
 *
 * <p>A pointer or length that leads outside memory traps ({@code MEMORY_OUT_OF_BOUNDS}) instead of giving {@code fault}.
 * {@code proc_exit} ends the call into the module with {@link ProcExit}. Paths that would leave a preopened directory
 * fail with {@code perm}, missing rights with {@code notcapable}. Not thread-safe, like its instance; close it after
 * the instance's last call.
 */
public final class Wasi implements Closeable {
    private static final int MAX_DESCRIPTORS = 1024;

    private final DescriptorTable descriptors;
    private final WasiClock clock;
    private final ProcessCalls process;

    private Wasi(Builder builder, DescriptorTable descriptors) {
        this.descriptors = descriptors;
        clock = builder.clock;
        process = new ProcessCalls(List.copyOf(builder.arguments), List.copyOf(builder.environment), builder.random);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Adds every function of {@code wasi_snapshot_preview1}. */
    public Imports.Builder addTo(Imports.Builder imports) {
        var clocks = new ClockCalls(clock);
        process.addTo(imports);
        clocks.addTo(imports);
        new PollCalls(descriptors, clocks, clock).addTo(imports);
        new TransferCalls(descriptors).addTo(imports);
        new DescriptorCalls(descriptors, clock).addTo(imports);
        new DirectoryCalls(descriptors).addTo(imports);
        new PathCalls(descriptors, clock).addTo(imports);
        new OpenCall(descriptors).addTo(imports);
        new SocketCalls(descriptors).addTo(imports);
        return imports;
    }

    /** Closes every file, directory and socket that is still open, but not the standard streams. */
    @Override
    public void close() throws IOException {
        descriptors.close();
    }

    /** Grants things one by one. Not thread-safe. */
    public static final class Builder {
        private record Preopen(Path host, String guest, long mask) {
        }

        private final List<byte[]> arguments = new ArrayList<>();
        private final List<byte[]> environment = new ArrayList<>();
        private final List<Preopen> preopens = new ArrayList<>();
        private final List<SocketDescriptor> sockets = new ArrayList<>();
        private InputStream in = InputStream.nullInputStream();
        private OutputStream out = OutputStream.nullOutputStream();
        private int outType = Filetype.CHARACTER_DEVICE;
        private OutputStream err = OutputStream.nullOutputStream();
        private WasiClock clock = WasiClock.virtual();
        private RandomGenerator random = new SplittableRandom(0);

        private Builder() {
        }

        /** The program's name and its arguments. They may not contain NUL. */
        public Builder args(List<String> strings) {
            strings.forEach(s -> arguments.add(terminated(s)));
            return this;
        }

        /** A variable of the environment. */
        public Builder env(String name, String value) {
            if (name.isEmpty() || name.indexOf('=') >= 0) {
                throw new IllegalArgumentException("'" + name + "' cannot name a variable");
            }
            environment.add(terminated(name + "=" + value));
            return this;
        }

        private static byte[] terminated(String text) {
            if (text.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("a string for a guest contains NUL");
            }
            return (text + '\0').getBytes(StandardCharsets.UTF_8);
        }

        /** Lets the guest read, change, make and remove everything in {@code host}, which it knows as {@code guest}. */
        public Builder preopen(Path host, String guest) {
            preopens.add(new Preopen(host, guest, -1));
            return this;
        }

        /** Lets the guest only read what is in {@code host}. */
        public Builder preopenReadOnly(Path host, String guest) {
            preopens.add(new Preopen(host, guest, Rights.READING));
            return this;
        }

        /** A listening socket; becomes the descriptor after the preopened directories. The guest closes it. */
        public Builder socket(ServerSocketChannel listener) {
            sockets.add(new SocketDescriptor(listener));
            return this;
        }

        /** A connection, likewise. */
        public Builder socket(SocketChannel connection) {
            sockets.add(new SocketDescriptor(connection));
            return this;
        }

        public Builder stdin(InputStream stream) {
            in = Objects.requireNonNull(stream);
            return this;
        }

        /** Where standard output goes; flushed after each write of the guest. */
        public Builder stdout(OutputStream stream) {
            out = Objects.requireNonNull(stream);
            return this;
        }

        /** Lets standard output be no terminal: the guest's C library writes it in blocks instead of line by line. */
        public Builder stdoutInBlocks() {
            outType = Filetype.UNKNOWN;
            return this;
        }

        public Builder stderr(OutputStream stream) {
            err = Objects.requireNonNull(stream);
            return this;
        }

        public Builder clock(WasiClock source) {
            clock = Objects.requireNonNull(source);
            return this;
        }

        /** Give a {@code SecureRandom} to guests that make keys. */
        public Builder random(RandomGenerator source) {
            random = Objects.requireNonNull(source);
            return this;
        }

        /**
         * Opens the preopened directories.
         *
         * @throws IOException                   when one cannot be opened
         * @throws UnsupportedOperationException when the file system has no secure directory streams
         */
        public Wasi build() throws IOException {
            var table = new DescriptorTable(MAX_DESCRIPTORS);
            boolean done = false;
            try {
                table.add(new StreamDescriptor(in));
                table.add(new StreamDescriptor(out, outType));
                table.add(new StreamDescriptor(err, Filetype.CHARACTER_DEVICE));
                for (Preopen preopen : preopens) {
                    Path root = preopen.host.toRealPath();
                    SecureDirectoryStream<Path> stream = DirectoryDescriptor.open(root);
                    table.add(new DirectoryDescriptor(stream, root, root, preopen.guest.getBytes(StandardCharsets.UTF_8),
                            Rights.DIRECTORY & preopen.mask, (Rights.DIRECTORY | Rights.FILE) & preopen.mask));
                }
                sockets.forEach(table::add);
                done = true;
            } finally {
                if (!done) {
                    table.close();
                }
            }
            return new Wasi(this, table);
        }
    }
}
