package dev.thimble.hal.host;

import dev.thimble.hal.board.Board;
import dev.thimble.hal.board.Clock;
import dev.thimble.hal.grant.Grant;
import dev.thimble.hal.grant.GrantedDevice;
import dev.thimble.hal.grant.GpioMode;
import dev.thimble.hal.grant.SafeLevel;
import dev.thimble.wasm.Call;
import dev.thimble.wasm.Imports;
import dev.thimble.wasm.Instance;
import dev.thimble.wasm.WasmModule;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** A cell with the module {@code echo.wat}, executed by the engine: each edge of one line is answered on another. */
public final class EchoCell {
    private final Inbox inbox;
    private final CellHost host;
    private final Call event;
    private long lastNanos;

    /** @param wake see {@link Inbox} */
    public EchoCell(Board board, Clock clock, String button, String led, Runnable wake) {
        inbox = new Inbox(64, 0, clock, wake);
        Grant grant = Grant.of(List.of(), List.of(), GrantedDevice.gpio("button", button, SafeLevel.KEEP, GpioMode.IN),
            GrantedDevice.gpio("led", led, SafeLevel.INACTIVE, GpioMode.OUT));
        host = new CellHost(grant, new CellResources(new SharedInputs(board), inbox, clock),
            new Ports().ports(clock));
        WasmModule module = module("echo.wasm");
        Instance instance =
            module.instantiate(HostImports.add(Imports.builder(), host, module.imports()).build());
        long result = instance.function("thimble_init").call(0)[0];
        if (result != 0) {
            throw new IllegalStateException("thimble_init gave " + (int) result);
        }
        event = instance.function("thimble_event").newCall();
    }

    static WasmModule module(String file) {
        try (InputStream in = EchoCell.class.getResourceAsStream(file)) {
            return WasmModule.parse(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Delivers what is in the inbox. @return how many events */
    public int deliver() {
        int count = 0;
        while (inbox.peek()) {
            event.i32(0, inbox.kind());
            event.i32(1, inbox.handle());
            event.i32(2, inbox.value());
            lastNanos = inbox.nanos();
            event.i64(3, lastNanos);
            inbox.drop();
            event.start();
            count++;
        }
        return count;
    }

    /** When the event that was delivered last happened. */
    public long lastNanos() {
        return lastNanos;
    }

    public void stop() {
        host.stop();
    }
}
