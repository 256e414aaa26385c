// Signs a grant for one user:
//   g++ -std=c++17 sign_grant.cpp -lcrypto -o sign_grant && ./sign_grant room-1 42
// C++17, jwt-cpp 0.7 (headers) and OpenSSL. Environment: GRANT_SECRET.

#include <jwt-cpp/jwt.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <iomanip>
#include <iostream>
#include <random>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

std::string randomId() {
  std::random_device random;
  std::ostringstream id;
  for (int i = 0; i < 4; i++) id << std::hex << std::setw(8) << std::setfill('0') << random();
  return id.str();
}

// For the app of a signed-in user. With it, the app gets keys for these channels for four hours.
std::string signGrant(const std::vector<std::string>& channels, std::uint32_t uid) {
  const char* secret = std::getenv("GRANT_SECRET");
  if (!secret || !*secret) throw std::runtime_error("GRANT_SECRET is not set");
  const auto now = std::chrono::system_clock::now();
  return jwt::create()
      .set_type("JWT")
      .set_issuer("business-server")
      .set_audience("latchkey")
      .set_subject("user-" + std::to_string(uid))
      .set_id(randomId())
      .set_issued_at(now)
      .set_expires_at(now + std::chrono::hours(4))
      .set_payload_claim("channels", jwt::claim(channels.begin(), channels.end()))
      .set_payload_claim("uid", jwt::claim(picojson::value(std::int64_t{uid})))
      .set_payload_claim("maxKeyExpiresIn", jwt::claim(picojson::value(std::int64_t{3600})))
      .sign(jwt::algorithm::hs256{secret});
}

// Refuses 0, which would let anyone in, and any text that is not a uid.
std::uint32_t uidOf(const std::string& text) {
  if (std::regex_match(text, std::regex("[1-9][0-9]{0,9}")) && std::stoull(text) <= UINT32_MAX) {
    return static_cast<std::uint32_t>(std::stoull(text));
  }
  throw std::runtime_error("uid must be a whole number from 1 to 4294967295");
}

int main(int argc, char** argv) try {
  if (argc != 3) throw std::runtime_error("give a channel and a uid");
  std::cout << signGrant({argv[1]}, uidOf(argv[2])) << '\n';
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
