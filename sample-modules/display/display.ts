// Shows the number that arrives on `display/value` in large seven-segment digits on an SSD1306 OLED display of
// 128 x 64 points at address 0x3C of the bus "display-bus". Anything that is no number shows as dashes.
import { Errno, i2c, log, mqtt, ptr } from "../sdk/assemblyscript/thimble";

const ADDRESS: i32 = 0x3C;
const WIDTH: i32 = 128;
const PAGES: i32 = 8; // rows of eight points; the chip's memory has one byte for each column of a page

// Digits are drawn in cells; at most this many, a point taking no cell.
const CELLS: i32 = 5;
const CELL: i32 = 25;
const THICK: i32 = 4;
const TALL: i32 = 48;
const TOP: i32 = 8;

/** Bits 0-6: top, right above, right below, bottom, left below, left above, middle. */
const SEGMENTS = memory.data<u8>([0x3F, 0x06, 0x5B, 0x4F, 0x66, 0x6D, 0x7D, 0x07, 0x7F, 0x6F]);
const DASH: i32 = 0x40;

// SSD1306 datasheet, section 10: 64 rows, horizontal addressing, charge pump, turned for the usual boards.
const SETUP = memory.data<u8>([
  0x00, 0xAE, 0xD5, 0x80, 0xA8, 0x3F, 0xD3, 0x00, 0x40, 0x8D, 0x14, 0x20, 0x00, 0xA1, 0xC8, 0xDA, 0x12,
  0x81, 0xCF, 0xD9, 0xF1, 0xDB, 0x40, 0xA4, 0xA6, 0xAF,
]);
const SETUP_LENGTH: i32 = 26;
// Columns 0-127, pages 0-7: the next data begin at the top left.
const HOME = memory.data<u8>([0x00, 0x21, 0, 127, 0x22, 0, 7]);
const HOME_LENGTH: i32 = 7;
const DATA: u8 = 0x40; // the control byte before data

const FRAME = memory.data(WIDTH * PAGES);
const MESSAGE = memory.data(WIDTH + 1);
const INCOMING = memory.data(256);

const BUS_NAME = memory.data<u8>([0x64, 0x69, 0x73, 0x70, 0x6C, 0x61, 0x79, 0x2D, 0x62, 0x75, 0x73]); // display-bus
const FILTER = memory.data<u8>([
  0x64, 0x69, 0x73, 0x70, 0x6C, 0x61, 0x79, 0x2F, 0x76, 0x61, 0x6C, 0x75, 0x65]); // display/value
const GONE = memory.data<u8>([
  0x64, 0x69, 0x73, 0x70, 0x6C, 0x61, 0x79, 0x20, 0x67, 0x6F, 0x6E, 0x65]); // display gone

let bus: i32 = 0;
let ready: bool = false;

function setup(): i32 {
  const status = i2c.write(bus, ADDRESS, SETUP, SETUP_LENGTH);
  ready = status >= 0;
  return status;
}

/** Sends the whole frame, a page at a time. */
function show(): i32 {
  let status = i2c.write(bus, ADDRESS, HOME, HOME_LENGTH);
  store<u8>(MESSAGE, DATA);
  for (let page = 0; page < PAGES && status >= 0; page++) {
    memory.copy(MESSAGE + 1, FRAME + page * WIDTH, WIDTH);
    status = i2c.write(bus, ADDRESS, MESSAGE, WIDTH + 1);
  }
  return status;
}

function fill(left: i32, top: i32, width: i32, height: i32): void {
  for (let y = top; y < top + height; y++) {
    for (let x = left; x < left + width; x++) {
      const at = FRAME + (y >> 3) * WIDTH + x;
      store<u8>(at, load<u8>(at) | <u8>(1 << <u8>(y & 7)));
    }
  }
}

function drawSegments(cell: i32, segments: i32): void {
  const left = cell * CELL + 2, width = CELL - 7, half = TALL / 2, right = left + width - THICK;
  if (segments & 1) fill(left, TOP, width, THICK);
  if (segments & 2) fill(right, TOP, THICK, half);
  if (segments & 4) fill(right, TOP + half, THICK, half);
  if (segments & 8) fill(left, TOP + TALL - THICK, width, THICK);
  if (segments & 16) fill(left, TOP + half, THICK, half);
  if (segments & 32) fill(left, TOP, THICK, half);
  if (segments & 64) fill(left, TOP + half - THICK / 2, width, THICK);
}

function drawPoint(afterCell: i32): void {
  fill(afterCell * CELL + CELL - 4, TOP + TALL - THICK, THICK - 1, THICK);
}

/** Draws text such as -12.5; false if it is no number or too long, the frame then being unfinished. */
function drawNumber(text: usize, length: i32): bool {
  let cell = 0, points = 0, digits = 0;
  for (let i = 0; i < length; i++) {
    const c = <i32>load<u8>(text + i);
    if (c == 0x2E) { // .
      if (points++ > 0 || digits == 0) return false;
      drawPoint(cell - 1);
    } else if (cell == CELLS) {
      return false;
    } else if (c == 0x2D && i == 0) { // -
      drawSegments(cell++, DASH);
    } else if (c >= 0x30 && c <= 0x39) {
      drawSegments(cell++, <i32>load<u8>(SEGMENTS + (c - 0x30)));
      digits++;
    } else {
      return false;
    }
  }
  return digits > 0;
}

function draw(text: usize, length: i32): void {
  memory.fill(FRAME, 0, WIDTH * PAGES);
  if (!drawNumber(text, length)) {
    memory.fill(FRAME, 0, WIDTH * PAGES);
    for (let cell = 0; cell < CELLS; cell++) drawSegments(cell, DASH);
  }
}

export function thimble_init(reason: i32): i32 {
  bus = i2c.open(BUS_NAME, 11);
  if (bus < 0) return bus;
  const status = setup();
  if (status < 0) return status;
  const subscription = mqtt.subscribe(FILTER, 13, 1);
  if (subscription < 0) return subscription;
  draw(FILTER, 0);
  return show();
}

export function thimble_alloc(n: i32): usize {
  return <u32>n <= 256 ? INCOMING : 0;
}

export function thimble_message(sub: i32, topic: usize, topicLength: i32, payload: usize, length: i32): void {
  draw(payload, length);
  // A display that was unplugged forgot its set-up.
  if (!ready && setup() < 0) return;
  if (show() < 0) {
    ready = false;
    log.write(log.WARN, GONE, 12);
  }
}

export function thimble_selftest(): i32 {
  memory.fill(FRAME, 0, WIDTH * PAGES);
  drawSegments(0, <i32>load<u8>(SEGMENTS + 8));
  // An eight fills its corners and leaves its holes.
  const corner = load<u8>(FRAME + (TOP >> 3) * WIDTH + 2), hole = load<u8>(FRAME + ((TOP + 12) >> 3) * WIDTH + 10);
  return corner == 0xFF && hole == 0 ? 0 : Errno.IO;
}
