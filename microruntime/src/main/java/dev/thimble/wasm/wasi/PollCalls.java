package dev.thimble.wasm.wasi;

import dev.thimble.wasm.Imports;
import dev.thimble.wasm.api.HostCall;
import dev.thimble.wasm.api.Memory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * {@code poll_oneoff}. Descriptors count as ready at once, since reading and writing here never say {@code again}
 * except on sockets; only when nothing is ready does the guest wait until the first deadline: suspended,
 * where that is possible and the clock sees to its resumption, or asleep.
 */
final class PollCalls {
    private static final int MAX_SUBSCRIPTIONS = 4096;
    private static final int SUBSCRIPTION_BYTES = 48;
    private static final int EVENT_BYTES = 32;
    private static final int CLOCK = 0;
    private static final int FD_READ = 1;
    private static final int FD_WRITE = 2;
    private static final int ABSTIME = 1;

    private final DescriptorTable descriptors;
    private final ClockCalls clocks;
    private final WasiClock clock;
    /** Whether a call is suspended here, and since when, on the monotonic clock. After a snapshot the guest waits its whole time again. */
    private boolean parked;
    private long parkedAt;

    PollCalls(DescriptorTable descriptors, ClockCalls clocks, WasiClock clock) {
        this.descriptors = descriptors;
        this.clocks = clocks;
        this.clock = clock;
    }

    void addTo(Imports.Builder imports) {
        Calls.add(imports, "poll_oneoff", "iiii", this::pollOneoff);
    }

    private int pollOneoff(HostCall call) throws IOException {
        Memory memory = call.memory();
        int in = call.i32(0);
        int out = call.i32(1);
        int count = call.i32(2);
        int stored = call.i32(3);
        if (count == 0 || Integer.compareUnsigned(count, MAX_SUBSCRIPTIONS) > 0) {
            return Errno.INVAL;
        }
        Calls.span(memory, in, count * SUBSCRIPTION_BYTES);
        Calls.span(memory, out, count * EVENT_BYTES);
        Calls.span(memory, stored, 4);
        // The guest may have put the events over the subscriptions, so these are copied first.
        ByteBuffer subscriptions = ByteBuffer.allocate(count * SUBSCRIPTION_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        memory.read(in, subscriptions.array(), 0, count * SUBSCRIPTION_BYTES);
        long[] delays = new long[count];
        long first = Long.MAX_VALUE;
        long now = clock.monotonic();
        long began = call.resumed() && parked ? parkedAt : now;
        for (int i = 0; i < count; i++) {
            delays[i] = delay(subscriptions, i * SUBSCRIPTION_BYTES, now - began);
            first = Math.min(first, delays[i]);
        }
        if (first > 0 && call.maySuspend() && clock.park(first)) {
            parked = true;
            parkedAt = began;
            call.suspend();
            return Calls.SUSPENDED;
        }
        // While a run is suspended in here, another of the instance's functions may pass.
        parked &= !call.resumed();
        if (first > 0) {
            try {
                clock.sleep(first);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Errno.INTR;
            }
        }
        int events = 0;
        for (int i = 0; i < count; i++) {
            if (delays[i] <= first) {
                event(subscriptions, i * SUBSCRIPTION_BYTES, memory, out + events * EVENT_BYTES);
                events++;
            }
        }
        memory.putInt(stored, events);
        return Errno.SUCCESS;
    }

    /** Nanoseconds until it is due when the guest has waited for some already, 0 when it is. */
    private long delay(ByteBuffer subscriptions, int at, long waited) {
        int tag = subscriptions.get(at + 8);
        if (tag != CLOCK) {
            return 0;
        }
        int id = subscriptions.getInt(at + 16);
        if (id != ClockCalls.REALTIME && id != ClockCalls.MONOTONIC) {
            return 0;
        }
        long timeout = subscriptions.getLong(at + 24);
        if (timeout < 0) {
            return Long.MAX_VALUE;
        }
        boolean absolute = (subscriptions.getShort(at + 40) & ABSTIME) != 0;
        return Math.max(0, timeout - (absolute ? clocks.now(id) : waited));
    }

    private void event(ByteBuffer subscriptions, int at, Memory memory, int event) throws IOException {
        int tag = subscriptions.get(at + 8);
        int errno = Errno.SUCCESS;
        long bytes = 0;
        if (tag == FD_READ || tag == FD_WRITE) {
            try {
                Descriptor descriptor = descriptors.get(subscriptions.getInt(at + 16), Rights.POLL_FD_READWRITE);
                bytes = tag == FD_READ ? descriptor.available() : 0;
            } catch (Errno.Failure e) {
                errno = e.errno;
            }
        } else if (tag != CLOCK) {
            errno = Errno.INVAL;
        } else {
            int id = subscriptions.getInt(at + 16);
            errno = id == ClockCalls.REALTIME || id == ClockCalls.MONOTONIC ? Errno.SUCCESS
                    : id == 2 || id == 3 ? Errno.NOTSUP : Errno.INVAL;
        }
        memory.putLong(event, subscriptions.getLong(at));
        memory.putLong(event + 8, errno | (tag & 0xFF) << 16);
        memory.putLong(event + 16, bytes);
        memory.putLong(event + 24, 0);
    }
}
