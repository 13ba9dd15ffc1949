package dev.thimble.hal.simulated;

import dev.thimble.hal.board.EdgeListener;
import dev.thimble.hal.board.Errno;
import dev.thimble.hal.board.GpioLine;
import dev.thimble.hal.board.LineRequest;
import dev.thimble.hal.board.LineRequest.Mode;
import dev.thimble.hal.simulated.chip.SimulatedTime;

/** A request for a {@link Pin}. Edges are reported on the thread that changes the pin, as an interrupt would be. */
final class SimulatedLine implements GpioLine, Pin.Listener {
    private final SimulatedBoard board;
    private final Pin pin;
    private final SimulatedTime time;
    private LineRequest request;
    private boolean open = true;
    private int edges;
    private long debounceNanos;
    private EdgeListener listener;
    private int stable;
    private long generation;
    private int toLose;
    private int lost;

    SimulatedLine(SimulatedBoard board, Pin pin, SimulatedTime time, LineRequest request) {
        this.board = board;
        this.pin = pin;
        this.time = time;
        pin.line(this);
        configure(request);
    }

    @Override
    public String name() {
        return pin.name();
    }

    @Override
    public int read() {
        return open ? pin.level() ^ inversion() : Errno.CLOSED;
    }

    @Override
    public int write(int level) {
        if (!open) {
            return Errno.CLOSED;
        }
        if (request.mode() == Mode.INPUT || (level & ~1) != 0) {
            return Errno.INVALID;
        }
        drive(level);
        return Errno.OK;
    }

    @Override
    public int reconfigure(LineRequest wanted) {
        if (!open) {
            return Errno.CLOSED;
        }
        if (!board.file().resolve(wanted.line()).equals(pin.name())) {
            return Errno.INVALID;
        }
        unwatch();
        configure(wanted);
        return Errno.OK;
    }

    private void configure(LineRequest wanted) {
        request = wanted;
        if (wanted.mode() == Mode.INPUT) {
            pin.board(Pin.FLOATING, wanted.bias());
        } else {
            drive(wanted.initiallyActive() ? 1 : 0);
        }
    }

    private void drive(int logical) {
        int physical = logical ^ inversion();
        pin.board(request.mode() == Mode.OPEN_DRAIN && physical == 1 ? Pin.FLOATING : physical, request.bias());
    }

    private int inversion() {
        return request.activeLow() ? 1 : 0;
    }

    @Override
    public synchronized int watch(int wanted, long debounceMicros, EdgeListener to) {
        if (!open) {
            return Errno.CLOSED;
        }
        if (request.mode() != Mode.INPUT || wanted <= 0 || wanted > (RISING | FALLING) || debounceMicros < 0) {
            return Errno.INVALID;
        }
        edges = wanted;
        debounceNanos = debounceMicros * 1000;
        stable = pin.level();
        listener = to;
        generation++;
        return Errno.OK;
    }

    @Override
    public synchronized int unwatch() {
        if (!open) {
            return Errno.CLOSED;
        }
        listener = null;
        generation++;
        return Errno.OK;
    }

    /** The next edges vanish, as when the kernel's event buffer is full. */
    synchronized void lose(int count) {
        toLose = count;
    }

    @Override
    public synchronized void changed(Pin changed, int level, long nanos) {
        if (listener == null) {
            return;
        }
        if (debounceNanos == 0) {
            report(level, nanos);
            return;
        }
        // Each change starts the period anew; only the last one still finds its generation when the period ends.
        long mine = ++generation;
        time.schedule(nanos + debounceNanos, () -> settled(mine));
    }

    private synchronized void settled(long mine) {
        if (mine == generation && listener != null && pin.level() != stable) {
            report(pin.level(), time.nanos());
        }
    }

    private void report(int physical, long nanos) {
        stable = physical;
        int edge = (physical ^ inversion()) == 1 ? RISING : FALLING;
        if ((edges & edge) == 0) {
            return;
        }
        if (toLose > 0) {
            toLose--;
            lost++;
            return;
        }
        if (lost > 0) {
            listener.lost(lost);
            lost = 0;
        }
        listener.edge(edge, nanos);
    }

    @Override
    public void close() {
        if (open) {
            unwatch();
            open = false;
            pin.line(null);
            // Linux leaves an output as it was; so does this.
            board.released(pin.name());
        }
    }
}
