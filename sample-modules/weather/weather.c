/*
 * A weather station: reads a BME280 on the bus "env-bus" once per tick, filters the readings,
 * toggles "led" and publishes one JSON object per sample.
 *
 * One source, three versions (-DVERSION=n):
 *   1  temperature, humidity, pressure
 *   2  adds the dew point and the lowest and highest temperature; takes over the state of 1
 *   3  adds a faster start of the filter, with a mistake that traps on the fourth tick
 */
#include "bme280.h"
#include "filter.h"
#include "thimble.h"
#include "thimble_text.h"
#if VERSION >= 2
#include "dew_point.h"
#endif

static const char TOPIC[] = "readings";

/* What the next version needs to go on where this one stopped. */
typedef struct {
    uint32_t samples; /* the number of the last sample; 0 before the first */
    filter temperature, humidity, pressure;
#if VERSION >= 2
    int32_t lowest, highest; /* 0.01 degrees Celsius; since this field exists */
#endif
} state;

enum { STATE_1_SIZE = 40, STATE_2_SIZE = 48 };
_Static_assert(sizeof(state) == (VERSION >= 2 ? STATE_2_SIZE : STATE_1_SIZE), "saved layout");

static state now;
static bme280 sensor = {.address = 0x76};
static int32_t led;
static int32_t last_error;

THIMBLE_BUFFER(1024)

THIMBLE_ON_INIT(reason) {
    (void)reason;
    led = thimble_gpio_open(THIMBLE_TEXT("led"), THIMBLE_GPIO_OUT, 0);
    sensor.bus = thimble_i2c_open(THIMBLE_TEXT("env-bus"));
    if (sensor.bus < 0) return sensor.bus;
    return bme280_open(&sensor);
}

#if VERSION >= 3
/* Follows the first readings more closely than the filter alone would. */
static void settle(filter *f, int32_t reading) {
    enum { SETTLING = 4 };
    static int32_t age;
    age++;
    if (age <= SETTLING) f->average += (reading * 256 - f->average) / (SETTLING - age);
}
#endif

static void take(const bme280_sample *raw, bme280_sample *filtered) {
    if (now.samples++ == 0) {
        filter_start(&now.temperature, raw->temperature);
        filter_start(&now.humidity, raw->humidity);
        filter_start(&now.pressure, raw->pressure);
#if VERSION >= 2
        now.lowest = now.highest = raw->temperature;
#endif
    }
#if VERSION >= 3
    settle(&now.temperature, raw->temperature);
#endif
    filtered->temperature = filter_next(&now.temperature, raw->temperature);
    filtered->humidity = filter_next(&now.humidity, raw->humidity);
    filtered->pressure = filter_next(&now.pressure, raw->pressure);
#if VERSION >= 2
    if (filtered->temperature < now.lowest) now.lowest = filtered->temperature;
    if (filtered->temperature > now.highest) now.highest = filtered->temperature;
#endif
}

static void add_field(thimble_text *json, const char *key, int64_t value, uint32_t decimals) {
    text_char(json, json->len == 0 ? '{' : ',');
    text_char(json, '"');
    text_add(json, key);
    text_add(json, "\":");
    text_decimal(json, value, decimals);
}

static int32_t publish(const bme280_sample *s) {
    static char buffer[192];
    thimble_text json = THIMBLE_TEXT_IN(buffer);
    add_field(&json, "n", now.samples, 0);
    add_field(&json, "version", VERSION, 0);
    add_field(&json, "temperature", s->temperature, 2);
    add_field(&json, "humidity", s->humidity, 2);
    add_field(&json, "pressure", s->pressure, 2);
#if VERSION >= 2
    add_field(&json, "dew_point", dew_point(s->temperature, s->humidity), 2);
    add_field(&json, "lowest", now.lowest, 2);
    add_field(&json, "highest", now.highest, 2);
#endif
    text_char(&json, '}');
    if (json.full) return THIMBLE_ETOO_SMALL;
    return thimble_mqtt_publish(TOPIC, sizeof TOPIC - 1, buffer, json.len, THIMBLE_MQTT_QOS1);
}

/* Logs an error once, not at every tick for which it lasts. */
static void note(int32_t error) {
    if (error == last_error) return;
    last_error = error;
    char buffer[48];
    thimble_text line = THIMBLE_TEXT_IN(buffer);
    text_add(&line, error == 0 ? "working again" : "no reading: error ");
    if (error != 0) text_decimal(&line, error, 0);
    thimble_log_write(error == 0 ? THIMBLE_LOG_INFO : THIMBLE_LOG_WARN, buffer, line.len);
}

THIMBLE_ON_TICK(now_ms) {
    (void)now_ms;
    /* The conversion was started one tick ago, so that no tick ever waits for the chip. */
    bme280_sample raw, filtered;
    int32_t status = bme280_read(&sensor, &raw);
    if (status == THIMBLE_EAGAIN) return;
    if (status < 0) {
        note(status);
        bme280_open(&sensor); /* it may have been unplugged and come back */
        return;
    }
    take(&raw, &filtered);
    if (led > 0) thimble_gpio_write(led, now.samples & 1);
    status = publish(&filtered);
    int32_t started = bme280_start(&sensor);
    note(status < 0 ? status : started);
}

THIMBLE_SCHEMA(VERSION >= 2 ? 2 : 1)

THIMBLE_ON_SAVE(buf, cap) {
    if (cap >= sizeof now) __builtin_memcpy(buf, &now, sizeof now);
    return sizeof now;
}

THIMBLE_ON_RESTORE(buf, len, schema) {
#if VERSION >= 2
    if (schema == 1 && len == STATE_1_SIZE) {
        __builtin_memcpy(&now, buf, STATE_1_SIZE);
        now.lowest = now.highest = (now.temperature.average + 128) >> 8;
        return 0;
    }
#endif
    if (schema != thimble_schema() || len != sizeof now) return THIMBLE_EINVALID;
    __builtin_memcpy(&now, buf, sizeof now);
    return 0;
}

/* The worked example of the datasheet BST-BMP280-DS001, section 3.12, whose temperature and
   pressure parts are those of the BME280: 25.08 degrees, 100653 Pa. */
THIMBLE_ON_SELFTEST {
    static const bme280_calibration example = {
        .t1 = 27504, .t2 = 26435, .t3 = -1000,
        .p1 = 36477, .p2 = -10685, .p3 = 3024, .p4 = 2855, .p5 = 140,
        .p6 = -7, .p7 = 15500, .p8 = -14600, .p9 = 6000,
    };
    bme280_sample s = bme280_compensate(&example, (bme280_raw){519888, 0, 415148});
    return s.temperature == 2508 && s.pressure == 100653 ? 0 : THIMBLE_EIO;
}
