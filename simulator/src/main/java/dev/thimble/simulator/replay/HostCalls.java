package dev.thimble.simulator.replay;

import dev.thimble.hal.board.Errno;
import dev.thimble.hal.host.HostImports;
import dev.thimble.wasm.api.FunctionType;
import dev.thimble.wasm.api.HostCall;
import dev.thimble.wasm.api.ImportType;
import dev.thimble.wasm.api.NumberType;
import dev.thimble.wasm.api.ReplayListener.Outcome;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Puts a module's calls of the host into words: what it published, set and wrote, with the names of the devices that it opened. */
final class HostCalls {
    private static final String WASI = "wasi_snapshot_preview1";
    private static final int SHOWN_BYTES = 256;
    private static final int MAX_SEGMENTS = 64;

    /** What only asks; the rest does something to the world. */
    private static final Set<String> QUESTIONS = Set.of("thimble:gpio/1 read", "thimble:i2c/1 read", "thimble:i2c/1 write_read", "thimble:i2c/1 probe",
        "thimble:uart/1 read", "thimble:uart/1 available", "thimble:adc/1 read_raw", "thimble:adc/1 read_uv", "thimble:onewire/1 list",
        "thimble:onewire/1 read_temp_mc", "thimble:time/1 now_ms", "thimble:time/1 mono_ns", "thimble:time/1 delay_us", "thimble:event/1 wait",
        "thimble:kv/1 get", "thimble:kv/1 size", "thimble:kv/1 list", "thimble:mqtt/1 state", "thimble:sys/1 abi", "thimble:sys/1 config",
        "thimble:sys/1 random");

    private final Map<String, String> devices = new HashMap<>();

    /**
     * A call.
     *
     * @param function module and name of the import
     * @param arguments text, or hexadecimal digits after {@code 0x}, in place of pointers; a device's name in place of its handle
     * @param result what the host returned; null for nothing, and for what did not return
     * @param outcome other than that it returned, in words; else empty
     * @param asks whether it only asks, and changes nothing outside
     */
    record Told(String function, List<Object> arguments, Object result, String outcome, boolean asks) {
        String text() {
            StringBuilder text = new StringBuilder(function.substring(function.indexOf(':') + 1));
            arguments.forEach(a -> text.append(' ').append(a));
            if (!outcome.isEmpty()) {
                text.append(": ").append(outcome);
            } else if (result != null) {
                text.append(" → ").append(result);
            }
            return text.toString();
        }
    }

    Told tell(ImportType function, HostCall call, Outcome outcome, long[] results, String text) {
        String name = function.module() + " " + function.name();
        List<Object> arguments = arguments(function, call);
        Object result = results.length == 0 ? null : result(((FunctionType) function.type()).results().getFirst() == NumberType.I32, results[0],
            function.module().startsWith("thimble:"));
        if (function.name().equals("open") && results.length > 0 && results[0] > 0 && !arguments.isEmpty()) {
            devices.put(function.module() + results[0], String.valueOf(arguments.getFirst()));
        }
        boolean asks = QUESTIONS.contains(name) || function.module().equals(WASI) && !function.name().equals("fd_write")
            || function.name().endsWith("_get") || function.name().endsWith("_read");
        return new Told(name, arguments, result, switch (outcome) {
            case RETURNED -> "";
            case SUSPENDED -> "waits";
            case TRAPPED -> "trap: " + text;
            case THREW -> "throws";
            case FAILED -> "ends the run: " + text;
        }, asks || outcome == Outcome.SUSPENDED);
    }

    private List<Object> arguments(ImportType function, HostCall call) {
        if (function.module().equals(WASI) && function.name().equals("fd_write")) {
            return List.of(call.i32(0), text(gathered(call)));
        }
        List<Object> arguments = new ArrayList<>();
        for (Object argument : HostImports.arguments(function, call)) {
            arguments.add(argument instanceof byte[] bytes ? text(bytes) : argument);
        }
        String device = arguments.isEmpty() ? null : devices.get(function.module() + arguments.getFirst());
        if (device != null && !function.name().equals("open")) {
            arguments.set(0, device);
        }
        return arguments;
    }

    /** What {@code fd_write} writes: pieces {u32 pointer, u32 length}. */
    private static byte[] gathered(HostCall call) {
        ByteBuffer all = ByteBuffer.allocate(SHOWN_BYTES + 1);
        for (int i = 0; i < Math.min(call.i32(2), MAX_SEGMENTS); i++) {
            if (!call.memory().spans(call.i32(1) + 8 * i, 8)) {
                break;
            }
            int at = call.memory().getInt(call.i32(1) + 8 * i);
            int length = call.memory().getInt(call.i32(1) + 8 * i + 4);
            if (call.memory().spans(at, length)) {
                byte[] piece = new byte[Math.min(length, all.remaining())];
                call.memory().read(at, piece, 0, piece.length);
                all.put(piece);
            }
        }
        byte[] bytes = new byte[all.position()];
        all.flip().get(bytes);
        return bytes;
    }

    /** UTF-8 without control characters as it is, everything else in hexadecimal digits. */
    private static String text(byte[] bytes) {
        int shown = Math.min(bytes.length, SHOWN_BYTES);
        String more = bytes.length > shown ? "…" : "";
        try {
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, shown));
            if (text.chars().noneMatch(c -> Character.isISOControl(c) && c != '\n')) {
                return text.toString().stripTrailing() + more;
            }
        } catch (CharacterCodingException e) {
            // Not text: shown as what it is.
        }
        return "0x" + HexFormat.of().formatHex(bytes, 0, shown) + more;
    }

    private static Object result(boolean narrow, long bits, boolean errno) {
        long value = narrow ? (int) bits : bits;
        return errno && narrow && value < 0 ? Errno.name((int) value) : (Object) value;
    }
}
