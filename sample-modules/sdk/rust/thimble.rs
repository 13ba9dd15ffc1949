//! Everything a Rust module sees of its host: ABI 1. One file, `no_std`, no allocation.
//!
//! Take it in by `#[path = ".../thimble.rs"] mod thimble;`. The functions in `import` are the host's, by their
//! WebAssembly names; what is outside of it makes them safe: slices instead of pointers, `Result` instead of error
//! numbers, and handles that close themselves. Build with
//!
//! ```text
//! rustc --target wasm32-unknown-unknown --crate-type cdylib -C opt-level=s -C panic=abort module.rs
//! ```
#![allow(dead_code)]

/// The host functions. A result of 0 or more is a success, a value, a length or a handle; less is an error.
pub mod import {
    #[link(wasm_import_module = "thimble:gpio/1")]
    extern "C" {
        #[link_name = "open"]
        pub fn gpio_open(name: *const u8, len: usize, mode: i32, flags: i32) -> i32;
        #[link_name = "close"]
        pub fn gpio_close(line: i32) -> i32;
        #[link_name = "read"]
        pub fn gpio_read(line: i32) -> i32;
        #[link_name = "write"]
        pub fn gpio_write(line: i32, value: i32) -> i32;
        #[link_name = "toggle"]
        pub fn gpio_toggle(line: i32) -> i32;
        #[link_name = "watch"]
        pub fn gpio_watch(line: i32, edges: i32, debounce_us: i32) -> i32;
        #[link_name = "unwatch"]
        pub fn gpio_unwatch(line: i32) -> i32;
    }

    #[link(wasm_import_module = "thimble:i2c/1")]
    extern "C" {
        #[link_name = "open"]
        pub fn i2c_open(name: *const u8, len: usize) -> i32;
        #[link_name = "write"]
        pub fn i2c_write(bus: i32, address: i32, data: *const u8, len: usize) -> i32;
        #[link_name = "read"]
        pub fn i2c_read(bus: i32, address: i32, data: *mut u8, len: usize) -> i32;
        #[link_name = "write_read"]
        pub fn i2c_write_read(
            bus: i32, address: i32, out: *const u8, out_len: usize, into: *mut u8, in_len: usize,
        ) -> i32;
        #[link_name = "probe"]
        pub fn i2c_probe(bus: i32, address: i32) -> i32;
    }

    #[link(wasm_import_module = "thimble:pwm/1")]
    extern "C" {
        #[link_name = "open"]
        pub fn pwm_open(name: *const u8, len: usize) -> i32;
        #[link_name = "set"]
        pub fn pwm_set(channel: i32, period_ns: i64, duty_ns: i64) -> i32;
        #[link_name = "enable"]
        pub fn pwm_enable(channel: i32, on: i32) -> i32;
    }

    #[link(wasm_import_module = "thimble:adc/1")]
    extern "C" {
        #[link_name = "open"]
        pub fn adc_open(name: *const u8, len: usize) -> i32;
        #[link_name = "read_raw"]
        pub fn adc_read_raw(channel: i32) -> i32;
        #[link_name = "read_uv"]
        pub fn adc_read_uv(channel: i32, microvolts: *mut i64) -> i32;
    }

    #[link(wasm_import_module = "thimble:time/1")]
    extern "C" {
        #[link_name = "now_ms"]
        pub fn time_now_ms() -> i64;
        #[link_name = "mono_ns"]
        pub fn time_mono_ns() -> i64;
        #[link_name = "delay_us"]
        pub fn time_delay_us(us: i32) -> i32;
        #[link_name = "timer_start"]
        pub fn time_timer_start(id: i32, ms: i64, repeat: i32) -> i32;
        #[link_name = "timer_cancel"]
        pub fn time_timer_cancel(id: i32) -> i32;
    }

    #[link(wasm_import_module = "thimble:event/1")]
    extern "C" {
        /// For a module that is a plain `_start`: {u32 kind, u32 handle, i32 value, u32 topic length, i64 ns}, and a message.
        #[link_name = "wait"]
        pub fn event_wait(buf: *mut u8, cap: usize, timeout_ms: i64) -> i32;
    }

    #[link(wasm_import_module = "thimble:log/1")]
    extern "C" {
        #[link_name = "write"]
        pub fn log_write(level: i32, text: *const u8, len: usize) -> i32;
    }

    #[link(wasm_import_module = "thimble:kv/1")]
    extern "C" {
        #[link_name = "get"]
        pub fn kv_get(key: *const u8, key_len: usize, buf: *mut u8, cap: usize) -> i32;
        #[link_name = "put"]
        pub fn kv_put(key: *const u8, key_len: usize, value: *const u8, len: usize) -> i32;
        #[link_name = "remove"]
        pub fn kv_remove(key: *const u8, key_len: usize) -> i32;
    }

    #[link(wasm_import_module = "thimble:mqtt/1")]
    extern "C" {
        #[link_name = "publish"]
        pub fn mqtt_publish(topic: *const u8, topic_len: usize, payload: *const u8, len: usize, flags: i32) -> i32;
        #[link_name = "subscribe"]
        pub fn mqtt_subscribe(filter: *const u8, len: usize, qos: i32) -> i32;
        #[link_name = "unsubscribe"]
        pub fn mqtt_unsubscribe(subscription: i32) -> i32;
        #[link_name = "state"]
        pub fn mqtt_state() -> i32;
    }

