// A function of another unit, which the linker puts into this one: its name is in that unit.

int divide(int value);

__attribute__((export_name("outer"))) int outer(int value) {
    return divide(value + 1) + 1;
}
