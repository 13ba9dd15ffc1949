// Everything an AssemblyScript module sees of its host: ABI 1. Build with
//
//   asc module.ts --runtime stub --use abort= --outFile module.wasm
//
// A result of 0 or more is a success, a value, a length or a handle; less is one of Errno. Text is
// passed as a pointer and a length in bytes: keep literals as `const NAME = String.UTF8.encode("led")`
// and pass `ptr(NAME), NAME.byteLength`. A pointer range outside the module's memory traps.

export const enum Errno {
  INVALID = -1, DENIED = -2, NO_DEVICE = -3, BUSY = -4, NACK_ADDRESS = -5, NACK_DATA = -6,
  TIMEOUT = -7, BUS = -8, UNSUPPORTED = -9, TOO_SMALL = -10, QUOTA = -11, AGAIN = -12,
  ARBITRATION_LOST = -13, NOT_FOUND = -14, CLOSED = -15, IO = -16, OVERRUN = -17, NACK = -18,
}

/** Address of a buffer's bytes. */
// @ts-ignore: decorator
@inline
export function ptr(buffer: ArrayBuffer): usize {
  return changetype<usize>(buffer);
}

export namespace gpio {
  export const IN: i32 = 0, OUT: i32 = 1, OPEN_DRAIN: i32 = 2;
  export const PULL_UP: i32 = 1, PULL_DOWN: i32 = 2, ACTIVE_LOW: i32 = 4, INITIALLY_ON: i32 = 8;
  export const RISING: i32 = 1, FALLING: i32 = 2, BOTH: i32 = 3;
  // @ts-ignore: decorator
  @external("thimble:gpio/1", "open")
  export declare function open(name: usize, len: i32, mode: i32, flags: i32): i32;
  // @ts-ignore: decorator
  @external("thimble:gpio/1", "close")
  export declare function close(line: i32): i32;
  // @ts-ignore: decorator
  @external("thimble:gpio/1", "read")
  export declare function read(line: i32): i32;
  // @ts-ignore: decorator
  @external("thimble:gpio/1", "write")
  export declare function write(line: i32, value: i32): i32;
  // @ts-ignore: decorator
  @external("thimble:gpio/1", "toggle")
  export declare function toggle(line: i32): i32;
  // @ts-ignore: decorator
  @external("thimble:gpio/1", "watch")
  export declare function watch(line: i32, edges: i32, debounce_us: i32): i32;
  // @ts-ignore: decorator
  @external("thimble:gpio/1", "unwatch")
  export declare function unwatch(line: i32): i32;
}

export namespace i2c {
  // @ts-ignore: decorator
  @external("thimble:i2c/1", "open")
  export declare function open(name: usize, len: i32): i32;
  // @ts-ignore: decorator
  @external("thimble:i2c/1", "write")
  export declare function write(bus: i32, address: i32, data: usize, len: i32): i32;
  // @ts-ignore: decorator
  @external("thimble:i2c/1", "read")
  export declare function read(bus: i32, address: i32, data: usize, len: i32): i32;
  // @ts-ignore: decorator
  @external("thimble:i2c/1", "write_read")
  export declare function write_read(
    bus: i32, address: i32, out: usize, out_len: i32, into: usize, in_len: i32): i32;
  // @ts-ignore: decorator
  @external("thimble:i2c/1", "probe")
  export declare function probe(bus: i32, address: i32): i32;
}

export namespace adc {
  // @ts-ignore: decorator
  @external("thimble:adc/1", "open")
  export declare function open(name: usize, len: i32): i32;
  // @ts-ignore: decorator
  @external("thimble:adc/1", "read_uv")
  export declare function read_uv(channel: i32, microvolts: usize): i32;
}

export namespace time {
  // @ts-ignore: decorator
  @external("thimble:time/1", "now_ms")
  export declare function now_ms(): i64;
  // @ts-ignore: decorator
  @external("thimble:time/1", "mono_ns")
  export declare function mono_ns(): i64;
  // @ts-ignore: decorator
  @external("thimble:time/1", "timer_start")
  export declare function timer_start(id: i32, ms: i64, repeat: i32): i32;
  // @ts-ignore: decorator
  @external("thimble:time/1", "timer_cancel")
  export declare function timer_cancel(id: i32): i32;
}

export namespace event {
  /** For a module that is a plain _start: {u32 kind, u32 handle, i32 value, u32 topic length, i64 ns}, and a message. */
  // @ts-ignore: decorator
  @external("thimble:event/1", "wait")
  export declare function wait(buf: usize, cap: i32, timeout_ms: i64): i32;
}

export namespace log {
  export const ERROR: i32 = 0, WARN: i32 = 1, INFO: i32 = 2, DEBUG: i32 = 3, TRACE: i32 = 4;
  // @ts-ignore: decorator
  @external("thimble:log/1", "write")
  export declare function write(level: i32, text: usize, len: i32): i32;
}

export namespace kv {
  // @ts-ignore: decorator
  @external("thimble:kv/1", "get")
  export declare function get(key: usize, key_len: i32, buf: usize, cap: i32): i32;
  // @ts-ignore: decorator
  @external("thimble:kv/1", "put")
  export declare function put(key: usize, key_len: i32, value: usize, len: i32): i32;
}

export namespace mqtt {
  export const QOS_0: i32 = 0, QOS_1: i32 = 1, RETAIN: i32 = 4;
  // @ts-ignore: decorator
  @external("thimble:mqtt/1", "publish")
  export declare function publish(
    topic: usize, topic_len: i32, payload: usize, len: i32, flags: i32): i32;
  // @ts-ignore: decorator
  @external("thimble:mqtt/1", "subscribe")
  export declare function subscribe(filter: usize, len: i32, qos: i32): i32;
}

export namespace sys {
  // @ts-ignore: decorator
  @external("thimble:sys/1", "config")
  export declare function config(key: usize, key_len: i32, buf: usize, cap: i32): i32;
  // @ts-ignore: decorator
  @external("thimble:sys/1", "metric")
  export declare function metric(name: usize, len: i32, value: i64): i32;
}
