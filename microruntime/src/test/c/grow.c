// memory.grow, memory.copy and memory.fill.
__attribute__((export_name("grow"))) int grow(int pages) {
    unsigned before = __builtin_wasm_memory_grow(0, (unsigned)pages);
    if (before == ~0u) {
        return -1;
    }
    char *fresh = (char *)(before * 65536u);
    __builtin_memset(fresh, 7, 1000);
    __builtin_memmove(fresh + 500, fresh, 600);
    return (int)__builtin_wasm_memory_size(0) * 100 + fresh[1099];
}
