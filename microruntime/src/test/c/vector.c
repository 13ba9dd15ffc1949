// SIMD.
#include <wasm_simd128.h>
static float input[64];

__attribute__((export_name("vector"))) float vector(float start) {
    for (int i = 0; i < 64; i++) {
        input[i] = start + (float)i;
    }
    v128_t sum = wasm_f32x4_splat(0);
    v128_t bits = wasm_i32x4_splat(1);
    for (int i = 0; i < 64; i += 4) {
        v128_t four = wasm_v128_load(input + i);
        sum = wasm_f32x4_add(sum, wasm_f32x4_mul(four, four));
        bits = wasm_v128_xor(bits, wasm_i32x4_shl(wasm_i32x4_trunc_sat_f32x4(four), 1));
    }
    return wasm_f32x4_extract_lane(sum, 0) + wasm_f32x4_extract_lane(sum, 3) + (float)wasm_i32x4_extract_lane(bits, 2);
}
