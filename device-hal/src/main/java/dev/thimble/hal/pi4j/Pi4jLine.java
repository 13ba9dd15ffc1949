package dev.thimble.hal.pi4j;

import com.pi4j.exception.Pi4JException;
import com.pi4j.io.gpio.digital.Digital;
import com.pi4j.io.gpio.digital.DigitalInput;
import com.pi4j.io.gpio.digital.DigitalOutput;
import com.pi4j.io.gpio.digital.DigitalState;
import com.pi4j.io.gpio.digital.DigitalStateChangeListener;
import com.pi4j.io.gpio.digital.PullResistance;
import dev.thimble.hal.board.BoardFile;
import dev.thimble.hal.board.DeviceException;
import dev.thimble.hal.board.EdgeListener;
import dev.thimble.hal.board.Errno;
import dev.thimble.hal.board.GpioLine;
import dev.thimble.hal.board.LineRequest;
import dev.thimble.hal.board.LineRequest.Bias;
import dev.thimble.hal.board.LineRequest.Mode;
import java.util.HashMap;
import java.util.Map;

/** A line over Pi4J's digital input or output. Polarity is handled here: Pi4J knows physical levels. */
final class Pi4jLine implements GpioLine {
    /** For lines that have no number of their own; Pi4J insists on a unique one. */
    private static final int NUMBERLESS = 10_000;

    private final Pi4jBoard board;
    private final BoardFile.Line line;
    private LineRequest request;
    private Digital<?, ?, ?> io;
    private DigitalInput input;
    private DigitalOutput output;
    private DigitalStateChangeListener listener;
    private boolean open = true;

    Pi4jLine(Pi4jBoard board, BoardFile.Line line, LineRequest request) {
        this.board = board;
        this.line = line;
        create(request, 0);
    }

    private void create(LineRequest wanted, long debounceMicros) {
        int bcm = line.offset() >= 0 ? line.offset() : NUMBERLESS + (line.name().hashCode() & 0xFFFFFF);
        String id = board.newId(line.name());
        Map<String, String> extra = new HashMap<>(Map.of(Lines.NAME, line.name()));
        if (wanted.mode() == Mode.INPUT) {
            PullResistance pull = wanted.bias() == Bias.PULL_UP ? PullResistance.PULL_UP
                : wanted.bias() == Bias.PULL_DOWN ? PullResistance.PULL_DOWN : PullResistance.OFF;
            input = Pi4jBoard.create(line.name(), () -> board.context().create(
                DigitalInput.newConfigBuilder(board.context()).id(id).bcm(bcm).pull(pull).debounce(debounceMicros)
                    .load(extra).build()));
            output = null;
            io = input;
        } else {
            if (wanted.mode() == Mode.OPEN_DRAIN) {
                extra.put(Lines.DRIVE, Lines.OPEN_DRAIN);
            }
            DigitalState initial = physical(wanted.initiallyActive() ? 1 : 0, wanted);
            output = Pi4jBoard.create(line.name(), () -> board.context().create(
                DigitalOutput.newConfigBuilder(board.context()).id(id).bcm(bcm).initial(initial).load(extra).build()));
            input = null;
            io = output;
            if (wanted.mode() == Mode.OPEN_DRAIN && !(output instanceof BoardOutput)) {
                release();
                throw new DeviceException(Errno.UNSUPPORTED, line.name() + ": this Pi4J provider has no open drain");
            }
        }
        request = wanted;
    }

    private void release() {
        listener = null;
        board.context().shutdown(io.id());
    }

    /** The line behind, when the providers are our own; else null. */
    private GpioLine direct() {
        return input instanceof BoardInput in ? in.line() : output instanceof BoardOutput out ? out.line() : null;
    }

    private static DigitalState physical(int logical, LineRequest request) {
        return (logical == 1) != request.activeLow() ? DigitalState.HIGH : DigitalState.LOW;
    }

    @Override
    public String name() {
        return line.name();
    }

    @Override
    public int read() {
        if (!open) {
            return Errno.CLOSED;
        }
        try {
            return (io.state() == DigitalState.HIGH) != request.activeLow() ? 1 : 0;
        } catch (Pi4JException e) {
            return Pi4jBoard.errno(e);
        }
    }

    @Override
    public int write(int level) {
        if (!open) {
            return Errno.CLOSED;
        }
        if (output == null || (level & ~1) != 0) {
            return Errno.INVALID;
        }
        try {
            output.state(physical(level, request));
            return Errno.OK;
        } catch (Pi4JException e) {
            return Pi4jBoard.errno(e);
        }
    }

    @Override
    public int reconfigure(LineRequest wanted) {
        if (!open) {
            return Errno.CLOSED;
        }
        if (!board.file().line(wanted.line()).equals(line)) {
            return Errno.INVALID;
        }
        boolean wasOutput = output != null;
        // Within one direction, drive and polarity change without touching Pi4J's object.
        if (wasOutput && wanted.mode() == request.mode()) {
            request = wanted;
            return write(wanted.initiallyActive() ? 1 : 0);
        }
        GpioLine direct = direct();
        if (direct != null && wanted.mode() != Mode.INPUT && wasOutput) {
            boolean high = physical(wanted.initiallyActive() ? 1 : 0, wanted) == DigitalState.HIGH;
            request = wanted;
            return direct.reconfigure(new LineRequest(wanted.line(), wanted.mode(), wanted.bias(), false, high));
        }
        release();
        try {
            create(wanted, 0);
            return Errno.OK;
        } catch (DeviceException e) {
            open = false;
            return e.errno();
        }
    }

    @Override
    public int watch(int edges, long debounceMicros, EdgeListener to) {
        if (!open) {
            return Errno.CLOSED;
        }
        if (input == null || edges <= 0 || edges > (RISING | FALLING) || debounceMicros < 0) {
            return Errno.INVALID;
        }
        GpioLine direct = direct();
        boolean swap = request.activeLow();
        if (direct != null) {
            int physical = swap ? (edges & RISING) << 1 | (edges & FALLING) >> 1 : edges;
            return direct.watch(physical, debounceMicros, swap ? new Swapped(to) : to);
        }
        if (input.config().debounce() == null || input.config().debounce() != debounceMicros) {
            release();
            create(request, debounceMicros);
        } else {
            unwatch();
        }
        listener = event -> {
            int edge = (event.state() == DigitalState.HIGH) != swap ? RISING : FALLING;
            if ((edges & edge) != 0) {
                to.edge(edge, board.clock().nanos());
            }
        };
        input.addListener(listener);
        return Errno.OK;
    }

    /** Edges of an active-low line: rising is falling. */
    private record Swapped(EdgeListener to) implements EdgeListener {
        @Override
        public void edge(int edge, long nanos) {
            to.edge(edge == RISING ? FALLING : RISING, nanos);
        }

        @Override
        public void lost(int count) {
            to.lost(count);
        }
    }

    @Override
    public int unwatch() {
        if (!open) {
            return Errno.CLOSED;
        }
        GpioLine direct = direct();
        if (direct != null) {
            return direct.unwatch();
        }
        if (listener != null) {
            input.removeListener(listener);
            listener = null;
        }
        return Errno.OK;
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            release();
        }
    }
}
