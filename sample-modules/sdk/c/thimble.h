/*
 * thimble.h - everything a C module sees of its host: ABI 1.
 *
 * One header, no library: every function below is a WebAssembly import, every macro and type is
 * resolved by the compiler. Build with
 *
 *   clang --target=wasm32 -O2 -ffreestanding -nostdlib -mbulk-memory -Wl,--no-entry module.c
 *
 * Conventions
 *   - A result >= 0 is success, a value, a length or a handle (handles start at 1).
 *     A result < 0 is one of the THIMBLE_E... errors below.
 *   - Text is a pointer and a length in bytes (UTF-8, no terminating zero). THIMBLE_TEXT("led")
 *     writes both arguments for a literal.
 *   - A pointer range that leaves the module's memory traps; it is not an error code.
 *   - Devices are named by alias. The board's owner decides which pin or bus "led" is.
 *   - Handles belong to the instance; the host closes them when the module ends.
 *   - The host never calls into the module while the module is inside a host call.
 */
#ifndef THIMBLE_H
#define THIMBLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define THIMBLE_IMPORT(area, name) \
    __attribute__((import_module("thimble:" area), import_name(name)))
#define THIMBLE_EXPORT(name) __attribute__((export_name(name), used)) extern

/* Pointer and length of a string literal, as two arguments. */
#define THIMBLE_TEXT(literal) (literal), ((uint32_t)(sizeof(literal) - 1))

/* ------------------------------------------------------------------------------ errors */

enum {
    THIMBLE_EINVALID = -1,           /* an argument makes no sense (mode, handle, length) */
    THIMBLE_EDENIED = -2,            /* not granted to this module */
    THIMBLE_ENO_DEVICE = -3,         /* the board has nothing behind this alias */
    THIMBLE_EBUSY = -4,              /* held by another module, or by a kernel driver */
    THIMBLE_ENACK_ADDRESS = -5,      /* I2C: no chip acknowledged the address */
    THIMBLE_ENACK_DATA = -6,         /* I2C: the chip refused a data byte */
    THIMBLE_ETIMEOUT = -7,           /* the deadline of the call or of a wait passed */
    THIMBLE_EBUS = -8,               /* a bus fault: stuck line, wrong level */
    THIMBLE_EUNSUPPORTED = -9,       /* this board cannot do that */
    THIMBLE_ETOO_SMALL = -10,        /* the given buffer cannot hold the answer */
    THIMBLE_EQUOTA = -11,            /* a granted quota (bytes, rate, lines) is used up */
    THIMBLE_EAGAIN = -12,            /* not now; the same call may succeed later */
    THIMBLE_EARBITRATION_LOST = -13, /* I2C: another bus master won */
    THIMBLE_ENOT_FOUND = -14,        /* no such key, setting, or handle's object */
    THIMBLE_ECLOSED = -15,           /* the handle was closed */
    THIMBLE_EIO = -16,               /* the device or the disk failed */
    THIMBLE_EOVERRUN = -17,          /* input came faster than it was read; some is lost */
    THIMBLE_ENACK = -18              /* I2C: no acknowledge, the host cannot tell which byte */
};

/* -------------------------------------------------------------------------------- gpio */

enum { THIMBLE_GPIO_IN = 0, THIMBLE_GPIO_OUT = 1, THIMBLE_GPIO_OPEN_DRAIN = 2 };
enum {
    THIMBLE_GPIO_PULL_UP = 1,          /* bits 0-1: 0 none, 1 up, 2 down */
    THIMBLE_GPIO_PULL_DOWN = 2,
    THIMBLE_GPIO_ACTIVE_LOW = 1 << 2,  /* 1 means a low level, in reads, writes and edges */
    THIMBLE_GPIO_INITIALLY_ON = 1 << 3 /* an output starts active; without a glitch */
};
enum { THIMBLE_EDGE_RISING = 1, THIMBLE_EDGE_FALLING = 2, THIMBLE_EDGE_BOTH = 3 };

/* Opens the line behind an alias; mode THIMBLE_GPIO_IN ..., flags as above. Returns a handle. */
THIMBLE_IMPORT("gpio/1", "open")
int32_t thimble_gpio_open(const char *name, uint32_t len, int32_t mode, int32_t flags);

