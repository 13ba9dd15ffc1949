// Functions that the compiler puts into others, several deep, some of them twice and in several pieces.

struct node {
    int value;
    struct node *next;
};

static struct node nodes[8];
static int seen;

static inline int load(const int *at) {
    return *at;
}

static inline int weigh(const struct node *node, int factor) {
    int value = load(&node->value) * factor;
    if (value > 100) {
        seen += load(&seen) / (value - 177);
    }
    return value;
}

static inline int total(const struct node *from) {
    int sum = 0;
    for (; from; from = from->next) {
        sum += weigh(from, 3);
    }
    return sum;
}

__attribute__((noinline)) static int both(struct node *a, struct node *b) {
    return total(a) + 2 * total(b);
}

__attribute__((export_name("run"))) int run(int at) {
    for (int i = 0; i < 7; i++) {
        nodes[i].next = &nodes[i + 1];
        nodes[i].value = i;
    }
    nodes[7].next = (struct node *)at;
    return both(nodes, nodes + 4);
}

__attribute__((export_name("divide"))) int divide(int value) {
    nodes[0].next = 0;
    nodes[0].value = value;
    return both(nodes, 0);
}
