/*
 * A plain main that asks for everything that a recording has to hold: devices, clock, random numbers, events, and two ways to
 * wait. What it has seen, it publishes. A message makes it trap.
 *
 * In two steps, since clang would otherwise run wasm-opt, which drops names and lines:
 * clang --target=wasm32 -g -O1 -ffreestanding -mbulk-memory -fdebug-compilation-dir=. -I sample-modules/sdk/c -c -o watcher.o watcher.c
 * wasm-ld --no-entry --initial-memory=65536 --max-memory=65536 -z stack-size=8192 --stack-first -o watcher.wasm watcher.o
 */
#include "thimble.h"
#include "thimble_text.h"

__attribute__((import_module("wasi_snapshot_preview1"), import_name("poll_oneoff")))
int32_t poll_oneoff(const void *in, void *out, uint32_t count, uint32_t *events);

/* WASI preview 1: a subscription to the monotonic clock. */
typedef struct {
    uint64_t userdata;
    uint8_t tag;
    uint32_t clock;
    uint64_t timeout_ns, precision_ns;
    uint16_t flags;
} subscription;

static uint8_t event[256], fired[32];
static double mean;

static void nap(uint64_t ns) {
    subscription s = {1, 0, 1, ns, 0, 0};
    uint32_t count;
    if (poll_oneoff(&s, fired, 1, &count) != 0) __builtin_trap();
}

__attribute__((noinline)) static void check(int32_t kind) {
    if (kind == THIMBLE_EVENT_MESSAGE) __builtin_trap();
}

/* Deeper frames, so that a stack has something to show. */
__attribute__((noinline)) static uint32_t measure(int32_t bus) {
    uint8_t reg = 0xFA, raw[3];
    if (thimble_i2c_write_read(bus, 0x76, &reg, 1, raw, sizeof raw) < 0) return 0;
    return (uint32_t)raw[0] << 16 | (uint32_t)raw[1] << 8 | raw[2];
}

THIMBLE_EXPORT("_start") void start(void) {
    int32_t lamp = thimble_gpio_open(THIMBLE_TEXT("lamp"), THIMBLE_GPIO_OUT, 0);
    int32_t pulse = thimble_gpio_open(THIMBLE_TEXT("pulse"), THIMBLE_GPIO_IN, 0);
    int32_t bus = thimble_i2c_open(THIMBLE_TEXT("air"));
    if (lamp < 0 || pulse < 0 || bus < 0 || thimble_gpio_watch(pulse, THIMBLE_EDGE_BOTH, 0) < 0) __builtin_trap();
    if (thimble_mqtt_subscribe(THIMBLE_TEXT("stop"), 1) < 0) __builtin_trap();
    uint8_t setup[2] = {0xF4, 0x27};
    thimble_i2c_write(bus, 0x76, setup, sizeof setup);
    uint32_t instance = 0;
    thimble_sys_random(&instance, sizeof instance);
    for (int64_t n = 1;; n++) {
        int32_t length = thimble_event_wait(event, sizeof event, 20);
        if (length > 0) check(*(int32_t *)event);
        nap(2000000);
        uint32_t raw = measure(bus), chance = 0;
        thimble_sys_random(&chance, sizeof chance);
        mean += (raw - mean) / n;
        union { double number; int64_t bits; } odd = {(mean - mean) / (mean - mean)};
        thimble_gpio_write(lamp, chance & 1);
        char buffer[200];
        thimble_text text = THIMBLE_TEXT_IN(buffer);
        const int64_t fields[] = {instance, n, length, raw, chance, thimble_gpio_read(pulse), thimble_time_now_ms(), thimble_time_mono_ns(),
            (int64_t)mean, odd.bits};
        for (uint32_t i = 0; i < sizeof fields / sizeof *fields; i++) {
            text_char(&text, i ? ' ' : '#');
            text_decimal(&text, fields[i], 0);
        }
        thimble_mqtt_publish(THIMBLE_TEXT("seen"), buffer, text.len, THIMBLE_MQTT_QOS1);
    }
}
