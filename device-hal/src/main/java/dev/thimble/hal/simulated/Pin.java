package dev.thimble.hal.simulated;

import dev.thimble.hal.board.LineRequest.Bias;
import dev.thimble.hal.simulated.chip.SimulatedTime;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * One pin of a simulated board, as a wire sees it: what the board drives, what the world drives, the pull resistor, and
 * the voltage that comes of it (0 or 1, physical). Thread-safe.
 */
public final class Pin {
    /** Nobody drives. */
    public static final int FLOATING = -1;

    private final String name;
    private final SimulatedTime time;
    private final CopyOnWriteArrayList<Listener> listeners = new CopyOnWriteArrayList<>();
    private int board = FLOATING;
    private int world = FLOATING;
    private Bias bias = Bias.AS_IS;
    /** Read without the lock, since a line asks for it while it holds its own. */
    private volatile int level;
    private volatile Listener line;

    /** Hears of each change of level. */
    @FunctionalInterface
    public interface Listener {
        /** Called in order, on the thread that caused the change, while the pin is locked: must not block. */
        void changed(Pin pin, int level, long nanos);
    }

    Pin(String name, SimulatedTime time) {
        this.name = name;
        this.time = time;
    }

    public String name() {
        return name;
    }

    /** The physical level, 0 or 1. */
    public int level() {
        return level;
    }

    /** What the board drives: 0, 1 or {@link #FLOATING}. */
    public synchronized int boardLevel() {
        return board;
    }

    /** Drives the pin from outside — a button, a sensor's interrupt output — with 0, 1 or {@link #FLOATING}. */
    public synchronized void drive(int value) {
        world = value;
        settle();
    }

    /** Tells the listener of each change from now on: an LED, a scope, a test. */
    public void listen(Listener listener) {
        listeners.add(listener);
    }

    public void unlisten(Listener listener) {
        listeners.remove(listener);
    }

    synchronized void board(int value, Bias pull) {
        board = value;
        if (pull != Bias.AS_IS) {
            bias = pull;
        }
        settle();
    }

    void line(Listener requested) {
        line = requested;
    }

    private void settle() {
        // A push-pull output wins over the world outside; open drain comes here as 0 or floating.
        int now = board != FLOATING ? board : world != FLOATING ? world : bias == Bias.PULL_UP ? 1 : 0;
        if (now == level) {
            return;
        }
        level = now;
        long at = time.nanos();
        Listener requested = line;
        if (requested != null) {
            requested.changed(this, now, at);
        }
        for (int i = 0; i < listeners.size(); i++) {
            listeners.get(i).changed(this, now, at);
        }
    }
}
