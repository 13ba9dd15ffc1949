/* The sun and four planets, n thousand steps: f64 with square roots, struct fields in memory. */
#include "corpus.h"

typedef struct { double x, y, z, vx, vy, vz, mass; } body;

enum { BODIES = 5 };
static body bodies[BODIES];

static void reset(void) {
    /* Rounded orbits; units: astronomical unit, day, solar mass times 4 pi^2 over a year squared. */
    static const body start[BODIES] = {
        {0, 0, 0, 0, 0, 0, 39.478},
        {4.84, -1.16, -0.10, 0.606, 2.812, -0.025, 0.0377},
        {8.34, 4.12, -0.40, -1.011, 1.826, 0.0084, 0.0113},
        {12.89, -15.11, -0.22, 1.083, 0.868, -0.0108, 0.00172},
        {15.38, -25.92, 0.18, 0.979, 0.594, -0.0347, 0.00203}};
    for (int i = 0; i < BODIES; i++) bodies[i] = start[i];
}

static void advance(double dt) {
    for (int i = 0; i < BODIES; i++) {
        body *a = &bodies[i];
        for (int j = i + 1; j < BODIES; j++) {
            body *b = &bodies[j];
            double dx = a->x - b->x, dy = a->y - b->y, dz = a->z - b->z;
            double d2 = dx * dx + dy * dy + dz * dz;
            double m = dt / (d2 * __builtin_sqrt(d2));
            a->vx -= dx * b->mass * m, a->vy -= dy * b->mass * m, a->vz -= dz * b->mass * m;
            b->vx += dx * a->mass * m, b->vy += dy * a->mass * m, b->vz += dz * a->mass * m;
        }
    }
    for (int i = 0; i < BODIES; i++) {
        body *a = &bodies[i];
        a->x += dt * a->vx, a->y += dt * a->vy, a->z += dt * a->vz;
    }
}

int run(int n) {
    reset();
    for (int i = 0; i < n * 1000; i++) advance(0.001);
    uint32_t sum = 0;
    for (int i = 0; i < BODIES; i++) sum = fold_double(sum, bodies[i].x + bodies[i].vy);
    return (int)sum;
}
