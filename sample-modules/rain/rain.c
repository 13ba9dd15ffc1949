/*
 * A rain gauge with a tipping bucket: each tip closes a contact for a moment and means 0.2 mm. "led" flashes with each tip,
 * and every minute goes out what has fallen. Written as a plain program: it waits where it has nothing to do.
 */
#include "thimble.h"
#include "thimble_text.h"

enum { INTERVAL_MS = 60000, BOUNCE_US = 20000, FLASH_US = 30000, TENTHS_OF_MM_PER_TIP = 2 };
static const char TOPIC[] = "rain";

/* What the next version goes on with. */
static struct {
    uint32_t total, since_report;
    int64_t report_at_ms; /* on the clock of now_ms; 0 before the first start */
} rain;

THIMBLE_BUFFER(32)

static void report(void) {
    char buffer[64];
    thimble_text json = THIMBLE_TEXT_IN(buffer);
    text_add(&json, "{\"mm\":");
    text_decimal(&json, rain.since_report * TENTHS_OF_MM_PER_TIP, 1);
    text_add(&json, ",\"total\":");
    text_decimal(&json, (int64_t)rain.total * TENTHS_OF_MM_PER_TIP, 1);
    text_char(&json, '}');
    thimble_mqtt_publish(TOPIC, sizeof TOPIC - 1, buffer, json.len, THIMBLE_MQTT_QOS1);
    rain.since_report = 0;
}

static void tipped(uint32_t times) {
    rain.total += times;
    rain.since_report += times;
}

THIMBLE_MAIN() {
    int32_t led = thimble_gpio_open(THIMBLE_TEXT("led"), THIMBLE_GPIO_OUT, 0);
    int32_t bucket = thimble_gpio_open(THIMBLE_TEXT("bucket"), THIMBLE_GPIO_IN,
                                       THIMBLE_GPIO_PULL_UP | THIMBLE_GPIO_ACTIVE_LOW);
    if (bucket < 0 || thimble_gpio_watch(bucket, THIMBLE_EDGE_RISING, BOUNCE_US) < 0) {
        thimble_log_write(THIMBLE_LOG_ERROR, THIMBLE_TEXT("no bucket to watch"));
        return;
    }
    if (rain.report_at_ms == 0) rain.report_at_ms = thimble_time_now_ms() + INTERVAL_MS;
    for (;;) {
        int64_t left = rain.report_at_ms - thimble_time_now_ms();
        thimble_event_record event;
        if (left <= 0) {
            report();
            rain.report_at_ms += INTERVAL_MS * (1 - left / INTERVAL_MS);
        } else if (thimble_event_wait(&event, sizeof event, left) == sizeof event) {
            if (event.kind == THIMBLE_EVENT_LOST) {
                tipped((uint32_t)event.value); /* the bucket is all there is to lose */
            } else if (event.kind == THIMBLE_EVENT_GPIO) {
                tipped(1);
                thimble_gpio_write(led, 1);
                thimble_time_delay_us(FLASH_US); /* tips meanwhile are in the queue */
                thimble_gpio_write(led, 0);
            }
        }
    }
}

THIMBLE_SCHEMA(1)

THIMBLE_ON_SAVE(buf, cap) {
    if (cap >= sizeof rain) __builtin_memcpy(buf, &rain, sizeof rain);
    return sizeof rain;
}

THIMBLE_ON_RESTORE(buf, len, schema) {
    if (schema != thimble_schema() || len != sizeof rain) return THIMBLE_EINVALID;
    __builtin_memcpy(&rain, buf, sizeof rain);
    return 0;
}
