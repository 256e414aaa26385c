// Windows: joins with an access token that Latchkey issues for a grant, and keeps it renewed.
// C++17, libcurl, nlohmann-json, Agora SDK 4. Call curl_global_init once, when your program starts.
#pragma once

#include <IAgoraRtcEngine.h>
#include <curl/curl.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

class TokenCall : public agora::rtc::IRtcEngineEventHandler {
 public:
  // Fetches a grant from your business server, and blocks. Exception: retried. nullopt: not
  // allowed.
  using FetchGrant = std::function<std::optional<std::string>()>;
  // There will be no more tokens: `forbidden_channel`, `grant_revoked`, … It is called on another
  // thread, which must not call leave().
  using OnStopped = std::function<void(const std::string& reason)>;

  TokenCall(const char* appId, std::string latchkeyUrl, std::string channel, FetchGrant fetchGrant, OnStopped onStopped)
      : latchkeyUrl_(std::move(latchkeyUrl)),
        channel_(std::move(channel)),
        fetchGrant_(std::move(fetchGrant)),
        onStopped_(std::move(onStopped)),
        engine_(createAgoraRtcEngine()) {
    agora::rtc::RtcEngineContext context;
    context.appId = appId;
    context.eventHandler = this;
    if (!engine_ || engine_->initialize(context) != 0) throw std::runtime_error("the Agora engine does not start");
    int build = 0;
    sdkVersion_ = engine_->getVersion(&build);
    worker_ = std::thread([this] { joinAndRenew(); });
  }
  TokenCall(const TokenCall&) = delete;
  ~TokenCall() override { leave(); }

  // Not from the SDK's own thread.
  void leave() {
    {
      const std::lock_guard lock(mutex_);
      left_ = true;
    }
    wake_.notify_all();
    if (worker_.joinable()) worker_.join();
    if (engine_) {
      engine_->leaveChannel();
      engine_->release();
      engine_ = nullptr;
    }
  }

  // Your server lets this listener speak: from now on FetchGrant gives grants with the role
  // `publisher`. One renewal with such a grant, then the role changes. The call goes on.
  void speak() { renewNow(true); }

  // 30 s before the token expires: renew at once.
  void onTokenPrivilegeWillExpire(const char*) override { renewNow(false); }

  // The token has expired: renew at once.
  void onRequestToken() override { renewNow(false); }

 private:
  using Millis = std::chrono::milliseconds;
  static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
  struct Token {
    std::optional<std::string> text;  // none in App-ID mode: the SDK takes null then
    agora::rtc::uid_t uid;
    std::optional<std::string> account;  // a grant names its user by uid or account
    std::int64_t expiresAt;
    Millis renewIn;
  };
  struct Response {
    long status = 0;  // 0: no response
    std::string body;
    std::int64_t retryAfter = 0;
  };
  struct Left {};
  struct Stop {
    std::string reason;
  };

  void joinAndRenew() try {
    Token token = ask();
    check(join(token));
    for (;;) {
      wait(token.renewIn, true);
      const bool speaks = takePromotion();
      if (speaks) grant_.reset();
      token = ask();
      {
        const std::lock_guard lock(mutex_);
        asked_ = promoted_;  // one renewal is enough, however often the SDK asked for it
      }
      check(engine_->renewToken(token.text ? token.text->c_str() : nullptr));
      if (speaks) check(engine_->setClientRole(agora::rtc::CLIENT_ROLE_BROADCASTER));
    }
  } catch (const Left&) {
  } catch (const Stop& stop) {
    onStopped_(stop.reason);
  }

  // Set in the options what your app publishes and plays.
  int join(const Token& token) {
    const agora::rtc::ChannelMediaOptions options;
    const char* text = token.text ? token.text->c_str() : nullptr;
    if (!token.account) return engine_->joinChannel(text, channel_.c_str(), token.uid, options);
    return engine_->joinChannelWithUserAccount(text, channel_.c_str(), token.account->c_str(), options);
  }

  void renewNow(bool isPromotion) {
    {
      const std::lock_guard lock(mutex_);
      asked_ = true;
      promoted_ = promoted_ || isPromotion;
    }
    wake_.notify_all();
  }

  bool takePromotion() {
    const std::lock_guard lock(mutex_);
    return std::exchange(promoted_, false);
  }

  static void check(int result) {
    if (result < 0) throw Stop{"the SDK returned " + std::to_string(result)};
  }

