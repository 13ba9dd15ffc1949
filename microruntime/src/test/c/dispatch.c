// Function pointers: a table, an element segment and call_indirect.
typedef double (*operation)(double, double);
static double add(double a, double b) { return a + b; }
static double subtract(double a, double b) { return a - b; }
static double multiply(double a, double b) { return a * b; }
static double divide(double a, double b) { return a / b; }
static const operation operations[] = {add, subtract, multiply, divide};

__attribute__((export_name("dispatch"))) double dispatch(unsigned which, double a, double b) {
    return operations[which % 4](a, b);
}