THIMBLE_IMPORT("gpio/1", "close") int32_t thimble_gpio_close(int32_t line);

/* The line's logical level, 0 or 1. */
THIMBLE_IMPORT("gpio/1", "read") int32_t thimble_gpio_read(int32_t line);

/* Drives an output: 0 inactive, anything else active. */
THIMBLE_IMPORT("gpio/1", "write") int32_t thimble_gpio_write(int32_t line, int32_t value);

THIMBLE_IMPORT("gpio/1", "toggle") int32_t thimble_gpio_toggle(int32_t line);

/* Delivers edges of an input as events of kind THIMBLE_EVENT_GPIO. debounce_us: the time for
   which a level must hold, 0 for none. */
THIMBLE_IMPORT("gpio/1", "watch")
int32_t thimble_gpio_watch(int32_t line, int32_t edges, int32_t debounce_us);

THIMBLE_IMPORT("gpio/1", "unwatch") int32_t thimble_gpio_unwatch(int32_t line);

/* --------------------------------------------------------------------------------- i2c */

enum { THIMBLE_I2C_READ = 0, THIMBLE_I2C_WRITE = 1 };

/* One step of a transaction. */
typedef struct {
    uint32_t kind; /* THIMBLE_I2C_READ or THIMBLE_I2C_WRITE */
    void *data;
    uint32_t len;
} thimble_i2c_op;

/* Opens the bus behind an alias. Addresses are 7 bits, 0x08 to 0x77. */
THIMBLE_IMPORT("i2c/1", "open") int32_t thimble_i2c_open(const char *name, uint32_t len);

THIMBLE_IMPORT("i2c/1", "write")
int32_t thimble_i2c_write(int32_t bus, int32_t address, const void *data, uint32_t len);

THIMBLE_IMPORT("i2c/1", "read")
int32_t thimble_i2c_read(int32_t bus, int32_t address, void *data, uint32_t len);

/* Writes, then reads after a repeated start: how a register is read. */
THIMBLE_IMPORT("i2c/1", "write_read")
int32_t thimble_i2c_write_read(int32_t bus, int32_t address, const void *out, uint32_t out_len,
                               void *in, uint32_t in_len);

/* Any sequence of reads and writes with repeated starts and one stop at the end. */
THIMBLE_IMPORT("i2c/1", "transaction")
int32_t thimble_i2c_transaction(int32_t bus, int32_t address, const thimble_i2c_op *ops,
                                uint32_t count);

/* 1 if a chip acknowledges the address, else 0. */
THIMBLE_IMPORT("i2c/1", "probe") int32_t thimble_i2c_probe(int32_t bus, int32_t address);

/* --------------------------------------------------------------------------------- spi */

enum {
    THIMBLE_SPI_READ = 0,
    THIMBLE_SPI_WRITE = 1,
    THIMBLE_SPI_TRANSFER = 2,
    THIMBLE_SPI_DELAY_NS = 3 /* len is the delay */
};

/* One step of a transaction; chip select stays active between steps. */
typedef struct {
    uint32_t kind;
    const void *tx;
    void *rx;
    uint32_t len;
} thimble_spi_op;

/* Opens the device behind an alias; hz is the highest clock wanted, mode 0 to 3. */
THIMBLE_IMPORT("spi/1", "open")
int32_t thimble_spi_open(const char *name, uint32_t len, int32_t hz, int32_t mode);

/* Sends len bytes of tx while receiving len bytes into rx (which may be the same range). */
THIMBLE_IMPORT("spi/1", "transfer")
int32_t thimble_spi_transfer(int32_t device, const void *tx, void *rx, uint32_t len);

THIMBLE_IMPORT("spi/1", "transaction")
int32_t thimble_spi_transaction(int32_t device, const thimble_spi_op *ops, uint32_t count);

/* --------------------------------------------------------------------------------- pwm */

THIMBLE_IMPORT("pwm/1", "open") int32_t thimble_pwm_open(const char *name, uint32_t len);

/* Period and on-time in nanoseconds; 0 <= duty_ns <= period_ns. */
THIMBLE_IMPORT("pwm/1", "set")
int32_t thimble_pwm_set(int32_t channel, int64_t period_ns, int64_t duty_ns);

