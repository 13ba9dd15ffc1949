/* A queue of events handled through a table of functions, n thousand events: call_indirect. */
#include "corpus.h"

typedef struct { uint8_t kind, device; uint16_t value; } event;
typedef struct { uint32_t level, edges, sum, armed; } device;

enum { DEVICES = 16, QUEUE = 64 };
static device devices[DEVICES];
static event queue[QUEUE];
static uint32_t head, tail;

static void post(uint8_t kind, uint8_t to, uint16_t value) {
    if (tail - head < QUEUE) queue[tail++ % QUEUE] = (event){kind, to, value};
}

static void on_edge(device *d, const event *e) {
    d->edges++;
    d->level = e->value & 1;
}

static void on_sample(device *d, const event *e) {
    d->sum = d->sum * 31 + e->value;
    if (e->value > 60000) post(3, (uint8_t)(e->device ^ 1), e->value >> 4);
}

static void on_timer(device *d, const event *e) {
    if (d->armed) post(0, e->device, (uint16_t)(d->level ^ 1));
    d->armed = e->value & 1;
}

static void on_command(device *d, const event *e) {
    d->armed = 1;
    d->sum ^= e->value;
}

static void (*const volatile handlers[4])(device *, const event *) = {on_edge, on_sample, on_timer, on_command};

int run(int n) {
    uint32_t seed = 17, sum = 0;
    head = tail = 0;
    for (int i = 0; i < DEVICES; i++) devices[i] = (device){0, 0, 0, 0};
    for (int i = 0; i < n * 1000; i++) {
        uint32_t r = random_next(&seed);
        post((uint8_t)(r >> 30), (uint8_t)(r >> 26 & 15), (uint16_t)(r >> 8));
        while (head != tail) {
            event e = queue[head++ % QUEUE];
            handlers[e.kind](&devices[e.device], &e);
        }
    }
    for (int i = 0; i < DEVICES; i++) sum = (sum * 31 + devices[i].sum) ^ devices[i].edges << 8 ^ devices[i].level;
    return (int)sum;
}
