// What the C programs share: simple formatting, as most C programmers would write it, and the two
// ways to run them.
//   PROGRAM key APPID CERTIFICATE CHANNEL UNIXTS RANDOMINT UID EXPIREDTS   prints one version-4 key
//   PROGRAM rounds APPID CERTIFICATE CHANNEL                  reads counts, prints nanoseconds

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// Each program has its own: `prepare` takes the certificate, `sign` signs a message.
static void prepare(const char *certificate);
static void sign(const uint8_t *message, size_t length, uint8_t digest[20]);
#ifdef HASHING_ALONE
// Or this one: it only does the hashing of a number of keys.
static uint32_t hash(uint32_t keys);
#endif

static const char HEX[] = "0123456789abcdef";

static char *put_text(char *at, const char *text, size_t length) {
  memcpy(at, text, length);
  return at + length;
}

static char *put_decimal(char *at, uint32_t value) {
  for (int i = 9; i >= 0; i--) {
    at[i] = (char)('0' + value % 10);
    value /= 10;
  }
  return at + 10;
}

static char *put_hex(char *at, uint32_t value) {
  for (int shift = 28; shift >= 0; shift -= 4) *at++ = HEX[(value >> shift) & 15];
  return at;
}

static void make_key(char key[104], const char *app_id, const char *channel, uint32_t unix_ts,
                     uint32_t random_int, uint32_t uid, uint32_t expired_ts) {
  char message[192];
  char *end = put_text(put_text(message, "ACS", 3), app_id, 32);
  end = put_hex(put_decimal(end, unix_ts), random_int);
  end = put_text(end, channel, strlen(channel));
  end = put_decimal(put_decimal(end, uid), expired_ts);
  uint8_t digest[20];
  sign((const uint8_t *)message, (size_t)(end - message), digest);
  char *at = put_text(key, "004", 3);
  for (int i = 0; i < 20; i++) {
    *at++ = HEX[digest[i] >> 4];
    *at++ = HEX[digest[i] & 15];
  }
  at = put_hex(put_decimal(put_text(at, app_id, 32), unix_ts), random_int);
  *put_decimal(at, expired_ts) = 0;
}

static uint32_t number(const char *text) { return (uint32_t)strtoul(text, NULL, 10); }

int main(int count, char **arguments) {
  if (count < 5) return 1;
  const char *app_id = arguments[2], *channel = arguments[4];
  char key[104];
  prepare(arguments[3]);
  if (strcmp(arguments[1], "key") == 0 && count == 9) {
    make_key(key, app_id, channel, number(arguments[5]), number(arguments[6]),
             number(arguments[7]), number(arguments[8]));
    puts(key);
    return 0;
  }
  char line[32];
  uint32_t sum = 0;
  while (fgets(line, sizeof line, stdin)) {
    uint32_t keys = number(line);
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
#ifdef HASHING_ALONE
    sum += hash(keys);
#else
    static uint32_t uid = 0;
    for (uint32_t i = 0; i < keys; i++, uid++) {
      make_key(key, app_id, channel, 1446455472, uid * 0x9e3779b9u, uid, 1446459072);
      sum += (uint8_t)key[40];
    }
#endif
    clock_gettime(CLOCK_MONOTONIC, &end);
    printf("%lld\n", (end.tv_sec - start.tv_sec) * 1000000000LL + (end.tv_nsec - start.tv_nsec));
    fflush(stdout);
  }
  return sum == 1;
}
