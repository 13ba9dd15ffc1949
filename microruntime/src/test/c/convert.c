// Conversions, saturating and sign extending, and f32.
__attribute__((export_name("convert"))) long long convert(double value, float scale) {
    int whole = (int)(value * 2);
    unsigned positive = (unsigned)scale;
    signed char narrow = (signed char)whole;
    short wide = (short)(whole >> 3);
    long long sum = (long long)value + (long long)narrow + wide + positive;
    return sum ^ (long long)(__builtin_sqrtf(scale) * 1000.0f) ^ __builtin_popcountll((unsigned long long)sum) ^ __builtin_clz(positive | 1);
}
