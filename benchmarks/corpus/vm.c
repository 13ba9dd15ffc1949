/* A stack machine whose switch becomes a br_table; its program runs n times 10,000 rounds of a
   loop that counts Collatz-like steps. An interpreter in an interpreter. */
#include "corpus.h"

enum op { PUSH, ADD, SUB, MUL, SHR, AND, LOAD, STORE, JUMP, JUMP_IF_ZERO, DUP, LESS, XOR, HALT };

static int32_t execute(const int32_t *code, int32_t *vars) {
    int32_t stack[16], *sp = stack, pc = 0;
    for (;;) {
        switch (code[pc++]) {
        case PUSH: *sp++ = code[pc++]; break;
        case ADD: sp--; sp[-1] = (int32_t)((uint32_t)sp[-1] + (uint32_t)sp[0]); break;
        case SUB: sp--; sp[-1] = (int32_t)((uint32_t)sp[-1] - (uint32_t)sp[0]); break;
        case MUL: sp--; sp[-1] = (int32_t)((uint32_t)sp[-1] * (uint32_t)sp[0]); break;
        case SHR: sp--; sp[-1] = (int32_t)((uint32_t)sp[-1] >> (sp[0] & 31)); break;
        case AND: sp--; sp[-1] &= sp[0]; break;
        case LOAD: *sp++ = vars[code[pc++]]; break;
        case STORE: vars[code[pc++]] = *--sp; break;
        case JUMP: pc = code[pc]; break;
        case JUMP_IF_ZERO: pc = *--sp == 0 ? code[pc] : pc + 1; break;
        case DUP: sp[0] = sp[-1]; sp++; break;
        case LESS: sp--; sp[-1] = sp[-1] < sp[0]; break;
        case XOR: sp--; sp[-1] ^= sp[0]; break;
        case HALT: return sp[-1];
        }
    }
}

int run(int n) {
    /* x = 27; h = 0; for (i = 0; i < limit; i++) { x = x & 1 ? 3 * x + 1 : x >> 1; h = h * 31 ^ x; } */
    enum { X, H, I, LIMIT };
    static const int32_t program[] = {
        LOAD, I, LOAD, LIMIT, LESS, JUMP_IF_ZERO, 43,         /* 0 */
        LOAD, X, PUSH, 1, AND, JUMP_IF_ZERO, 24,              /* 7 */
        LOAD, X, PUSH, 3, MUL, PUSH, 1, ADD, JUMP, 29,        /* 14 */
        LOAD, X, PUSH, 1, SHR,                                /* 24 */
        DUP, STORE, X,                                        /* 29 */
        LOAD, H, PUSH, 31, MUL, XOR, STORE, H,                /* 32 */
        JUMP, 46, HALT,                                       /* 40 */
        LOAD, H, HALT,                                        /* 43 */
        LOAD, I, PUSH, 1, ADD, STORE, I, JUMP, 0};            /* 46 */
    uint32_t sum = 0;
    for (int round = 0; round < n; round++) {
        int32_t vars[4] = {27 + round, 0, 0, 10000};
        sum = sum * 31 + (uint32_t)execute(program, vars);
    }
    return (int)sum;
}