THIMBLE_IMPORT("pwm/1", "enable") int32_t thimble_pwm_enable(int32_t channel, int32_t on);

/* -------------------------------------------------------------------------------- uart */

/* format: bits 0-3 data bits (0 for 8), 4-5 parity (0 none, 1 even, 2 odd), 6-7 stop bits (0 for
   1). 0 is 8N1. */
THIMBLE_IMPORT("uart/1", "open")
int32_t thimble_uart_open(const char *name, uint32_t len, int32_t baud, int32_t format);

/* Both return the number of bytes taken or given, which may be less than len, also 0. */
THIMBLE_IMPORT("uart/1", "write")
int32_t thimble_uart_write(int32_t port, const void *data, uint32_t len);
THIMBLE_IMPORT("uart/1", "read")
int32_t thimble_uart_read(int32_t port, void *data, uint32_t len);

/* Bytes that a read would return at once. */
THIMBLE_IMPORT("uart/1", "available") int32_t thimble_uart_available(int32_t port);

/* Delivers an event of kind THIMBLE_EVENT_UART when bytes arrive. */
THIMBLE_IMPORT("uart/1", "watch") int32_t thimble_uart_watch(int32_t port, int32_t on);

/* --------------------------------------------------------------------------------- adc */

THIMBLE_IMPORT("adc/1", "open") int32_t thimble_adc_open(const char *name, uint32_t len);

/* The converter's own number. */
THIMBLE_IMPORT("adc/1", "read_raw") int32_t thimble_adc_read_raw(int32_t channel);

/* The voltage in microvolts. */
THIMBLE_IMPORT("adc/1", "read_uv")
int32_t thimble_adc_read_uv(int32_t channel, int64_t *microvolts);

/* ----------------------------------------------------------------------------- onewire */

/* Writes the 8-byte ROM codes found on a bus to buf; returns the length in bytes. */
THIMBLE_IMPORT("onewire/1", "list")
int32_t thimble_onewire_list(const char *name, uint32_t len, void *buf, uint32_t cap);

/* The temperature of one sensor, in thousandths of a degree Celsius. */
THIMBLE_IMPORT("onewire/1", "read_temp_mc")
int32_t thimble_onewire_read_temp_mc(const char *name, uint32_t len, int64_t rom,
                                     int32_t *milli_celsius);

/* -------------------------------------------------------------------------------- time */

/* Milliseconds since 1970 UTC; a board without a clock starts where it last stopped. */
THIMBLE_IMPORT("time/1", "now_ms") int64_t thimble_time_now_ms(void);

/* Nanoseconds from an arbitrary start; never goes back. */
THIMBLE_IMPORT("time/1", "mono_ns") int64_t thimble_time_mono_ns(void);

/* Waits for at least that time; from _start and callbacks without holding up other modules, elsewhere at most a second. */
THIMBLE_IMPORT("time/1", "delay_us") int32_t thimble_time_delay_us(int32_t us);

/* Delivers an event of kind THIMBLE_EVENT_TIMER with the chosen id after ms, again every ms
   if repeat is not 0. Starting a running id restarts it. */
THIMBLE_IMPORT("time/1", "timer_start")
int32_t thimble_time_timer_start(int32_t id, int64_t ms, int32_t repeat);

THIMBLE_IMPORT("time/1", "timer_cancel") int32_t thimble_time_timer_cancel(int32_t id);

/* ------------------------------------------------------------------------------- event */

enum {
    THIMBLE_EVENT_GPIO = 1,   /* handle: the line; value: THIMBLE_EDGE_RISING or ..._FALLING */
    THIMBLE_EVENT_TIMER = 2,  /* handle: the timer's id; value: periods that ended since the last */
    THIMBLE_EVENT_UART = 3,   /* handle: the port; value: bytes available */
    THIMBLE_EVENT_LINK = 4,   /* value: 1 the broker is connected, 0 not */
    THIMBLE_EVENT_LOST = 5,   /* value: how many events were dropped, the queue being full */
    THIMBLE_EVENT_MESSAGE = 6 /* only from wait: handle: the subscription; value: payload length */
};

/* What wait writes; for a message the topic and then the payload follow it. */
typedef struct {
    uint32_t kind, handle;
    int32_t value;
    uint32_t topic_len;
    int64_t ts_ns;
} thimble_event_record;

