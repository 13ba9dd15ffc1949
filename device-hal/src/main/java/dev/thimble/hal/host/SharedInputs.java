package dev.thimble.hal.host;

import dev.thimble.hal.board.Board;
import dev.thimble.hal.board.DeviceException;
import dev.thimble.hal.board.EdgeListener;
import dev.thimble.hal.board.Errno;
import dev.thimble.hal.board.GpioLine;
import dev.thimble.hal.board.LineRequest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Lets several cells read one GPIO input that all their grants share: the line is requested once, every
 * cell gets a view of it. One per board; used on the cells' thread, edges pass through on the board's.
 */
public final class SharedInputs {
    private final Board board;
    private final Map<String, Shared> lines = new HashMap<>();

    public SharedInputs(Board board) {
        this.board = board;
    }

    Board board() {
        return board;
    }

    /** @throws DeviceException as {@link Board#openLine}; BUSY also when the others want another bias or polarity */
    GpioLine open(LineRequest request) {
        String name = board.file().line(request.line()).name();
        Shared shared = lines.get(name);
        if (shared == null) {
            shared = new Shared(board.openLine(request), request);
            lines.put(name, shared);
        } else if (shared.request.bias() != request.bias() || shared.request.activeLow() != request.activeLow()) {
            throw new DeviceException(Errno.BUSY, name + " is shared with another bias or polarity");
        }
        return shared.view();
    }

    private final class Shared implements EdgeListener {
        private final GpioLine line;
        private final LineRequest request;
        private volatile View[] views = {};

        Shared(GpioLine line, LineRequest request) {
            this.line = line;
            this.request = request;
        }

        View view() {
            View[] more = Arrays.copyOf(views, views.length + 1);
            View view = new View(this);
            more[views.length] = view;
            views = more;
            return view;
        }

        void remove(View view) {
            views = Arrays.stream(views).filter(v -> v != view).toArray(View[]::new);
            if (views.length == 0) {
                lines.remove(line.name());
                line.close();
            } else {
                watch();
            }
        }

        /** Watches for what all views together want; they must agree on the debounce period. */
        int watch() {
            int edges = 0;
            long debounce = -1;
            for (View view : views) {
                if (view.edges != 0) {
                    if (debounce >= 0 && debounce != view.debounceMicros) {
                        return Errno.BUSY;
                    }
                    edges |= view.edges;
                    debounce = view.debounceMicros;
                }
            }
            return edges == 0 ? line.unwatch() : line.watch(edges, debounce, this);
        }

        @Override
        public void edge(int edge, long nanos) {
            for (View view : views) {
                EdgeListener listener = view.listener;
                if ((view.edges & edge) != 0 && listener != null) {
                    listener.edge(edge, nanos);
                }
            }
        }

        @Override
        public void lost(int count) {
            for (View view : views) {
                EdgeListener listener = view.listener;
                if (listener != null) {
                    listener.lost(count);
                }
            }
        }
    }

    private static final class View implements GpioLine {
        private final Shared shared;
        private boolean open = true;
        private volatile int edges;
        private long debounceMicros;
        private volatile EdgeListener listener;

        View(Shared shared) {
            this.shared = shared;
        }

        @Override
        public String name() {
            return shared.line.name();
        }

        @Override
        public int read() {
            return open ? shared.line.read() : Errno.CLOSED;
        }

        @Override
        public int write(int level) {
            return Errno.INVALID;
        }

        @Override
        public int reconfigure(LineRequest request) {
            return request.bias() == shared.request.bias() && request.activeLow() == shared.request.activeLow()
                ? Errno.OK : Errno.BUSY;
        }

        @Override
        public int watch(int wanted, long debounce, EdgeListener to) {
            if (!open) {
                return Errno.CLOSED;
            }
            int before = edges;
            long debounceBefore = debounceMicros;
            edges = wanted;
            debounceMicros = debounce;
            int result = shared.watch();
            if (result == Errno.OK) {
                listener = to;
            } else {
                edges = before;
                debounceMicros = debounceBefore;
            }
            return result;
        }

        @Override
        public int unwatch() {
            if (!open) {
                return Errno.CLOSED;
            }
            listener = null;
            edges = 0;
            return shared.watch();
        }

        @Override
        public void close() {
            if (open) {
                open = false;
                edges = 0;
                shared.remove(this);
            }
        }
    }
}
