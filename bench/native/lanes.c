// The hashing of a batch as our core does it (assembly/sha1x8.ts), in C and by itself: eight
// messages in two vectors of four lanes. It uses the instructions that WebAssembly has, so no
// vector rotations. It makes a key's text only to be checked.

#define HASHING_ALONE
#include <stdint.h>
#include "common.h"

typedef uint32_t v4 __attribute__((vector_size(16)));
typedef struct {
  v4 a[2], b[2], c[2], d[2], e[2];
} states;

static states inner, outer;
static v4 words[80][2];

#define ROTL(x, n) (((x) << (n)) | ((x) >> (32 - (n))))
#define CHOOSE(b, c, d) ((d) ^ ((b) & ((c) ^ (d))))
#define PARITY(b, c, d) ((b) ^ ((c) ^ (d)))
#define MAJORITY(b, c, d) (((c) & (d)) | ((b) & ((c) | (d))))

static inline v4 expand(int t, int i) {
  const v4 x = (words[t - 8][i] ^ words[t - 14][i]) ^ (words[t - 16][i] ^ words[t - 3][i]);
  return words[t][i] = (x + x) | (x >> 31);
}

#define ONE(f, k, w, a, b, c, d, e, i)                       \
  e[i] = ((e[i] + ((w) + (k))) + f(b[i], c[i], d[i])) + ROTL(a[i], 5); \
  b[i] = ROTL(b[i], 30);
#define BOTH(f, k, t, w, a, b, c, d, e)  \
  ONE(f, k, w(t, 0), a, b, c, d, e, 0) \
  ONE(f, k, w(t, 1), a, b, c, d, e, 1)
#define GIVEN(t, i) words[t][i]
#define FIVE(f, k, t, first, w)            \
  BOTH(f, k, t, first, a, b, c, d, e)      \
  BOTH(f, k, (t) + 1, w, e, a, b, c, d)    \
  BOTH(f, k, (t) + 2, w, d, e, a, b, c)    \
  BOTH(f, k, (t) + 3, w, c, d, e, a, b)    \
  BOTH(f, k, (t) + 4, w, b, c, d, e, a)

/** Adds the blocks in `words` to the states. */
__attribute__((noinline)) static void compress(states *to, const states *from) {
  v4 a[2], b[2], c[2], d[2], e[2];
  for (int i = 0; i < 2; i++) {
    a[i] = from->a[i], b[i] = from->b[i], c[i] = from->c[i];
    d[i] = from->d[i], e[i] = from->e[i];
  }
  int t = 0;
  for (; t < 15; t += 5) { FIVE(CHOOSE, 0x5a827999u, t, GIVEN, GIVEN) }
  FIVE(CHOOSE, 0x5a827999u, t, GIVEN, expand)
  for (t = 20; t < 40; t += 5) { FIVE(PARITY, 0x6ed9eba1u, t, expand, expand) }
  for (; t < 60; t += 5) { FIVE(MAJORITY, 0x8f1bbcdcu, t, expand, expand) }
  for (; t < 80; t += 5) { FIVE(PARITY, 0xca62c1d6u, t, expand, expand) }
  for (int i = 0; i < 2; i++) {
    to->a[i] = from->a[i] + a[i], to->b[i] = from->b[i] + b[i], to->c[i] = from->c[i] + c[i];
    to->d[i] = from->d[i] + d[i], to->e[i] = from->e[i] + e[i];
  }
}

/** The same block for every lane. */
static void spread(const uint8_t *block) {
  for (int t = 0; t < 16; t++) {
    const uint8_t *at = block + 4 * t;
    const uint32_t word = (uint32_t)at[0] << 24 | at[1] << 16 | at[2] << 8 | at[3];
    words[t][0] = words[t][1] = (v4){word, word, word, word};
  }
}

static states midstate(const char *certificate, uint8_t byte) {
  states state;
  uint8_t pad[64];
  memset(pad, byte, 64);
  for (int i = 0; i < 32; i++) pad[i] ^= (uint8_t)certificate[i];
  spread(pad);
  const v4 zero = {0, 0, 0, 0};
  for (int i = 0; i < 2; i++) {
    state.a[i] = zero + 0x67452301u, state.b[i] = zero + 0xefcdab89u;
    state.c[i] = zero + 0x98badcfeu, state.d[i] = zero + 0x10325476u;
    state.e[i] = zero + 0xc3d2e1f0u;
  }
  compress(&state, &state);
  return state;
}

static void prepare(const char *certificate) {
  inner = midstate(certificate, 0x36);
  outer = midstate(certificate, 0x5c);
}

/** The inner digest is the first five words of the outer hash's one block. */
static void finish(states *state) {
  const v4 zero = {0, 0, 0, 0};
  for (int i = 0; i < 2; i++) {
    words[0][i] = state->a[i], words[1][i] = state->b[i], words[2][i] = state->c[i];
    words[3][i] = state->d[i], words[4][i] = state->e[i], words[5][i] = zero + 0x80000000u;
    for (int t = 6; t < 15; t++) words[t][i] = zero;
    words[15][i] = zero + (64 + 20) * 8;
  }
  compress(state, &outer);
}

static void sign(const uint8_t *message, size_t length, uint8_t digest[20]) {
  uint8_t padded[192] = {0};
  const size_t size = (length + 9 + 63) & ~(size_t)63;
  const uint64_t bits = (64 + length) * 8;
  memcpy(padded, message, length);
  padded[length] = 0x80;
  for (int i = 0; i < 8; i++) padded[size - 1 - i] = (uint8_t)(bits >> (8 * i));
  states state = inner;
  for (size_t at = 0; at < size; at += 64) {
    spread(padded + at);
    compress(&state, &state);
  }
  finish(&state);
  const uint32_t lane[5] = {state.a[1][3], state.b[1][3], state.c[1][3], state.d[1][3],
                            state.e[1][3]};
  for (int i = 0; i < 20; i++) digest[i] = (uint8_t)(lane[i / 4] >> (24 - 8 * (i % 4)));
}

/**
 * What a number of version-4 keys need, eight at a time: two blocks of inner hash, because no
 * message of theirs fits into one, and one block of outer hash.
 */
static uint32_t hash(uint32_t keys) {
  states state = inner;
  for (uint32_t done = 0; done < keys; done += 8) {
    compress(&state, &inner);
    compress(&state, &state);
    finish(&state);
  }
  return state.a[0][0];
}