/* For modules written as a plain main: suspends until the next event and writes it to buf.
   Returns its length; THIMBLE_ETIMEOUT; THIMBLE_ETOO_SMALL, and the event stays in the queue; or
   THIMBLE_EAGAIN where waiting is not possible (thimble_init, _save, _restore, _alloc) or
   timeout_ms is 0 and there is no event. timeout_ms < 0 waits for ever. */
THIMBLE_IMPORT("event/1", "wait")
int32_t thimble_event_wait(void *buf, uint32_t cap, int64_t timeout_ms);

/* --------------------------------------------------------------------------------- log */

enum {
    THIMBLE_LOG_ERROR = 0,
    THIMBLE_LOG_WARN = 1,
    THIMBLE_LOG_INFO = 2,
    THIMBLE_LOG_DEBUG = 3,
    THIMBLE_LOG_TRACE = 4
};

/* One line of at most 1,024 bytes; the rest is cut. */
THIMBLE_IMPORT("log/1", "write")
int32_t thimble_log_write(int32_t level, const char *text, uint32_t len);

/* ---------------------------------------------------------------------------------- kv */

/* A small store that survives restarts; quotas in bytes and in writes per hour. */

/* Copies a value to buf; returns its length, or THIMBLE_ENOT_FOUND or THIMBLE_ETOO_SMALL. */
THIMBLE_IMPORT("kv/1", "get")
int32_t thimble_kv_get(const char *key, uint32_t key_len, void *buf, uint32_t cap);

THIMBLE_IMPORT("kv/1", "size") int32_t thimble_kv_size(const char *key, uint32_t key_len);

THIMBLE_IMPORT("kv/1", "put")
int32_t thimble_kv_put(const char *key, uint32_t key_len, const void *value, uint32_t len);

THIMBLE_IMPORT("kv/1", "remove") int32_t thimble_kv_remove(const char *key, uint32_t key_len);

/* Writes the keys with a prefix to buf, each as its length in 16 bits and its bytes; returns the
   length of all. */
THIMBLE_IMPORT("kv/1", "list")
int32_t thimble_kv_list(const char *prefix, uint32_t len, char *buf, uint32_t cap);

/* -------------------------------------------------------------------------------- mqtt */

enum {
    THIMBLE_MQTT_QOS0 = 0, /* bits 0-1: quality of service */
    THIMBLE_MQTT_QOS1 = 1,
    THIMBLE_MQTT_RETAIN = 1 << 2
};

/* Queues a message and returns at once, also while the link is down. The payload is copied. */
THIMBLE_IMPORT("mqtt/1", "publish")
int32_t thimble_mqtt_publish(const char *topic, uint32_t topic_len, const void *payload,
                             uint32_t len, int32_t flags);

/* Returns an id; messages arrive at thimble_message with it. */
THIMBLE_IMPORT("mqtt/1", "subscribe")
int32_t thimble_mqtt_subscribe(const char *filter, uint32_t len, int32_t qos);

THIMBLE_IMPORT("mqtt/1", "unsubscribe") int32_t thimble_mqtt_unsubscribe(int32_t subscription);

/* 1 while the broker is connected, else 0. */
THIMBLE_IMPORT("mqtt/1", "state") int32_t thimble_mqtt_state(void);

/* --------------------------------------------------------------------------------- sys */

/* The host's ABI version: 1. */
THIMBLE_IMPORT("sys/1", "abi") int32_t thimble_sys_abi(void);

/* Copies a setting of this module to buf; returns its length or THIMBLE_ENOT_FOUND. */
THIMBLE_IMPORT("sys/1", "config")
int32_t thimble_sys_config(const char *key, uint32_t key_len, char *buf, uint32_t cap);

THIMBLE_IMPORT("sys/1", "random") int32_t thimble_sys_random(void *buf, uint32_t len);

/* Reports a number under a name to the device's operator. */
THIMBLE_IMPORT("sys/1", "metric")
int32_t thimble_sys_metric(const char *name, uint32_t len, int64_t value);

/* ----------------------------------------------------------------------------- exports */

/*
 * What a module may define. Write THIMBLE_EXPORT("thimble_tick") void thimble_tick(...) { },
 * or use the macros, which spell the signature. All are optional but one entry.
 */

