/*
 * A push button: a short press toggles "led", a press of a second or more switches it off. Each
 * press is published with its length. Written with events only: the module runs when something
 * happens and at no other time.
 */
#include "thimble.h"
#include "thimble_text.h"

enum { LONG_PRESS_MS = 1000, DEBOUNCE_US = 5000, LONG_PRESS_TIMER = 1 };
static const char TOPIC[] = "presses";

typedef struct {
    uint32_t presses;
    int32_t on;
} state;

static state now;
static int32_t button, led;
static int64_t pressed_at; /* 0 while it is up */
static bool was_long;

THIMBLE_BUFFER(64)

THIMBLE_ON_INIT(reason) {
    (void)reason;
    button = thimble_gpio_open(THIMBLE_TEXT("button"), THIMBLE_GPIO_IN,
                               THIMBLE_GPIO_PULL_UP | THIMBLE_GPIO_ACTIVE_LOW);
    if (button < 0) return button;
    /* With the level that it had, so that an update does not make the lamp blink. */
    led = thimble_gpio_open(THIMBLE_TEXT("led"), THIMBLE_GPIO_OUT,
                            now.on ? THIMBLE_GPIO_INITIALLY_ON : 0);
    if (led < 0) return led;
    return thimble_gpio_watch(button, THIMBLE_EDGE_BOTH, DEBOUNCE_US);
}

static void set(int32_t on) {
    now.on = on;
    thimble_gpio_write(led, on);
}

static void publish(int64_t ms) {
    char buffer[96];
    thimble_text json = THIMBLE_TEXT_IN(buffer);
    text_add(&json, "{\"n\":");
    text_decimal(&json, now.presses, 0);
    text_add(&json, was_long ? ",\"press\":\"long\",\"ms\":" : ",\"press\":\"short\",\"ms\":");
    text_decimal(&json, ms, 0);
    text_add(&json, now.on ? ",\"led\":true}" : ",\"led\":false}");
    thimble_mqtt_publish(TOPIC, sizeof TOPIC - 1, buffer, json.len, THIMBLE_MQTT_QOS1);
}

static void down(int64_t ts_ns) {
    pressed_at = ts_ns;
    was_long = false;
    thimble_time_timer_start(LONG_PRESS_TIMER, LONG_PRESS_MS, 0);
}

static void up(int64_t ts_ns) {
    if (pressed_at == 0) return; /* it was down before the module started */
    thimble_time_timer_cancel(LONG_PRESS_TIMER);
    if (!was_long) set(!now.on);
    now.presses++;
    publish((ts_ns - pressed_at) / 1000000);
    pressed_at = 0;
}

THIMBLE_ON_EVENT(kind, handle, value, ts_ns) {
    if (kind == THIMBLE_EVENT_GPIO && handle == button) {
        if (value == THIMBLE_EDGE_RISING) down(ts_ns);
        else up(ts_ns);
    } else if (kind == THIMBLE_EVENT_TIMER && handle == LONG_PRESS_TIMER && pressed_at != 0) {
        was_long = true; /* at once, not when the finger goes up: the lamp answers */
        set(0);
    } else if (kind == THIMBLE_EVENT_LOST) {
        thimble_log_write(THIMBLE_LOG_WARN, THIMBLE_TEXT("edges were lost"));
        pressed_at = 0;
    }
}

THIMBLE_SCHEMA(1)

THIMBLE_ON_SAVE(buf, cap) {
    if (cap >= sizeof now) __builtin_memcpy(buf, &now, sizeof now);
    return sizeof now;
}

THIMBLE_ON_RESTORE(buf, len, schema) {
    if (schema != thimble_schema() || len != sizeof now) return THIMBLE_EINVALID;
    __builtin_memcpy(&now, buf, sizeof now);
    return 0;
}