  // Tries until there is a token. Throws Stop if there will be none.
  Token ask() {
    bool isNewGrant = false;
    for (int failures = 0;; failures++) {
      std::int64_t retryAfter = 0;
      try {
        if (!grant_) {
          grant_ = fetchGrant_();
          if (!grant_) throw Stop{"no grant"};
          isNewGrant = true;
        }
        const Response response = post(*grant_);
        wait(Millis(0), false);
        if (response.status == 200) {
          Token token = tokenOf(nlohmann::json::parse(response.body));
          // If it expires no later than the last token, the grant expires then: fetch a new grant
          // first.
          if (isNewGrant || token.expiresAt > lastExpiresAt_) {
            lastExpiresAt_ = token.expiresAt;
            return token;
          }
          grant_.reset();
          continue;
        }
        if (response.status != 0 && response.status != 429 && response.status < 500) {
          const std::string code = nlohmann::json::parse(response.body).at("code").get<std::string>();
          if (code != "grant_expired" || isNewGrant) throw Stop{code};
          grant_.reset();
          continue;
        }
        retryAfter = response.retryAfter;
      } catch (const std::exception&) {
        // No grant for now, or not a response of Latchkey. Retried below.
      }
      const std::int64_t backoff = random(std::min<std::int64_t>(60'000, 1000LL << std::min(failures, 6)));
      wait(Millis(retryAfter * 1000 + backoff), false);
    }
  }

  // Throws Left at once after leave(). With `untilAsked`, also returns at once when the SDK asks
  // for a token, or the user may speak.
  void wait(Millis time, bool untilAsked) {
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, time, [&] { return left_ || (untilAsked && asked_); });
    if (left_) throw Left{};
  }

  Response post(const std::string& grant) const {
    Response response;
    std::string url = latchkeyUrl_;
    url.erase(url.find_last_not_of('/') + 1);
    url += "/v1/keys";
    const std::string authorization = "Authorization: Bearer " + grant;
    // With its version, the answer is a token that this SDK takes.
    const std::string body =
        nlohmann::json{{"channel", channel_}, {"sdkVersion", sdkVersion_}, {"platform", "native"}}.dump();
    curl_slist* list = curl_slist_append(nullptr, authorization.c_str());
    list = curl_slist_append(list, "Content-Type: application/json");
    const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(list, &curl_slist_free_all);
    const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), &curl_easy_cleanup);
    if (!curl) return response;
    curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, body.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, append);
    curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &response.body);
    curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, 10L);
    curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
    if (curl_easy_perform(curl.get()) != CURLE_OK) return response;
    curl_off_t retryAfter = 0;
    curl_easy_getinfo(curl.get(), CURLINFO_RETRY_AFTER, &retryAfter);
    curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &response.status);
    response.retryAfter = retryAfter;
    return response;
  }

  static std::size_t append(char* data, std::size_t size, std::size_t count, void* body) {
    static_cast<std::string*>(body)->append(data, size * count);
    return size * count;
  }

  Token tokenOf(const nlohmann::json& issued) {
    Token token{{}, 0, {}, kNever, std::chrono::hours(24 * 365)};
    if (issued.contains("account")) {
      token.account = issued.at("account").get<std::string>();
    } else {
      token.uid = issued.at("uid").get<agora::rtc::uid_t>();
    }
    if (issued.at("key").is_null()) return token;
    token.text = issued.at("key").get<std::string>();
    token.expiresAt = issued.at("expiresAt").get<std::int64_t>();
    // By the server's clock: the device's may be wrong. Up to a tenth early, so that clients do not
    // renew together.
    const auto seconds = issued.at("renewAt").get<std::int64_t>() - issued.at("serverTime").get<std::int64_t>();
    const std::int64_t millis = std::max<std::int64_t>(1000, seconds * 1000);
    token.renewIn = Millis(millis - random(millis / 10));
    return token;
  }

  std::int64_t random(std::int64_t below) { return std::uniform_int_distribution<std::int64_t>(0, below - 1)(random_); }

  const std::string latchkeyUrl_;
  const std::string channel_;
  const FetchGrant fetchGrant_;
  const OnStopped onStopped_;
  agora::rtc::IRtcEngine* engine_;
  std::string sdkVersion_;
  std::optional<std::string> grant_;
  std::int64_t lastExpiresAt_ = 0;
  std::mt19937_64 random_{std::random_device{}()};
  std::mutex mutex_;
  std::condition_variable wake_;
  bool left_ = false;
  bool asked_ = false;
  bool promoted_ = false;
  std::thread worker_;
};