/* A module as a plain program: runs after thimble_init, beside the other modules of the device, and waits in
   thimble_event_wait and thimble_time_delay_us. Then thimble_tick, _event and _message are not called. Open devices
   before the first wait: then an update hands them over without a gap. */
#define THIMBLE_MAIN() \
    THIMBLE_EXPORT("_start") void thimble_main(void); \
    void thimble_main(void)

/* Why thimble_init is called. */
enum { THIMBLE_COLD = 0, THIMBLE_UPDATE = 1, THIMBLE_ROLLBACK = 2, THIMBLE_RESTART = 3 };

/* Called once, after thimble_restore where there is state to take over and before all else;
   returns 0, or an error to refuse to start. */
#define THIMBLE_ON_INIT(reason) \
    THIMBLE_EXPORT("thimble_init") int32_t thimble_init(int32_t reason); \
    int32_t thimble_init(int32_t reason)

/* Called at the period that the manifest names. */
#define THIMBLE_ON_TICK(now_ms) \
    THIMBLE_EXPORT("thimble_tick") void thimble_tick(int64_t now_ms); \
    void thimble_tick(int64_t now_ms)

/* Called for each event; kind is one of THIMBLE_EVENT_..., ts_ns on the clock of mono_ns. */
#define THIMBLE_ON_EVENT(kind, handle, value, ts_ns) \
    THIMBLE_EXPORT("thimble_event") \
    void thimble_event(int32_t kind, int32_t handle, int32_t value, int64_t ts_ns); \
    void thimble_event(int32_t kind, int32_t handle, int32_t value, int64_t ts_ns)

/* Called for each message of a subscription; both texts live in memory of thimble_alloc. */
#define THIMBLE_ON_MESSAGE(sub, topic, topic_len, payload, len) \
    THIMBLE_EXPORT("thimble_message") \
    void thimble_message(int32_t sub, const char *topic, uint32_t topic_len, \
                         const uint8_t *payload, uint32_t len); \
    void thimble_message(int32_t sub, const char *topic, uint32_t topic_len, \
                         const uint8_t *payload, uint32_t len)

/* Called before the module ends in an orderly way. */
#define THIMBLE_ON_SHUTDOWN(reason) \
    THIMBLE_EXPORT("thimble_shutdown") void thimble_shutdown(int32_t reason); \
    void thimble_shutdown(int32_t reason)

/* Writes the state for the next version to buf if cap allows; returns its length in any case. The
   host asks with cap 0 first. */
#define THIMBLE_ON_SAVE(buf, cap) \
    THIMBLE_EXPORT("thimble_save") int32_t thimble_save(uint8_t *buf, uint32_t cap); \
    int32_t thimble_save(uint8_t *buf, uint32_t cap)

/* Takes over the state of a version whose schema is given; returns 0, or an error to start
   without it. */
#define THIMBLE_ON_RESTORE(buf, len, schema) \
    THIMBLE_EXPORT("thimble_restore") \
    int32_t thimble_restore(const uint8_t *buf, uint32_t len, int32_t schema); \
    int32_t thimble_restore(const uint8_t *buf, uint32_t len, int32_t schema)

/* The version of the state that thimble_save writes. */
#define THIMBLE_SCHEMA(version) \
    THIMBLE_EXPORT("thimble_schema") int32_t thimble_schema(void); \
    int32_t thimble_schema(void) { return (version); }

/* Called on a simulated board before the module may run; returns 0 if all is well. */
#define THIMBLE_ON_SELFTEST \
    THIMBLE_EXPORT("thimble_selftest") int32_t thimble_selftest(void); \
    int32_t thimble_selftest(void)

/* The buffer in which the host hands over messages and state: one static block of `size` bytes,
   reused by each thimble_alloc. The content is valid until the callback that got it returns.
   A larger request is answered with 0, and the host drops the message and reports it. */
#define THIMBLE_BUFFER(size) \
    static _Alignas(8) uint8_t thimble_buffer[size]; \
    THIMBLE_EXPORT("thimble_alloc") void *thimble_alloc(uint32_t n); \
    void *thimble_alloc(uint32_t n) { return n <= sizeof thimble_buffer ? thimble_buffer : 0; }

#ifdef __cplusplus
}
#endif

#endif
