package dev.thimble.wasm.wasi;

import dev.thimble.wasm.Imports;
import dev.thimble.wasm.api.HostCall;

/**
 * {@code clock_res_get} and {@code clock_time_get}. The CPU-time clocks show the monotonic time since the guest was
 * set up: how much CPU time the host spends on it is not the guest's to know.
 */
final class ClockCalls {
    static final int REALTIME = 0;
    static final int MONOTONIC = 1;
    private static final int THREAD_CPUTIME = 3;

    private final WasiClock clock;
    private final long start;

    ClockCalls(WasiClock clock) {
        this.clock = clock;
        start = clock.monotonic();
    }

    void addTo(Imports.Builder imports) {
        Calls.add(imports, "clock_res_get", "ii", this::resolution);
        Calls.add(imports, "clock_time_get", "iIi", this::time);
    }

    private int resolution(HostCall call) {
        check(call.i32(0));
        call.memory().putLong(call.i32(1), clock.resolution());
        return Errno.SUCCESS;
    }

    private int time(HostCall call) {
        call.memory().putLong(call.i32(2), now(call.i32(0)));
        return Errno.SUCCESS;
    }

    long now(int id) {
        check(id);
        return switch (id) {
            case REALTIME -> clock.realtime();
            case MONOTONIC -> clock.monotonic();
            default -> clock.monotonic() - start;
        };
    }

    private static void check(int id) {
        if (id < REALTIME || id > THREAD_CPUTIME) {
            throw new Errno.Failure(Errno.INVAL);
        }
    }
}
