package dev.thimble.hal.host;

import static dev.thimble.hal.host.Parameter.BYTES;
import static dev.thimble.hal.host.Parameter.I32;
import static dev.thimble.hal.host.Parameter.I64;

import dev.thimble.hal.board.Errno;
import dev.thimble.wasm.api.HostCall;
import java.util.List;

/** {@code thimble:time/1} and {@code thimble:event/1}. */
final class TimeImports {
    /** A shorter delay is not worth a suspension, which lets the other cells have their turn. */
    private static final long SHORT_NANOS = 100_000;
    /** Longest wait where the cell cannot be suspended, since it holds up all the others. */
    static final long MAX_BLOCKING_NANOS = 1_000_000_000;
    /** Bytes before topic and payload in what {@code wait} gives: kind, handle, value, topic length (u32), time (i64). */
    static final int EVENT_BYTES = 24;

    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long MAX_TIMER_MILLIS = 1_000_000_000_000L;
    private static final String TIME = "thimble:time/1";
    static final List<Import> ALL = List.of(
        Import.wide(TIME, "now_ms", TimeImports::nowMillis),
        Import.wide(TIME, "mono_ns", TimeImports::monotonicNanos),
        Import.of(TIME, "delay_us", TimeImports::delay, I32),
        Import.of(TIME, "timer_start", TimeImports::timerStart, I32, I64, I32),
        Import.of(TIME, "timer_cancel", TimeImports::timerCancel, I32),
        Import.of("thimble:event/1", "wait", TimeImports::await, BYTES, I64));

    private TimeImports() { }

    private static long nowMillis(CellHost host, HostCall call, byte[] memory) {
        return host.ports.clock().epochMillis();
    }

    private static long monotonicNanos(CellHost host, HostCall call, byte[] memory) {
        return host.ports.clock().nanos();
    }

    private static long delay(CellHost host, HostCall call, byte[] memory) {
        long nanos = call.i32(0) * 1000L;
        if (call.resumed()) {
            return host.isPauseOver(host.ports.clock().nanos()) ? Errno.OK : Import.SUSPEND;
        }
        if (nanos > SHORT_NANOS && call.maySuspend()) {
            host.pause(nanos, false);
            return Import.SUSPEND;
        }
        if (nanos < 0 || nanos > MAX_BLOCKING_NANOS) {
            return Errno.INVALID;
        }
        host.ports.clock().sleep(nanos);
        return Errno.OK;
    }

    private static long timerStart(CellHost host, HostCall call, byte[] memory) {
        long millis = call.i64(1);
        boolean repeat = call.i32(2) != 0;
        if (millis < 0 || millis > MAX_TIMER_MILLIS || repeat && millis == 0) {
            return Errno.INVALID;
        }
        return host.timers.start(call.i32(0), host.ports.clock().nanos(), millis * NANOS_PER_MILLI, repeat);
    }

    private static long timerCancel(CellHost host, HostCall call, byte[] memory) {
        return host.timers.cancel(call.i32(0));
    }

    /**
     * Gives the next event. A wait suspends the cell also when an event is at hand, so that the neighbours have their turn and
     * each event its own fuel; only with timeout 0 it answers at once. AGAIN when there is no event and it may not wait,
     * TIMEOUT when it has waited in vain. TOO_SMALL leaves the event in the queue.
     */
    private static long await(CellHost host, HostCall call, byte[] memory) {
        long timeout = call.i64(2);
        if (!call.resumed() && timeout != 0 && call.maySuspend()) {
            host.pause(timeout < 0 || timeout > MAX_TIMER_MILLIS ? Long.MAX_VALUE : timeout * NANOS_PER_MILLI, true);
            return Import.SUSPEND;
        }
        host.expireTimers();
        Inbox inbox = host.inbox;
        if (!inbox.peek()) {
            return !call.resumed() ? Errno.AGAIN
                : host.isPauseOver(host.ports.clock().nanos()) ? Errno.TIMEOUT : Import.SUSPEND;
        }
        boolean message = inbox.kind() == EventKind.MESSAGE;
        int length = EVENT_BYTES + (message ? inbox.topicLength() + inbox.value() : 0);
        if (length > Integer.toUnsignedLong(call.i32(1))) {
            return Errno.TOO_SMALL;
        }
        int at = call.i32(0);
        Bytes.putInt(memory, at, inbox.kind());
        Bytes.putInt(memory, at + 4, inbox.handle());
        Bytes.putInt(memory, at + 8, inbox.value());
        Bytes.putInt(memory, at + 12, inbox.topicLength());
        Bytes.putLong(memory, at + 16, inbox.nanos());
        if (message) {
            inbox.copyMessage(memory, at + EVENT_BYTES);
        }
        inbox.drop();
        return length;
    }
}
