// Windows: joins with a key that Latchkey issues for a grant, and keeps the key renewed.
// C++17, libcurl, nlohmann-json, Agora SDK 1.3 to 2.0 (channel keys). Call curl_global_init once,
// when your program starts.
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

class Call : public agora::rtc::IRtcEngineEventHandler {
 public:
  // Fetches a grant from your business server, and blocks. Exception: retried. nullopt: not
  // allowed.
  using FetchGrant = std::function<std::optional<std::string>()>;
  // There will be no more keys: `forbidden_channel`, `grant_revoked`, … It is called on another
  // thread, which must not call leave().
  using OnStopped = std::function<void(const std::string& reason)>;

  Call(const char* appId, std::string latchkeyUrl, std::string channel, FetchGrant fetchGrant, OnStopped onStopped)
      : latchkeyUrl_(std::move(latchkeyUrl)),
        channel_(std::move(channel)),
        fetchGrant_(std::move(fetchGrant)),
        onStopped_(std::move(onStopped)),
        engine_(createAgoraRtcEngine()) {
    agora::rtc::RtcEngineContext context;
    context.appId = appId;
    context.eventHandler = this;
    if (!engine_ || engine_->initialize(context) != 0) throw std::runtime_error("the Agora engine does not start");
    worker_ = std::thread([this] { joinAndRenew(); });
  }
  Call(const Call&) = delete;
  ~Call() override { leave(); }

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
      engine_->release(true);
      engine_ = nullptr;
    }
  }

  // The SDK reports that the key has expired: renew at once.
  void onError(int error, const char*) override {
    if (error != agora::rtc::ERR_CHANNEL_KEY_EXPIRED) return;
    {
      const std::lock_guard lock(mutex_);
      expired_ = true;
    }
    wake_.notify_all();
  }

 private:
  using Millis = std::chrono::milliseconds;
  static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
  struct Key {
    std::optional<std::string> text;  // none in App-ID mode: the SDK takes null then
    agora::rtc::uid_t uid;
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
    Key key = ask();
    check(engine_->joinChannel(key.text ? key.text->c_str() : nullptr, channel_.c_str(), nullptr, key.uid));
    for (;;) {
      wait(key.renewIn, true);
      key = ask();
      {
        const std::lock_guard lock(mutex_);
        expired_ = false;  // one renewal is enough, however often the SDK reported it
      }
      check(engine_->renewChannelKey(key.text ? key.text->c_str() : nullptr));
    }
  } catch (const Left&) {
  } catch (const Stop& stop) {
    onStopped_(stop.reason);
  }

  static void check(int result) {
    if (result < 0) throw Stop{"the SDK returned " + std::to_string(result)};
  }

  // Tries until there is a key. Throws Stop if there will be none.
  Key ask() {
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
          Key key = keyOf(nlohmann::json::parse(response.body));
          // If it expires no later than the last key, the grant expires then: fetch a new grant
          // first.
          if (isNewGrant || key.expiresAt == kNever || key.expiresAt > lastExpiresAt_) {
            lastExpiresAt_ = key.expiresAt;
            return key;
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

  // Throws Left at once after leave(). With `untilExpired`, also returns at once when the SDK
  // reports that the key has expired.
  void wait(Millis time, bool untilExpired) {
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, time, [&] { return left_ || (untilExpired && expired_); });
    if (left_) throw Left{};
  }

  Response post(const std::string& grant) const {
    Response response;
    std::string url = latchkeyUrl_;
    url.erase(url.find_last_not_of('/') + 1);
    url += "/v1/keys";
    const std::string authorization = "Authorization: Bearer " + grant;
    const std::string body = nlohmann::json{{"channel", channel_}}.dump();
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

  Key keyOf(const nlohmann::json& issued) {
    Key key{{}, issued.at("uid").get<agora::rtc::uid_t>(), kNever, std::chrono::hours(24 * 365)};
    if (!issued.at("key").is_null()) key.text = issued.at("key").get<std::string>();
    if (issued.at("renewAt").is_null()) return key;
    key.expiresAt = issued.at("expiresAt").get<std::int64_t>();
    // By the server's clock: the device's may be wrong. Up to a tenth early, so that clients do not
    // renew together.
    const auto seconds = issued.at("renewAt").get<std::int64_t>() - issued.at("serverTime").get<std::int64_t>();
    const std::int64_t millis = std::max<std::int64_t>(1000, seconds * 1000);
    key.renewIn = Millis(millis - random(millis / 10));
    return key;
  }

  std::int64_t random(std::int64_t below) { return std::uniform_int_distribution<std::int64_t>(0, below - 1)(random_); }

  const std::string latchkeyUrl_;
  const std::string channel_;
  const FetchGrant fetchGrant_;
  const OnStopped onStopped_;
  agora::rtc::IRtcEngine* engine_;
  std::optional<std::string> grant_;
  std::int64_t lastExpiresAt_ = 0;
  std::mt19937_64 random_{std::random_device{}()};
  std::mutex mutex_;
  std::condition_variable wake_;
  bool left_ = false;
  bool expired_ = false;
  std::thread worker_;
};
