// OpenSSL's own HMAC, with its new API: one EVP_MAC context. It is initialised again for each key,
// but the secret is given only once.

#include <openssl/evp.h>
#include <openssl/params.h>
#include "common.h"

static EVP_MAC_CTX *context;

static void prepare(const char *certificate) {
  char hash[] = "SHA1";
  OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string("digest", hash, 0),
                             OSSL_PARAM_construct_end()};
  context = EVP_MAC_CTX_new(EVP_MAC_fetch(NULL, "HMAC", NULL));
  if (!EVP_MAC_init(context, (const unsigned char *)certificate, 32, parameters)) exit(2);
}

static void sign(const uint8_t *message, size_t length, uint8_t digest[20]) {
  size_t written;
  EVP_MAC_init(context, NULL, 0, NULL);
  EVP_MAC_update(context, message, length);
  EVP_MAC_final(context, digest, &written, 20);
}
