//! A thermostat: reads an SHT31 on the bus "env-bus", switches the relay "heater" with half a degree of hysteresis
//! around a set point that arrives on `settings/target`, and publishes what it does.
#![no_std]

#[path = "../sdk/rust/thimble.rs"]
mod thimble;

use core::fmt::Write;
use thimble::{answer, Error, I2c, Level, Output, Result, Text};

const ADDRESS: u8 = 0x44;
/// Sensirion SHT3x datasheet, table 9: single shot, high repeatability, no clock stretching.
const MEASURE: [u8; 2] = [0x24, 0x00];
const HYSTERESIS: i32 = 25; // 0.01 °C to each side
const TARGETS: core::ops::RangeInclusive<i32> = 500..=3000;
const SCHEMA: i32 = 1;

/// Goes over to the next version, byte by byte: little-endian target, number of samples.
#[derive(Clone, Copy)]
struct State {
    target: i32, // 0.01 °C
    samples: u32,
}

struct Thermostat {
    state: State,
    bus: Option<I2c>,
    heater: Option<Output>,
    heating: bool,
    measuring: bool,
}

/// WebAssembly has one thread and the host never re-enters, so one exclusive reference exists at a time.
static mut MODULE: Thermostat =
    Thermostat { state: State { target: 2000, samples: 0 }, bus: None, heater: None, heating: false, measuring: false };

fn module() -> &'static mut Thermostat {
    unsafe { &mut MODULE }
}

/// Table 10 of the datasheet: polynomial 0x31, start 0xFF.
fn crc(data: &[u8]) -> u8 {
    data.iter().fold(0xFF, |crc, byte| {
        (0..8).fold(crc ^ byte, |c, _| if c & 0x80 != 0 { c << 1 ^ 0x31 } else { c << 1 })
    })
}

impl Thermostat {
    fn open(&mut self) -> Result<()> {
        self.heater = Some(Output::open("heater", false)?);
        thimble::subscribe("settings/target")?;
        let bus = I2c::open("env-bus")?;
        bus.write(ADDRESS, &MEASURE)?;
        self.measuring = true;
        self.bus = Some(bus);
        Ok(())
    }

    /// In 0.01 °C. Reads the measurement that the tick before started, and starts the next.
    fn temperature(&mut self) -> Result<i32> {
        let bus = self.bus.as_ref().ok_or(Error::CLOSED)?;
        let mut answer = [0u8; 6];
        let read = if self.measuring { bus.read(ADDRESS, &mut answer) } else { Err(Error::AGAIN) };
        self.measuring = bus.write(ADDRESS, &MEASURE).is_ok();
        read?;
        if crc(&answer[0..2]) != answer[2] {
            return Err(Error::IO);
        }
        let raw = (answer[0] as i32) << 8 | answer[1] as i32;
        Ok(-4500 + (17500 * raw + 32767) / 65535)
    }

    fn tick(&mut self) -> Result<()> {
        let temperature = match self.temperature() {
            Ok(t) => t,
            Err(e) => {
                // Without a reading the safe state is cold.
                self.heat(false)?;
                return Err(e);
            }
        };
        self.state.samples = self.state.samples.wrapping_add(1);
        if temperature < self.state.target - HYSTERESIS {
            self.heat(true)?;
        } else if temperature > self.state.target + HYSTERESIS {
            self.heat(false)?;
        }
        let mut json = Text::<128>::new();
        let (t, target) = (Centi(temperature), Centi(self.state.target));
        write!(json, "{{\"n\":{},\"temperature\":{},\"target\":{},\"heating\":{}}}", self.state.samples, t, target, self.heating)
            .map_err(|_| Error::TOO_SMALL)?;
        thimble::publish("thermostat", json.as_bytes())
    }

    fn heat(&mut self, on: bool) -> Result<()> {
        self.heating = on;
        self.heater.as_ref().ok_or(Error::CLOSED)?.set(on)
    }

    /// Takes a set point in °C, such as `21`, `21.5` or `19.75`.
    fn message(&mut self, payload: &[u8]) {
        match parse_centi(payload).filter(|t| TARGETS.contains(t)) {
            Some(target) => self.state.target = target,
            None => thimble::log(Level::Warn, "settings/target is no temperature from 5 to 30"),
        }
    }
}

/// Hundredths, written with two decimals.
struct Centi(i32);

impl core::fmt::Display for Centi {
    fn fmt(&self, f: &mut core::fmt::Formatter) -> core::fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let abs = self.0.unsigned_abs();
        write!(f, "{}{}.{:02}", sign, abs / 100, abs % 100)
    }
}

fn parse_centi(text: &[u8]) -> Option<i32> {
    let (mut value, mut decimals) = (0i32, None);
    if text.is_empty() || text.len() > 6 {
        return None;
    }
    for &c in text {
        match (c, decimals) {
            (b'.', None) => decimals = Some(0),
            (b'0'..=b'9', Some(2)) => return None,
            (b'0'..=b'9', d) => {
                value = value * 10 + (c - b'0') as i32;
                decimals = d.map(|n| n + 1);
            }
            _ => return None,
        }
    }
    Some(value * [100, 10, 1][decimals.unwrap_or(0)])
}

#[no_mangle]
pub extern "C" fn thimble_init(_reason: i32) -> i32 {
    answer(module().open())
}

#[no_mangle]
pub extern "C" fn thimble_tick(_now_ms: i64) {
    if let Err(Error(status)) = module().tick() {
        let mut line = Text::<40>::new();
        let _ = write!(line, "no reading: error {}", status);
        thimble::log(Level::Warn, core::str::from_utf8(line.as_bytes()).unwrap_or(""));
    }
}

/// Where the host puts messages and state.
static mut BUFFER: [u8; 256] = [0; 256];

#[no_mangle]
pub extern "C" fn thimble_alloc(n: u32) -> *mut u8 {
    unsafe { if n as usize <= BUFFER.len() { BUFFER.as_mut_ptr() } else { core::ptr::null_mut() } }
}

#[no_mangle]
pub unsafe extern "C" fn thimble_message(_sub: i32, _topic: *const u8, _topic_len: u32, payload: *const u8, len: u32) {
    module().message(core::slice::from_raw_parts(payload, len as usize));
}

#[no_mangle]
pub extern "C" fn thimble_schema() -> i32 {
    SCHEMA
}

#[no_mangle]
pub unsafe extern "C" fn thimble_save(buf: *mut u8, cap: u32) -> i32 {
    if cap >= 8 {
        let out = core::slice::from_raw_parts_mut(buf, 8);
        out[..4].copy_from_slice(&module().state.target.to_le_bytes());
        out[4..].copy_from_slice(&module().state.samples.to_le_bytes());
    }
    8
}

#[no_mangle]
pub unsafe extern "C" fn thimble_restore(buf: *const u8, len: u32, schema: i32) -> i32 {
    if schema != SCHEMA || len != 8 {
        return Error::INVALID.0;
    }
    let b = core::slice::from_raw_parts(buf, 8);
    let state = &mut module().state;
    state.target = i32::from_le_bytes([b[0], b[1], b[2], b[3]]);
    state.samples = u32::from_le_bytes([b[4], b[5], b[6], b[7]]);
    0
}

/// The datasheet's example: the CRC of 0xBEEF is 0x92.
#[no_mangle]
pub extern "C" fn thimble_selftest() -> i32 {
    if crc(&[0xBE, 0xEF]) == 0x92 && parse_centi(b"21.5") == Some(2150) { 0 } else { Error::IO.0 }
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    core::arch::wasm32::unreachable()
}
