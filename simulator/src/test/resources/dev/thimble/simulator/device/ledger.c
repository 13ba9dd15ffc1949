/*
 * A module that keeps accounts, so that a test can tell whether anything was lost or done twice: it numbers its
 * messages, with the last number in its store, and counts the edges of a line that must alternate.
 *
 * A message is queued first and its number stored afterwards. Whatever happens between the two, every number must
 * come out at least once, and no number may be missing before a higher one.
 *
 * clang --target=wasm32 -O2 -ffreestanding -nostdlib -mbulk-memory -I sample-modules/sdk/c -Wl,--no-entry \
 *   -Wl,--initial-memory=65536,--max-memory=65536,-z,stack-size=4096,--stack-first -o ledger.wasm ledger.c
 */
#include "thimble.h"
#include "thimble_text.h"

/* Tests write another release's number over the zeros. */
static const volatile char RELEASE[] = "release=00000000";
/* What a real module would be made of, so that an update has some chunks to fetch. */
static const volatile char BULK[12000] = {1};

typedef struct {
    uint32_t edges, breaks, lost;
} accounts;

static accounts now;
static uint32_t number;
static int32_t level = -1;
static int64_t latest_ns;

THIMBLE_BUFFER(256)

THIMBLE_ON_INIT(reason) {
    (void)reason;
    if (thimble_kv_get(THIMBLE_TEXT("number"), &number, sizeof number) < 0) number = 0;
    char trap[8];
    if (thimble_sys_config(THIMBLE_TEXT("refuse"), trap, sizeof trap) > 0) return THIMBLE_EINVALID;
    int32_t line = thimble_gpio_open(THIMBLE_TEXT("pulse"), THIMBLE_GPIO_IN, 0);
    return line < 0 ? line : thimble_gpio_watch(line, THIMBLE_EDGE_BOTH, 0);
}

static void field(thimble_text *t, const char *name, int64_t value) {
    text_add(t, name);
    text_decimal(t, value, 0);
}

THIMBLE_ON_TICK(now_ms) {
    (void)now_ms;
    char buffer[224], setting[32];
    thimble_text text = THIMBLE_TEXT_IN(buffer);
    for (uint32_t i = 0; i < sizeof RELEASE - 1; i++) text_char(&text, RELEASE[i]);
    field(&text, " bulk=", BULK[0]);
    field(&text, " number=", number + 1);
    field(&text, " edges=", now.edges);
    field(&text, " breaks=", now.breaks);
    field(&text, " lost=", now.lost);
    field(&text, " latest=", latest_ns / 1000);
    int32_t length = thimble_sys_config(THIMBLE_TEXT("setting"), setting, sizeof setting);
    text_add(&text, " setting=");
    for (int32_t i = 0; i < length; i++) text_char(&text, setting[i]);
    latest_ns = 0;
    if (thimble_mqtt_publish(THIMBLE_TEXT("ledger"), buffer, text.len, THIMBLE_MQTT_QOS1) < 0) return;
    number++;
    if (thimble_kv_put(THIMBLE_TEXT("number"), &number, sizeof number) < 0) __builtin_trap();
}

THIMBLE_ON_EVENT(kind, handle, value, ts_ns) {
    (void)handle;
    if (kind == THIMBLE_EVENT_LOST) now.lost += (uint32_t)value;
    if (kind != THIMBLE_EVENT_GPIO) return;
    now.edges++;
    if (value == level) now.breaks++;
    level = value;
    int64_t late = thimble_time_mono_ns() - ts_ns;
    if (late > latest_ns) latest_ns = late;
}

THIMBLE_SCHEMA(1)

THIMBLE_ON_SAVE(buf, cap) {
    if (cap >= sizeof now + sizeof level) {
        __builtin_memcpy(buf, &now, sizeof now);
        __builtin_memcpy(buf + sizeof now, &level, sizeof level);
    }
    return sizeof now + sizeof level;
}

THIMBLE_ON_RESTORE(buf, len, schema) {
    if (schema != 1 || len != sizeof now + sizeof level) return THIMBLE_EINVALID;
    __builtin_memcpy(&now, buf, sizeof now);
    __builtin_memcpy(&level, buf + sizeof now, sizeof level);
    return 0;
}
