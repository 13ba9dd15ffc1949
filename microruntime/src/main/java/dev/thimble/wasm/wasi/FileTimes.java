package dev.thimble.wasm.wasi;

import java.io.IOException;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;

/** What {@code *_filestat_set_times} is to set; null stays as it is. */
record FileTimes(FileTime accessed, FileTime modified) {
    private static final int ATIM = 1;
    private static final int ATIM_NOW = 2;
    private static final int MTIM = 4;
    private static final int MTIM_NOW = 8;

    /**
     * @param flags {@code fstflags}
     */
    static FileTimes of(long accessed, long modified, int flags, WasiClock clock) {
        boolean contradiction = (flags & (ATIM | ATIM_NOW)) == (ATIM | ATIM_NOW) || (flags & (MTIM | MTIM_NOW)) == (MTIM | MTIM_NOW);
        if (contradiction || (flags & ~(ATIM | ATIM_NOW | MTIM | MTIM_NOW)) != 0) {
            throw new Errno.Failure(Errno.INVAL);
        }
        return new FileTimes(time(accessed, flags & ATIM, flags & ATIM_NOW, clock), time(modified, flags & MTIM, flags & MTIM_NOW, clock));
    }

    private static FileTime time(long given, int useGiven, int useNow, WasiClock clock) {
        if (useGiven == 0 && useNow == 0) {
            return null;
        }
        long nanos = useGiven != 0 ? given : clock.realtime();
        if (nanos < 0) {
            throw new Errno.Failure(Errno.INVAL);
        }
        return FileTime.from(nanos, TimeUnit.NANOSECONDS);
    }

    void set(BasicFileAttributeView view) throws IOException {
        if (accessed != null || modified != null) {
            view.setTimes(modified, accessed, null);
        }
    }
}
