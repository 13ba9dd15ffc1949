package dev.thimble.samples;

import dev.thimble.hal.board.BoardFile;
import dev.thimble.hal.board.Errno;
import dev.thimble.hal.grant.Grant;
import dev.thimble.hal.host.CellHost;
import dev.thimble.hal.host.CellPorts;
import dev.thimble.hal.host.CellResources;
import dev.thimble.hal.host.HostImports;
import dev.thimble.hal.host.Inbox;
import dev.thimble.hal.host.SharedInputs;
import dev.thimble.hal.simulated.SimulatedBoard;
import dev.thimble.hal.simulated.SimulatedClock;
import dev.thimble.wasm.Call;
import dev.thimble.wasm.Function;
import dev.thimble.wasm.Imports;
import dev.thimble.wasm.Instance;
import dev.thimble.wasm.WasmModule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A simulated board with one module on it, driven by hand. Messages and log lines are kept. */
final class Device {
    private static final int EVENTS = 16;
    private static final int MESSAGE_BYTES = 1024;

    final SimulatedClock clock = new SimulatedClock();
    final SimulatedBoard board = new SimulatedBoard(BoardFile.builtIn("raspberry-pi-5"), clock);
    final List<String> published = new ArrayList<>();
    final List<String> log = new ArrayList<>();
    private final Grant grant;
    private final Inbox inbox = new Inbox(EVENTS, MESSAGE_BYTES, clock, () -> { });
    private final CellResources cell = new CellResources(new SharedInputs(board), inbox, clock);
    private CellHost before;
    private CellHost host;
    private Instance instance;
    private Call main;

    Device(Grant grant) {
        this.grant = grant;
    }

    /** Instantiates a sample under the same cell; one before it keeps its devices until {@link #init}. */
    void load(String sample) {
        before = host;
        host = new CellHost(grant, cell, new CellPorts(clock, (into, at, n) -> { }, this::log, null, new Messages(),
                (name, at, n, value) -> { }, Map.of()));
        WasmModule module = WasmModule.parse(wasm(sample));
        instance = module.instantiate(HostImports.add(Imports.builder(), host, module.imports()).build());
    }

    int init(int reason) {
        int status = call("thimble_init", reason);
        if (before != null) {
            before.retire();
        }
        return status;
    }

    /** Begins the plain program that a sample is, up to its first wait. */
    void start() {
        main = instance.function("_start").newCall();
        main.start();
        if (before != null) {
            before.retire();
        }
    }

    /** Moves the clock in milliseconds, and goes on with the program where its wait is over. */
    void live(long millis) {
        for (long i = 0; i < millis; i++) {
            clock.advance(1_000_000);
            while (main.isSuspended() && host.isPauseOver(clock.nanos())) {
                main.resume();
            }
        }
    }

    static byte[] wasm(String sample) {
        try (var in = Device.class.getResourceAsStream(sample + ".wasm")) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int call(String export, long... arguments) {
        long[] results = instance.function(export).call(arguments);
        return results.length == 0 ? 0 : (int) results[0];
    }

    /** Moves the clock, then ticks. */
    void tick(long millis) {
        advance(millis);
        call("thimble_tick", clock.epochMillis());
    }

    /** Moves the clock and delivers the events that come of it. */
    void advance(long millis) {
        clock.advance(millis * 1_000_000);
        host.expireTimers();
        Function event = instance.function("thimble_event");
        while (inbox.peek()) {
            if (event != null) {
                event.call(inbox.kind(), inbox.handle(), inbox.value(), inbox.nanos());
            }
            inbox.drop();
        }
    }

    void message(String topic, String payload) {
        byte[] both = (topic + payload).getBytes(StandardCharsets.US_ASCII);
        int at = put(both);
        call("thimble_message", 1, at, topic.length(), at + topic.length(), payload.length());
    }

    byte[] save() {
        int length = call("thimble_save", 0, 0);
        int at = call("thimble_alloc", length);
        call("thimble_save", at, length);
        byte[] state = new byte[length];
        instance.memory().read(at, state, 0, length);
        return state;
    }

    int restore(byte[] state, int schema) {
        return call("thimble_restore", put(state), state.length, schema);
    }

    private int put(byte[] bytes) {
        int at = call("thimble_alloc", bytes.length);
        instance.memory().write(at, bytes, 0, bytes.length);
        return at;
    }

    private void log(int level, byte[] text, int offset, int length) {
        log.add(level + " " + new String(text, offset, length, StandardCharsets.UTF_8));
    }

    private final class Messages implements CellPorts.Messages {
        @Override
        public int publish(byte[] topic, int topicOffset, int topicLength, byte[] payload, int offset, int length,
                           int qos, boolean retained) {
            published.add(new String(topic, topicOffset, topicLength, StandardCharsets.UTF_8) + " "
                    + new String(payload, offset, length, StandardCharsets.UTF_8));
            return Errno.OK;
        }

        @Override
        public int subscribe(int id, byte[] filter, int offset, int length, int qos) {
            return Errno.OK;
        }

        @Override
        public int unsubscribe(int id) {
            return Errno.OK;
        }

        @Override
        public boolean online() {
            return true;
        }
    }
}
