package dev.thimble.hal.host;

import static dev.thimble.hal.host.Parameter.F64;
import static dev.thimble.hal.host.Parameter.I32;

import dev.thimble.hal.grant.DeviceKind;
import dev.thimble.wasm.api.HostCall;
import java.util.Arrays;
import java.util.List;

/**
 * TinyGo's simulated timers: each counts at a frequency up to a top value and has channels, which it connects to pins. Pin n
 * is the granted PWM channel whose name ends in that number ({@code pwm18} is 18). The functions return nothing, so what
 * is out of range or not granted does nothing. One per instance of a module; used on the cell's thread.
 */
final class TinyGoPwm {
    private static final int TIMERS = 8;
    private static final int CHANNELS = 8;
    private static final double NANOS = 1e9;
    static final List<Import> ALL = List.of(
        Import.silent("env", "__tinygo_pwm_configure", TinyGoPwm::configure, I32, F64, I32),
        Import.silent("env", "__tinygo_pwm_channel_configure", TinyGoPwm::connect, I32, I32, I32),
        Import.silent("env", "__tinygo_pwm_channel_set", TinyGoPwm::set, I32, I32, I32));

    private final double[] frequencies = new double[TIMERS];
    private final long[] tops = new long[TIMERS];
    /** The pin of each channel, or −1. */
    private final int[] pins = new int[TIMERS * CHANNELS];

    TinyGoPwm() {
        Arrays.fill(pins, -1);
    }

    private static boolean exists(int timer, int channel) {
        return timer >= 0 && timer < TIMERS && channel >= 0 && channel < CHANNELS;
    }

    private static long configure(CellHost host, HostCall call, byte[] memory) {
        int timer = call.i32(0);
        if (exists(timer, 0)) {
            host.tinyGoPwm.frequencies[timer] = call.f64(1);
            host.tinyGoPwm.tops[timer] = Integer.toUnsignedLong(call.i32(2));
        }
        return 0;
    }

    private static long connect(CellHost host, HostCall call, byte[] memory) {
        if (exists(call.i32(0), call.i32(1))) {
            host.tinyGoPwm.pins[call.i32(0) * CHANNELS + call.i32(1)] = call.i32(2);
        }
        return 0;
    }

    private static long set(CellHost host, HostCall call, byte[] memory) {
        int timer = call.i32(0);
        if (!exists(timer, call.i32(1))) {
            return 0;
        }
        TinyGoPwm timers = host.tinyGoPwm;
        long top = timers.tops[timer];
        double period = top / timers.frequencies[timer] * NANOS;
        Slot slot = host.opened(host.pin(DeviceKind.PWM, timers.pins[timer * CHANNELS + call.i32(1)]));
        // Not so before the timer was configured: then the period is not a number, or endless.
        if (slot != null && period >= 1 && period < Long.MAX_VALUE) {
            long value = Math.min(top, Integer.toUnsignedLong(call.i32(2)));
            if (slot.pwm.set((long) period, (long) (period * value / top)) == 0) {
                slot.pwm.enable(true);
            }
        }
        return 0;
    }
}
