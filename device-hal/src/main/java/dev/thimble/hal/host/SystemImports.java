package dev.thimble.hal.host;

import static dev.thimble.hal.host.Parameter.BYTES;
import static dev.thimble.hal.host.Parameter.I32;
import static dev.thimble.hal.host.Parameter.I64;

import dev.thimble.hal.board.Errno;
import dev.thimble.wasm.api.HostCall;
import java.util.List;

/** {@code thimble:log/1}, {@code thimble:mqtt/1} and {@code thimble:sys/1}. */
final class SystemImports {
    /** The version of the host imports: 1. */
    static final int ABI = 1;
    /** A longer log line is cut. */
    static final int MAX_LOG_BYTES = 1024;
    private static final int MAX_RANDOM_BYTES = 4096;
    private static final int MAX_METRIC_NAME = 64;
    /** MQTT 5 §1.5.4: a UTF-8 string has at most so many bytes. */
    private static final int MAX_TOPIC = 65_535;
    private static final int RETAINED = 4;

    private static final String MQTT = "thimble:mqtt/1";
    private static final String SYS = "thimble:sys/1";
    static final List<Import> ALL = List.of(
        Import.of("thimble:log/1", "write", SystemImports::log, I32, BYTES),
        // publish's flags: bits 0–1 quality of service 0–2, bit 2 retained.
        Import.of(MQTT, "publish", SystemImports::publish, BYTES, BYTES, I32),
        Import.of(MQTT, "subscribe", SystemImports::subscribe, BYTES, I32),
        Import.of(MQTT, "unsubscribe", SystemImports::unsubscribe, I32),
        Import.of(MQTT, "state", SystemImports::state),
        Import.of(SYS, "abi", SystemImports::abi),
        Import.of(SYS, "config", SystemImports::config, BYTES, BYTES),
        Import.of(SYS, "random", SystemImports::random, BYTES),
        Import.of(SYS, "metric", SystemImports::metric, BYTES, I64));

    private SystemImports() { }

    private static long log(CellHost host, HostCall call, byte[] memory) {
        int level = call.i32(0);
        int length = call.i32(2);
        if (level < 0 || level > 4) {
            return Errno.INVALID;
        }
        return host.log(level, memory, call.i32(1), length);
    }

    private static long publish(CellHost host, HostCall call, byte[] memory) {
        int topic = call.i32(0);
        int topicLength = call.i32(1);
        int flags = call.i32(4);
        int qos = flags & 3;
        if ((flags & ~7) != 0 || qos == 3 || topicLength < 1 || topicLength > MAX_TOPIC
            || hasWildcard(memory, topic, topicLength)) {
            return Errno.INVALID;
        }
        int refusal = host.mayPublish(memory, topic, topicLength, host.ports.clock().nanos());
        return refusal != Errno.OK ? refusal
            : host.ports.messages().publish(memory, topic, topicLength, memory, call.i32(2), call.i32(3), qos,
                (flags & RETAINED) != 0);
    }

    /** MQTT 5 §3.3.2.1: a topic name has no wildcards, and no null character. */
    private static boolean hasWildcard(byte[] memory, int at, int length) {
        for (int i = at; i < at + length; i++) {
            if (memory[i] == '+' || memory[i] == '#' || memory[i] == 0) {
                return true;
            }
        }
        return false;
    }

    private static long subscribe(CellHost host, HostCall call, byte[] memory) {
        int length = call.i32(1);
        int qos = call.i32(2);
        return length < 1 || length > MAX_TOPIC || qos < 0 || qos > 2 ? Errno.INVALID
            : host.subscribe(memory, call.i32(0), length, qos);
    }

    private static long unsubscribe(CellHost host, HostCall call, byte[] memory) {
        return host.unsubscribe(call.i32(0));
    }

    private static long state(CellHost host, HostCall call, byte[] memory) {
        return host.ports.messages().online() ? 1 : 0;
    }

    private static long abi(CellHost host, HostCall call, byte[] memory) {
        return ABI;
    }

    private static long config(CellHost host, HostCall call, byte[] memory) {
        for (int i = 0; i < host.configKeys.length; i++) {
            if (Bytes.equal(host.configKeys[i], memory, call.i32(0), call.i32(1))) {
                byte[] value = host.configValues[i];
                if (value.length > Integer.toUnsignedLong(call.i32(3))) {
                    return Errno.TOO_SMALL;
                }
                System.arraycopy(value, 0, memory, call.i32(2), value.length);
                return value.length;
            }
        }
        return Errno.NOT_FOUND;
    }

    private static long random(CellHost host, HostCall call, byte[] memory) {
        int length = call.i32(1);
        if (length > MAX_RANDOM_BYTES) {
            return Errno.INVALID;
        }
        host.ports.random().fill(memory, call.i32(0), length);
        return Errno.OK;
    }

    private static long metric(CellHost host, HostCall call, byte[] memory) {
        int length = call.i32(1);
        if (length < 1 || length > MAX_METRIC_NAME) {
            return Errno.INVALID;
        }
        if (!host.metricRate.take(host.ports.clock().nanos())) {
            return Errno.QUOTA;
        }
        host.ports.metrics().set(memory, call.i32(0), length, call.i64(2));
        return Errno.OK;
    }
}
