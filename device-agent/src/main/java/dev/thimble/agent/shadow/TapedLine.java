package dev.thimble.agent.shadow;

import dev.thimble.hal.board.EdgeListener;
import dev.thimble.hal.board.Errno;
import dev.thimble.hal.board.GpioLine;
import dev.thimble.hal.board.LineRequest;

/** A GPIO line that is heard, or without a real one a shadow's. Edges reach a shadow through its cell, not from here. */
final class TapedLine implements GpioLine {
    private static final int READ = 1;

    private final String name;
    private final GpioLine real;
    private final Tape tape;
    private LineRequest request;
    private int level;

    TapedLine(String name, GpioLine real, LineRequest request, Tape tape) {
        this.name = name;
        this.real = real;
        this.tape = tape;
        configured(request);
    }

    private void configured(LineRequest now) {
        request = now;
        if (now.mode() != LineRequest.Mode.INPUT) {
            level = now.initiallyActive() ? 1 : 0;
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int read() {
        if (real == null && request.mode() != LineRequest.Mode.INPUT) {
            return level;
        }
        tape.ask(name, READ, 0);
        return real != null ? tape.learn(real.read()) : tape.recall();
    }

    @Override
    public int write(int to) {
        int result = real != null ? real.write(to)
            : request.mode() == LineRequest.Mode.INPUT || (to & ~1) != 0 ? Errno.INVALID : Errno.OK;
        if (result == Errno.OK) {
            level = to;
            tape.output(real == null, name, to);
        }
        return result;
    }

    @Override
    public int reconfigure(LineRequest wanted) {
        int result = real != null ? real.reconfigure(wanted) : Errno.OK;
        if (result == Errno.OK) {
            configured(wanted);
        }
        return result;
    }

    @Override
    public int watch(int edges, long debounceMicros, EdgeListener listener) {
        return real != null ? real.watch(edges, debounceMicros, listener) : Errno.OK;
    }

    @Override
    public int unwatch() {
        return real != null ? real.unwatch() : Errno.OK;
    }

    @Override
    public void close() {
        if (real != null) {
            real.close();
        }
    }
}
