/*
 * A Bosch BME280 temperature, humidity and pressure sensor on an I2C bus.
 * Source of registers and formulas: Bosch BST-BME280-DS002, sections 4.2.3 and 5.
 */
#ifndef BME280_H
#define BME280_H

#include "thimble.h"

/* Trimming values that the factory burned into the chip; datasheet table 16. */
typedef struct {
    uint16_t t1;
    int16_t t2, t3;
    uint16_t p1;
    int16_t p2, p3, p4, p5, p6, p7, p8, p9;
    uint8_t h1, h3;
    int16_t h2, h4, h5;
    int8_t h6;
} bme280_calibration;

typedef struct {
    int32_t bus;     /* a handle of thimble:i2c/1 */
    int32_t address; /* 0x76 or 0x77 */
    bme280_calibration calibration;
} bme280;

/* What the converter delivers: 20, 16 and 20 bits. */
typedef struct {
    int32_t temperature, humidity, pressure;
} bme280_raw;

typedef struct {
    int32_t temperature; /* 0.01 degrees Celsius */
    int32_t humidity;    /* 0.01 % relative humidity, 0 to 10000 */
    int32_t pressure;    /* Pa; 0 if the calibration is void */
} bme280_sample;

/* Checks the chip's identity, reads its calibration and starts the first conversion.
   Returns 0 or an error; THIMBLE_ENO_DEVICE if another chip answers at the address. */
int32_t bme280_open(bme280 *chip);

/* Starts one conversion: every quantity once, about 9 ms, then the chip sleeps. */
int32_t bme280_start(const bme280 *chip);

/* Reads the last conversion's result. Returns 0 or an error: THIMBLE_EAGAIN while converting,
   THIMBLE_EIO if the chip has none, as after a loss of power. */
int32_t bme280_read(const bme280 *chip, bme280_sample *sample);

/* The formulas of section 4.2.3, in integers. */
bme280_sample bme280_compensate(const bme280_calibration *c, bme280_raw raw);

#endif
