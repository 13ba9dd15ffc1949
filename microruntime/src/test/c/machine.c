// A byte-code machine: br_table in a loop.
static const unsigned char program[] = {0, 1, 1, 0, 5, 1, 2, 3, 0, 2, 6, 3, 4, 0, 9, 5, 7};

__attribute__((export_name("machine"))) int machine(int accumulator) {
    int stack[8] = {0};
    int top = 0;
    for (int at = 0; at < 64; at++) {
        switch (program[at % sizeof program]) {
        case 0: stack[top & 7] = accumulator; top++; break;
        case 1: accumulator += 3; break;
        case 2: accumulator *= 5; break;
        case 3: accumulator ^= stack[(top - 1) & 7]; break;
        case 4: accumulator = (int)((unsigned)accumulator >> 1); break;
        case 5: top--; break;
        case 6: accumulator = -accumulator; break;
        case 7: accumulator += at; break;
        default: accumulator--;
        }
    }
    return accumulator;
}
