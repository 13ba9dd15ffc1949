#include "bme280.h"

enum {
    REG_CALIBRATION_A = 0x88, /* 26 bytes: temperature, pressure, one unused, h1 */
    REG_ID = 0xD0,
    REG_CALIBRATION_B = 0xE1, /* 7 bytes: h2 to h6 */
    REG_CTRL_HUM = 0xF2,
    REG_STATUS = 0xF3,
    REG_CTRL_MEAS = 0xF4,
    REG_CONFIG = 0xF5,
    REG_DATA = 0xF7, /* 8 bytes: pressure, temperature, humidity */

    ID_BME280 = 0x60,
    STATUS_MEASURING = 1 << 3,
    OVERSAMPLING_1_HUM = 1,
    OVERSAMPLING_1_TEMP_PRESS_FORCED = 1 << 5 | 1 << 2 | 1,
    RAW_20_BITS_SKIPPED = 0x80000 /* the value after reset and of a quantity that is off */
};

static int32_t read_registers(const bme280 *chip, uint8_t from, uint8_t *to, uint32_t n) {
    return thimble_i2c_write_read(chip->bus, chip->address, &from, 1, to, n);
}

static int32_t write_register(const bme280 *chip, uint8_t reg, uint8_t value) {
    uint8_t message[2] = {reg, value};
    return thimble_i2c_write(chip->bus, chip->address, message, 2);
}

static uint16_t u16(const uint8_t *p) { return (uint16_t)(p[0] | p[1] << 8); }

static int16_t s16(const uint8_t *p) { return (int16_t)u16(p); }

static void decode_calibration(bme280_calibration *c, const uint8_t *a, const uint8_t *b) {
    c->t1 = u16(a);
    c->t2 = s16(a + 2);
    c->t3 = s16(a + 4);
    c->p1 = u16(a + 6);
    c->p2 = s16(a + 8);
    c->p3 = s16(a + 10);
    c->p4 = s16(a + 12);
    c->p5 = s16(a + 14);
    c->p6 = s16(a + 16);
    c->p7 = s16(a + 18);
    c->p8 = s16(a + 20);
    c->p9 = s16(a + 22);
    c->h1 = a[25];
    c->h2 = s16(b);
    c->h3 = b[2];
    /* h4 and h5 are 12 bits each and share the byte between them. */
    c->h4 = (int16_t)((int8_t)b[3] * 16 + (b[4] & 15));
    c->h5 = (int16_t)((int8_t)b[5] * 16 + (b[4] >> 4));
    c->h6 = (int8_t)b[6];
}

int32_t bme280_open(bme280 *chip) {
    uint8_t id, a[26], b[7];
    int32_t status;
    if ((status = read_registers(chip, REG_ID, &id, 1)) < 0) return status;
    if (id != ID_BME280) return THIMBLE_ENO_DEVICE;
    if ((status = read_registers(chip, REG_CALIBRATION_A, a, sizeof a)) < 0) return status;
    if ((status = read_registers(chip, REG_CALIBRATION_B, b, sizeof b)) < 0) return status;
    decode_calibration(&chip->calibration, a, b);
    if ((status = write_register(chip, REG_CONFIG, 0)) < 0) return status;
    return bme280_start(chip);
}

int32_t bme280_start(const bme280 *chip) {
    /* ctrl_hum takes effect only with the write to ctrl_meas that follows it. */
    int32_t status = write_register(chip, REG_CTRL_HUM, OVERSAMPLING_1_HUM);
    if (status < 0) return status;
    return write_register(chip, REG_CTRL_MEAS, OVERSAMPLING_1_TEMP_PRESS_FORCED);
}

int32_t bme280_read(const bme280 *chip, bme280_sample *sample) {
    uint8_t state, d[8];
    int32_t status;
    if ((status = read_registers(chip, REG_STATUS, &state, 1)) < 0) return status;
    if (state & STATUS_MEASURING) return THIMBLE_EAGAIN;
    /* One burst, so that the chip's shadowing keeps the bytes of one conversion together. */
    if ((status = read_registers(chip, REG_DATA, d, sizeof d)) < 0) return status;
    bme280_raw raw = {
        .pressure = d[0] << 12 | d[1] << 4 | d[2] >> 4,
        .temperature = d[3] << 12 | d[4] << 4 | d[5] >> 4,
        .humidity = d[6] << 8 | d[7],
    };
    if (raw.temperature == RAW_20_BITS_SKIPPED) return THIMBLE_EIO;
    *sample = bme280_compensate(&chip->calibration, raw);
    return 0;
}

/* The temperature at full resolution, which the other two formulas need. */
static int32_t fine_temperature(const bme280_calibration *c, int32_t raw) {
    int32_t linear = ((raw >> 3) - 2 * c->t1) * c->t2 >> 11;
    int32_t offset = (raw >> 4) - c->t1;
    int32_t square = (offset * offset >> 12) * c->t3 >> 14;
    return linear + square;
}

/* In 1/256 Pa. */
static int64_t pressure_q8(const bme280_calibration *c, int32_t fine, int32_t raw) {
    int64_t t = (int64_t)fine - 128000;
    int64_t offset = t * t * c->p6 + t * c->p5 * (1 << 17) + (int64_t)c->p4 * (1LL << 35);
    int64_t slope = (t * t * c->p3 >> 8) + t * c->p2 * (1 << 12);
    slope = ((1LL << 47) + slope) * c->p1 >> 33;
    if (slope == 0) return 0;
    int64_t p = ((int64_t)(1048576 - raw) * (1LL << 31) - offset) * 3125 / slope;
    int64_t square = c->p9 * (p >> 13) * (p >> 13) >> 25;
    int64_t linear = c->p8 * p >> 19;
    return ((p + square + linear) >> 8) + c->p7 * 16;
}

/* In 1/1024 % relative humidity. */
static int32_t humidity_q10(const bme280_calibration *c, int32_t fine, int32_t raw) {
    int32_t t = fine - 76800;
    int32_t signal = (raw * (1 << 14) - c->h4 * (1 << 20) - c->h5 * t + (1 << 14)) >> 15;
    int32_t drift = (t * c->h6 >> 10) * ((t * c->h3 >> 11) + (1 << 15)) >> 10;
    int32_t gain = ((drift + (1 << 21)) * c->h2 + (1 << 13)) >> 14;
    int32_t h = signal * gain;
    h -= ((h >> 15) * (h >> 15) >> 7) * c->h1 >> 4;
    if (h < 0) h = 0;
    if (h > 100 << 22) h = 100 << 22;
    return h >> 12;
}

bme280_sample bme280_compensate(const bme280_calibration *c, bme280_raw raw) {
    int32_t fine = fine_temperature(c, raw.temperature);
    return (bme280_sample){
        .temperature = (fine * 5 + 128) >> 8,
        .humidity = (humidity_q10(c, fine, raw.humidity) * 100 + 512) >> 10,
        .pressure = (int32_t)((pressure_q8(c, fine, raw.pressure) + 128) >> 8),
    };
}
