/* Binary trees of depth 12 built, walked and freed n times, with an own free-list allocator:
   pointer chasing and recursion. */
#include "corpus.h"

typedef struct node { struct node *left, *right; } node;

enum { NODES = 1 << 14 };
static node arena[NODES];
static node *free_list;

static void arena_reset(void) {
    free_list = 0;
    for (int i = NODES - 1; i >= 0; i--) {
        arena[i].left = free_list;
        free_list = &arena[i];
    }
}

static node *node_new(node *left, node *right) {
    node *n = free_list;
    free_list = n->left;
    n->left = left;
    n->right = right;
    return n;
}

static node *build(int depth) {
    if (depth == 0) return node_new(0, 0);
    node *left = build(depth - 1);
    return node_new(left, build(depth - 1));
}

static int count(const node *n) { return n->left == 0 ? 1 : 1 + count(n->left) + count(n->right); }

static void release(node *n) {
    if (n->left != 0) {
        release(n->left);
        release(n->right);
    }
    n->left = free_list;
    free_list = n;
}

int run(int n) {
    arena_reset();
    uint32_t sum = 0;
    for (int round = 0; round < n; round++) {
        node *tree = build(12);
        node *left = tree->left;
        tree->left = tree->right;
        tree->right = left;
        sum = sum * 31 + (uint32_t)count(tree) + (uint32_t)(tree - arena);
        release(tree);
    }
    return (int)sum;
}
