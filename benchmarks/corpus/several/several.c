/*
 * A module of about 2,400 instructions for the footprint figures, not for speed: four programs of the corpus in
 * one, as a device's module has several jobs. run(n) does the work of each at n.
 */
#include "corpus.h"

#define run run_json
#include "json.c"
#undef run
#define run run_sha256
#include "sha256.c"
#undef run
#define run run_base64
#include "base64.c"
#undef run
#define run run_events
#include "events.c"
#undef run

ENTRY int run(int n) { return run_json(n) ^ run_sha256(n) ^ run_base64(n) ^ run_events(n); }
