package dev.thimble.hal.host;

import dev.thimble.hal.board.Clock;
import dev.thimble.hal.grant.Preopen;
import dev.thimble.wasm.Imports;
import dev.thimble.wasm.api.ImportType;
import dev.thimble.wasm.wasi.Wasi;
import dev.thimble.wasm.wasi.WasiClock;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * WASI preview 1 for a cell: its clock is the cell's, its random numbers are the device's, what it prints are lines of the
 * module's log (standard output as information, standard error as warnings, under the same quota). Standard input is
 * empty; there are no arguments and no sockets; its settings are the environment, and files are only in the directories that
 * it is granted. Waiting suspends the cell.
 */
final class WasiImports {
    static final List<ImportType> TYPES = wasi(Wasi.builder()).addTo(Imports.builder()).build().functions();
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final int WARNING = 1;
    private static final int INFORMATION = 2;

    private WasiImports() { }

    /**
     * Adds all functions; {@code host} ends what was begun and closes the files when the instance ends.
     *
     * @throws IllegalArgumentException when a granted directory cannot be opened
     */
    static void add(Imports.Builder imports, CellHost host) {
        Lines out = new Lines(host, INFORMATION);
        Lines err = new Lines(host, WARNING);
        Wasi.Builder builder = Wasi.builder().clock(new CellClock(host)).random(new CellRandom(host.ports.random()))
            .stdout(out).stderr(err);
        host.ports.config().forEach((name, value) -> {
            if (!name.isEmpty() && name.indexOf('=') < 0 && (name + value).indexOf('\0') < 0) {
                builder.env(name, value);
            }
        });
        for (Preopen preopen : host.grant.preopens()) {
            if (preopen.write()) {
                builder.preopen(Path.of(preopen.host()), preopen.guest());
            } else {
                builder.preopenReadOnly(Path.of(preopen.host()), preopen.guest());
            }
        }
        Wasi wasi = wasi(builder);
        wasi.addTo(imports);
        host.atEnd(() -> {
            out.end();
            err.end();
            wasi.close();
        });
    }

    private static Wasi wasi(Wasi.Builder builder) {
        try {
            return builder.build();
        } catch (IOException | UnsupportedOperationException e) {
            throw new IllegalArgumentException("a granted directory cannot be opened: " + e, e);
        }
    }

    private record CellClock(CellHost host) implements WasiClock {
        private Clock clock() {
            return host.ports.clock();
        }

        @Override
        public long realtime() {
            return clock().epochMillis() * NANOS_PER_MILLI;
        }

        @Override
        public long monotonic() {
            return clock().nanos();
        }

        @Override
        public long resolution() {
            return NANOS_PER_MILLI;
        }

        @Override
        public void sleep(long nanos) {
            clock().sleep(Math.min(nanos, TimeImports.MAX_BLOCKING_NANOS));
        }

        @Override
        public boolean park(long nanos) {
            host.pause(nanos, false);
            return true;
        }
    }

    private static final class CellRandom implements RandomGenerator {
        private final CellPorts.Random source;
        private final byte[] eight = new byte[8];

        CellRandom(CellPorts.Random source) {
            this.source = source;
        }

        @Override
        public long nextLong() {
            source.fill(eight, 0, 8);
            return (long) Bytes.getInt(eight, 0) << 32 | Bytes.getInt(eight, 4) & 0xFFFF_FFFFL;
        }

        @Override
        public void nextBytes(byte[] bytes) {
            source.fill(bytes, 0, bytes.length);
        }
    }

    /** Collects bytes until a line ends or is as long as a log line may be. */
    private static final class Lines extends OutputStream {
        private final CellHost host;
        private final int level;
        private final byte[] line = new byte[SystemImports.MAX_LOG_BYTES];
        private int length;

        Lines(CellHost host, int level) {
            this.host = host;
            this.level = level;
        }

        @Override
        public void write(int b) {
            if (b != '\n') {
                line[length++] = (byte) b;
            }
            if (b == '\n' || length == line.length) {
                host.log(level, line, 0, length);
                length = 0;
            }
        }

        /** Ends a line that has begun. */
        void end() {
            if (length > 0) {
                write('\n');
            }
        }
    }
}
