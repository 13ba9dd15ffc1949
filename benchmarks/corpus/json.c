/* A JSON tokenizer over a document of about 4 KiB, n times: branches on bytes, a switch. */
#include "corpus.h"

static char text[8192];
static int length;

static void put(const char *s) {
    while (*s) text[length++] = *s++;
}

static void put_number(uint32_t v) {
    char digits[10];
    int n = 0;
    do digits[n++] = (char)('0' + v % 10);
    while (v /= 10);
    while (n > 0) text[length++] = digits[--n];
}

static void generate(void) {
    uint32_t seed = 11;
    length = 0;
    put("[\n");
    for (int i = 0; i < 40; i++) {
        if (i > 0) put(",\n");
        put("  {\"id\": ");
        put_number((uint32_t)i);
        put(", \"name\": \"sensor \\\"");
        put_number(random_next(&seed) >> 20);
        put("\\\"\", \"on\": ");
        put(random_next(&seed) >> 31 ? "true" : "false");
        put(", \"values\": [");
        put_number(random_next(&seed) >> 16);
        put(".5e1, -");
        put_number(random_next(&seed) >> 22);
        put(", null]}");
    }
    put("\n]");
}

enum token { OPEN, CLOSE, COMMA, COLON, STRING, NUMBER, WORD, KINDS, END, BAD };

static int at;

static enum token next(uint32_t *value) {
    while (at < length && (text[at] == ' ' || text[at] == '\n' || text[at] == '\t' || text[at] == '\r')) at++;
    if (at >= length) return END;
    char c = text[at];
    switch (c) {
    case '{': case '[': at++; return OPEN;
    case '}': case ']': at++; return CLOSE;
    case ',': at++; return COMMA;
    case ':': at++; return COLON;
    case '"':
        at++;
        *value = 5381;
        while (at < length && text[at] != '"') {
            if (text[at] == '\\') at++;
            *value = *value * 33 ^ (uint8_t)text[at++];
        }
        if (at++ >= length) return BAD;
        return STRING;
    case 't': case 'f': case 'n':
        *value = 0;
        while (at < length && text[at] >= 'a' && text[at] <= 'z') *value = *value * 31 + (uint8_t)text[at++];
        return WORD;
    default:
        if (c != '-' && (c < '0' || c > '9')) return BAD;
        *value = 0;
        if (c == '-') at++;
        while (at < length) {
            c = text[at];
            if (c >= '0' && c <= '9') *value = *value * 10 + (uint32_t)(c - '0');
            else if (c != '.' && c != 'e' && c != 'E' && c != '+' && c != '-') break;
            at++;
        }
        return NUMBER;
    }
}

int run(int n) {
    generate();
    uint32_t sum = 0;
    for (int round = 0; round < n; round++) {
        int depth = 0, counts[KINDS] = {0};
        uint32_t value = 0;
        at = 0;
        for (;;) {
            enum token t = next(&value);
            if (t == END) break;
            if (t == BAD) return -1;
            counts[t]++;
            depth += t == OPEN ? 1 : t == CLOSE ? -1 : 0;
            if (t >= STRING) sum = sum * 31 + value;
        }
        if (depth != 0) return -2;
        sum += (uint32_t)(counts[STRING] * 7 + counts[NUMBER]);
    }
    return (int)sum;
}
