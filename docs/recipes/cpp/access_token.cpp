// Gets one access token for a call and RTM from Latchkey:
//   g++ -std=c++17 access_token.cpp -lcurl -o access_token && ./access_token room-1 42
// C++17, libcurl. Environment: LATCHKEY_URL, SERVICE_KEY.

#include <curl/curl.h>

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <regex>
#include <stdexcept>
#include <string>

std::string setting(const char* name) {
  const char* value = std::getenv(name);
  std::string text = value ? value : "";
  text.erase(text.find_last_not_of(" \r\n\t") + 1);
  if (text.empty()) throw std::runtime_error(std::string(name) + " is not set");
  return text;
}

// Refuses 0, which would let anyone in, and any text that is not a uid.
std::uint32_t uidOf(const std::string& text) {
  if (std::regex_match(text, std::regex("[1-9][0-9]{0,9}")) && std::stoull(text) <= UINT32_MAX) {
    return static_cast<std::uint32_t>(std::stoull(text));
  }
  throw std::runtime_error("uid must be a whole number from 1 to 4294967295");
}

std::size_t append(char* data, std::size_t size, std::size_t count, void* body) {
  static_cast<std::string*>(body)->append(data, size * count);
  return size * count;
}

// Pass the whole response on to the app: token, appId, expiresAt, renewAt and more. The uid must be
// that of your signed-in user. In RTM the user's id is its text.
std::string accessToken(const std::string& channel, std::uint32_t uid) {
  // The SDK's channel names have no character that JSON would escape.
  if (!std::regex_match(channel, std::regex(R"([a-zA-Z0-9 !#$%&()+\-:;<=.>?@\[\]^_{}|~,]{1,64})"))) {
    throw std::runtime_error("channel must be 1 to 64 characters of the SDK's set");
  }
  std::string url = setting("LATCHKEY_URL");
  url.erase(url.find_last_not_of('/') + 1);
  url += "/v1/tokens";
  const std::string authorization = "Authorization: Bearer " + setting("SERVICE_KEY");
  const std::string user = std::to_string(uid);
  const std::string body = R"({"services":[{"type":"rtc","channel":")" + channel + R"(","uid":)" + user +
                           R"(,"role":"publisher"},{"type":"rtm","userId":")" + user + R"("}],"expiresIn":3600})";

  curl_slist* list = curl_slist_append(nullptr, authorization.c_str());
  list = curl_slist_append(list, "Content-Type: application/json");
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(list, &curl_slist_free_all);
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), &curl_easy_cleanup);
  if (!curl) throw std::runtime_error("libcurl does not start");
  std::string response;
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, body.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, append);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &response);
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, 5L);
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  const CURLcode result = curl_easy_perform(curl.get());
  if (result != CURLE_OK) throw std::runtime_error(curl_easy_strerror(result));
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status != 200) {
    throw std::runtime_error("Latchkey returned " + std::to_string(status) + ": " + response);
  }
  return response;
}

int main(int argc, char** argv) try {
  if (argc != 3) throw std::runtime_error("give a channel and a uid");
  curl_global_init(CURL_GLOBAL_DEFAULT);
  std::cout << accessToken(argv[1], uidOf(argv[2])) << '\n';
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
