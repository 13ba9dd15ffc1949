package dev.thimble.benchmarks.footprint;

import dev.thimble.hal.board.BoardFile;
import dev.thimble.hal.board.Errno;
import dev.thimble.hal.grant.Addresses;
import dev.thimble.hal.grant.GpioMode;
import dev.thimble.hal.grant.Grant;
import dev.thimble.hal.grant.GrantedDevice;
import dev.thimble.hal.grant.SafeLevel;
import dev.thimble.hal.grant.TopicRule;
import dev.thimble.hal.host.CellHost;
import dev.thimble.hal.host.CellPorts;
import dev.thimble.hal.host.CellResources;
import dev.thimble.hal.host.HostImports;
import dev.thimble.hal.host.Inbox;
import dev.thimble.hal.host.SharedInputs;
import dev.thimble.hal.simulated.SimulatedBoard;
import dev.thimble.hal.simulated.SimulatedClock;
import dev.thimble.hal.simulated.chip.Bme280;
import dev.thimble.hal.simulated.chip.Sht31;
import dev.thimble.hal.simulated.chip.Signal;
import dev.thimble.hal.simulated.chip.Ssd1306;
import dev.thimble.wasm.Call;
import dev.thimble.wasm.Function;
import dev.thimble.wasm.Imports;
import dev.thimble.wasm.Instance;
import dev.thimble.wasm.WasmModule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** The modules of {@code sample-modules}, each on a simulated board with its chips; n is a number of events. */
record SampleJob(String name) implements Job {
    private static final int EVENTS = 16;
    private static final int MESSAGE_BYTES = 1024;

    @Override
    public byte[] wasm() {
        try (var in = SampleJob.class.getResourceAsStream("/dev/thimble/samples/" + name + ".wasm")) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public int often() {
        return name.equals("rain") || name.equals("button") ? 1000 : 10_000;
    }

    @Override
    public Instance run(WasmModule module, int n) {
        var device = new Device(module);
        switch (name) {
            case "rain" -> device.count(n);
            case "button" -> device.press(n);
            case "display" -> device.show(n);
            default -> device.measure(n);
        }
        if (device.published == 0 && !name.equals("display")) {
            throw new IllegalStateException(name + " has published nothing");
        }
        return device.instance;
    }

    /** A board with everything that a sample wants, the sample on it, and a clock that is moved by hand. */
    private static final class Device implements CellPorts.Messages {
        private final SimulatedClock clock = new SimulatedClock();
        private final SimulatedBoard board = new SimulatedBoard(BoardFile.builtIn("raspberry-pi-5"), clock);
        private final Inbox inbox = new Inbox(EVENTS, MESSAGE_BYTES, clock, () -> { });
        private final CellHost host;
        private final Instance instance;
        private int published;

        Device(WasmModule module) {
            var air = new Bme280(0x76, clock);
            air.temperature(Signal.constant(21.5));
            air.humidity(Signal.constant(45));
            air.pressure(Signal.constant(100_653));
            var room = new Sht31(0x44, clock);
            room.temperature(Signal.constant(19.9));
            board.attach("i2c1", air);
            board.attach("i2c1", room);
            board.attach("i2c1", new Ssd1306(0x3C));
            Grant grant = Grant.of(List.of(new TopicRule("#", 0)), List.of(new TopicRule("#", 0)),
                    GrantedDevice.i2c("env-bus", "i2c1", Addresses.ALL), GrantedDevice.i2c("display-bus", "i2c1", Addresses.ALL),
                    GrantedDevice.gpio("led", "GPIO17", SafeLevel.INACTIVE, GpioMode.OUT),
                    GrantedDevice.gpio("heater", "GPIO22", SafeLevel.INACTIVE, GpioMode.OUT),
                    GrantedDevice.gpio("bucket", "GPIO5", SafeLevel.INACTIVE, GpioMode.IN),
                    GrantedDevice.gpio("button", "GPIO27", SafeLevel.INACTIVE, GpioMode.IN));
            host = new CellHost(grant, new CellResources(new SharedInputs(board), inbox, clock), new CellPorts(clock,
                    (into, at, n) -> { }, (level, text, at, n) -> { }, null, this, (metric, at, n, value) -> { }, Map.of()));
            instance = module.instantiate(HostImports.add(Imports.builder(), host, module.imports()).build());
        }

        /** Ticks as often. */
        void measure(int n) {
            instance.function("thimble_init").call(0);
            Function tick = instance.function("thimble_tick");
            for (int i = 0; i < n; i++) {
                advance(500);
                tick.call(clock.epochMillis());
            }
        }

        /** Presses a button as often, each second time for long. */
        void press(int n) {
            instance.function("thimble_init").call(0);
            for (int i = 0; i < n; i++) {
                board.pin("GPIO27").drive(0);
                for (int wait = 0; wait < 1500; wait += i % 2 == 0 ? 20 : 500) {
                    advance(20);
                }
                board.pin("GPIO27").drive(1);
                advance(50);
            }
        }

        /** Sends as many numbers to a display. */
        void show(int n) {
            instance.function("thimble_init").call(0);
            Function alloc = instance.function("thimble_alloc");
            Function message = instance.function("thimble_message");
            String topic = "display/value";
            for (int i = 0; i < n; i++) {
                String value = Double.toString((i % 1000 - 500) / 10.0);
                byte[] both = (topic + value).getBytes(StandardCharsets.US_ASCII);
                int at = (int) alloc.call(both.length)[0];
                instance.memory().write(at, both, 0, both.length);
                message.call(1, at, topic.length(), at + topic.length(), value.length());
            }
        }

        /** Tips the bucket of a rain gauge as often, under a program that waits for it. */
        void count(int n) {
            Call main = instance.function("_start").newCall();
            main.start();
            for (int i = 0; i < n; i++) {
                board.pin("GPIO5").drive(0);
                live(main, 50);
                board.pin("GPIO5").drive(1);
                live(main, 1000);
            }
            live(main, 60_000);
        }

        private void live(Call main, int millis) {
            for (int i = 0; i < millis; i++) {
                clock.advance(1_000_000);
                while (main.isSuspended() && host.isPauseOver(clock.nanos())) {
                    main.resume();
                }
            }
        }

        private void advance(long millis) {
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

        @Override
        public int publish(byte[] topic, int topicOffset, int topicLength, byte[] payload, int offset, int length, int qos,
                           boolean retained) {
            published++;
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
