// HMAC-SHA1 with the processor's own SHA-1 instructions, from midstates, and nothing else: the
// fastest that the hardware can sign one message at a time.

#include <immintrin.h>
#include "common.h"

typedef struct {
  __m128i abcd;
  uint32_t e;
} state;

static state inner, outer;

static inline __m128i big_endian(const uint8_t *at) {
  const __m128i order = _mm_set_epi64x(0x0001020304050607ULL, 0x08090a0b0c0d0e0fULL);
  return _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)at), order);
}

// Four rounds: `e0` takes the next e and is added to the words; `w` are the words of these rounds.
#define ROUNDS(e_in, e_out, w, function) \
  e_in = _mm_sha1nexte_epu32(e_in, w);   \
  e_out = abcd;                          \
  abcd = _mm_sha1rnds4_epu32(abcd, e_in, function)

#define NEXT(w0, w1, w2, w3) \
  w0 = _mm_sha1msg2_epu32(_mm_xor_si128(_mm_sha1msg1_epu32(w0, w1), w2), w3)

static state compress(state from, const uint8_t *block) {
  __m128i abcd = from.abcd, e0 = _mm_set_epi32((int)from.e, 0, 0, 0), e1;
  __m128i w0 = big_endian(block), w1 = big_endian(block + 16);
  __m128i w2 = big_endian(block + 32), w3 = big_endian(block + 48);
  e0 = _mm_add_epi32(e0, w0);
  e1 = abcd;
  abcd = _mm_sha1rnds4_epu32(abcd, e0, 0);
  ROUNDS(e1, e0, w1, 0);
  ROUNDS(e0, e1, w2, 0);
  ROUNDS(e1, e0, w3, 0);
  NEXT(w0, w1, w2, w3); ROUNDS(e0, e1, w0, 0);
  NEXT(w1, w2, w3, w0); ROUNDS(e1, e0, w1, 1);
  NEXT(w2, w3, w0, w1); ROUNDS(e0, e1, w2, 1);
  NEXT(w3, w0, w1, w2); ROUNDS(e1, e0, w3, 1);
  NEXT(w0, w1, w2, w3); ROUNDS(e0, e1, w0, 1);
  NEXT(w1, w2, w3, w0); ROUNDS(e1, e0, w1, 1);
  NEXT(w2, w3, w0, w1); ROUNDS(e0, e1, w2, 2);
  NEXT(w3, w0, w1, w2); ROUNDS(e1, e0, w3, 2);
  NEXT(w0, w1, w2, w3); ROUNDS(e0, e1, w0, 2);
  NEXT(w1, w2, w3, w0); ROUNDS(e1, e0, w1, 2);
  NEXT(w2, w3, w0, w1); ROUNDS(e0, e1, w2, 2);
  NEXT(w3, w0, w1, w2); ROUNDS(e1, e0, w3, 3);
  NEXT(w0, w1, w2, w3); ROUNDS(e0, e1, w0, 3);
  NEXT(w1, w2, w3, w0); ROUNDS(e1, e0, w1, 3);
  NEXT(w2, w3, w0, w1); ROUNDS(e0, e1, w2, 3);
  NEXT(w3, w0, w1, w2); ROUNDS(e1, e0, w3, 3);
  const __m128i e = _mm_sha1nexte_epu32(e0, _mm_set_epi32((int)from.e, 0, 0, 0));
  state to = {_mm_add_epi32(abcd, from.abcd), (uint32_t)_mm_extract_epi32(e, 3)};
  return to;
}

static state midstate(const char *certificate, uint8_t byte) {
  const __m128i abcd = _mm_set_epi32(0x67452301, (int)0xefcdab89, (int)0x98badcfe, 0x10325476);
  const state initial = {abcd, 0xc3d2e1f0};
  uint8_t pad[64];
  memset(pad, byte, 64);
  for (int i = 0; i < 32; i++) pad[i] ^= (uint8_t)certificate[i];
  return compress(initial, pad);
}

static void prepare(const char *certificate) {
  inner = midstate(certificate, 0x36);
  outer = midstate(certificate, 0x5c);
}

static void store_digest(uint8_t digest[20], state from) {
  const __m128i order = _mm_set_epi64x(0x0001020304050607ULL, 0x08090a0b0c0d0e0fULL);
  const uint32_t e = __builtin_bswap32(from.e);
  _mm_storeu_si128((__m128i *)digest, _mm_shuffle_epi8(from.abcd, order));
  memcpy(digest + 16, &e, 4);
}

static state finish(state from, const uint8_t *message, size_t length) {
  uint8_t last[128] = {0};
  size_t left = length;
  for (; left >= 64; left -= 64, message += 64) from = compress(from, message);
  memcpy(last, message, left);
  last[left] = 0x80;
  const size_t padded = left < 56 ? 64 : 128;
  const uint64_t bits = __builtin_bswap64((64 + length) * 8);
  memcpy(last + padded - 8, &bits, 8);
  for (size_t at = 0; at < padded; at += 64) from = compress(from, last + at);
  return from;
}

static void sign(const uint8_t *message, size_t length, uint8_t digest[20]) {
  uint8_t hashed[20];
  store_digest(hashed, finish(inner, message, length));
  store_digest(digest, finish(outer, hashed, 20));
}
