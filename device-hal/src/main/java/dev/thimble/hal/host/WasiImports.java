package dev.thimble.hal.host;

import dev.thimble.hal.board.Clock;
import dev.thimble.wasm.Imports;
import dev.thimble.wasm.api.ImportType;
import dev.thimble.wasm.wasi.Wasi;
import dev.thimble.wasm.wasi.WasiClock;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * WASI preview 1 for a cell: its clock is the cell's, its random numbers are the device's, what it prints are lines of the
 * module's log (standard output as information, standard error as warnings, under the same quota). Standard input is
 * empty; there are no arguments, no environment, no files and no sockets. Waiting suspends the cell.
 */
final class WasiImports {
    static final List<ImportType> TYPES = wasi(Wasi.builder()).addTo(Imports.builder()).build().functions();
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final int WARNING = 1;
    private static final int INFORMATION = 2;

    private WasiImports() { }

    static void add(Imports.Builder imports, CellHost host) {
        wasi(Wasi.builder().clock(new CellClock(host)).random(new CellRandom(host.ports.random()))
            .stdout(new Lines(host, INFORMATION)).stderr(new Lines(host, WARNING))).addTo(imports);
    }

    private static Wasi wasi(Wasi.Builder builder) {
        try {
            return builder.build();
        } catch (IOException e) {
            throw new UncheckedIOException("only opening a directory can fail", e);
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
    }
}
