package dev.thimble.agent.shadow;

import dev.thimble.hal.board.Uart;

/** A serial port that is heard, or without a real one a shadow's. What was received is there once, also for a shadow. */
final class TapedUart implements Uart {
    private static final int READ = 1;
    private static final int AVAILABLE = 2;

    private final String name;
    private final Uart real;
    private final Tape tape;

    TapedUart(String name, Uart real, Tape tape) {
        this.name = name;
        this.real = real;
        this.tape = tape;
    }

    @Override
    public int write(byte[] from, int offset, int length) {
        int taken = real != null ? real.write(from, offset, length) : length;
        if (taken > 0) {
            tape.output(real == null, name, from, offset, taken);
        }
        return taken;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
        tape.ask(name, READ, length);
        if (real == null) {
            int result = tape.recallOnce();
            if (result > 0) {
                tape.copy(into, offset, result);
            }
            return result;
        }
        int result = tape.learn(real.read(into, offset, length));
        if (result > 0) {
            tape.with(into, offset, result);
        }
        return result;
    }

    @Override
    public int available() {
        tape.ask(name, AVAILABLE, 0);
        return real != null ? tape.learn(real.available()) : tape.recallOnce();
    }

    @Override
    public int watch(Listener listener) {
        return real != null ? real.watch(listener) : 0;
    }

    @Override
    public void close() {
        if (real != null) {
            real.close();
        }
    }
}