    #[link(wasm_import_module = "thimble:sys/1")]
    extern "C" {
        #[link_name = "abi"]
        pub fn sys_abi() -> i32;
        #[link_name = "config"]
        pub fn sys_config(key: *const u8, key_len: usize, buf: *mut u8, cap: usize) -> i32;
        #[link_name = "random"]
        pub fn sys_random(buf: *mut u8, len: usize) -> i32;
        #[link_name = "metric"]
        pub fn sys_metric(name: *const u8, len: usize, value: i64) -> i32;
    }
}

/// An error number of the host, less than 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Error(pub i32);

impl Error {
    pub const INVALID: Error = Error(-1);
    pub const DENIED: Error = Error(-2);
    pub const NO_DEVICE: Error = Error(-3);
    pub const BUSY: Error = Error(-4);
    pub const NACK_ADDRESS: Error = Error(-5);
    pub const NACK_DATA: Error = Error(-6);
    pub const TIMEOUT: Error = Error(-7);
    pub const BUS: Error = Error(-8);
    pub const UNSUPPORTED: Error = Error(-9);
    pub const TOO_SMALL: Error = Error(-10);
    pub const QUOTA: Error = Error(-11);
    pub const AGAIN: Error = Error(-12);
    pub const ARBITRATION_LOST: Error = Error(-13);
    pub const NOT_FOUND: Error = Error(-14);
    pub const CLOSED: Error = Error(-15);
    pub const IO: Error = Error(-16);
    pub const OVERRUN: Error = Error(-17);
    pub const NACK: Error = Error(-18);
}

pub type Result<T> = core::result::Result<T, Error>;

fn check(status: i32) -> Result<i32> {
    if status < 0 { Err(Error(status)) } else { Ok(status) }
}

/// What an export answers the host: 0, or the error.
pub fn answer(result: Result<()>) -> i32 {
    match result {
        Ok(()) => 0,
        Err(Error(status)) => status,
    }
}

/// An output line, driven active or inactive.
pub struct Output(i32);

impl Output {
    /// Opens the line behind an alias; it starts at the given level, without a glitch.
    pub fn open(alias: &str, on: bool) -> Result<Output> {
        const OUT: i32 = 1;
        const INITIALLY_ON: i32 = 1 << 3;
        let flags = if on { INITIALLY_ON } else { 0 };
        check(unsafe { import::gpio_open(alias.as_ptr(), alias.len(), OUT, flags) }).map(Output)
    }

    pub fn set(&self, on: bool) -> Result<()> {
        check(unsafe { import::gpio_write(self.0, on as i32) }).map(drop)
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        unsafe { import::gpio_close(self.0) };
    }
}

/// An I2C bus; addresses are 7 bits.
pub struct I2c(i32);

impl I2c {
    pub fn open(alias: &str) -> Result<I2c> {
        check(unsafe { import::i2c_open(alias.as_ptr(), alias.len()) }).map(I2c)
    }

    pub fn write(&self, address: u8, data: &[u8]) -> Result<()> {
        check(unsafe { import::i2c_write(self.0, address as i32, data.as_ptr(), data.len()) }).map(drop)
    }

    pub fn read(&self, address: u8, into: &mut [u8]) -> Result<()> {
        check(unsafe { import::i2c_read(self.0, address as i32, into.as_mut_ptr(), into.len()) }).map(drop)
    }

    /// Writes, then reads after a repeated start.
    pub fn write_read(&self, address: u8, out: &[u8], into: &mut [u8]) -> Result<()> {
        check(unsafe {
            import::i2c_write_read(self.0, address as i32, out.as_ptr(), out.len(), into.as_mut_ptr(), into.len())
        })
        .map(drop)
    }
}

#[derive(Clone, Copy)]
pub enum Level { Error, Warn, Info, Debug, Trace }

pub fn log(level: Level, text: &str) {
    unsafe { import::log_write(level as i32, text.as_ptr(), text.len()) };
}

/// Queues a message at QoS 1.
pub fn publish(topic: &str, payload: &[u8]) -> Result<()> {
    const QOS_1: i32 = 1;
    check(unsafe { import::mqtt_publish(topic.as_ptr(), topic.len(), payload.as_ptr(), payload.len(), QOS_1) }).map(drop)
}

/// Returns the id with which messages of this filter arrive at `thimble_message`.
pub fn subscribe(filter: &str) -> Result<i32> {
    check(unsafe { import::mqtt_subscribe(filter.as_ptr(), filter.len(), 1) })
}

/// Text of at most N bytes, built with `write!`; what does not fit is an error.
pub struct Text<const N: usize> {
    bytes: [u8; N],
    len: usize,
}

impl<const N: usize> Text<N> {
    pub const fn new() -> Self {
        Text { bytes: [0; N], len: 0 }
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

impl<const N: usize> core::fmt::Write for Text<N> {
    fn write_str(&mut self, s: &str) -> core::fmt::Result {
        let end = self.len + s.len();
        self.bytes.get_mut(self.len..end).ok_or(core::fmt::Error)?.copy_from_slice(s.as_bytes());
        self.len = end;
        Ok(())
    }
}
