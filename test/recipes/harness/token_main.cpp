// Runs the recipe with an engine that tells what it was asked: LATCHKEY_URL, the channel, and the
// grants that the business server gives one after the other. Lines of standard input: "expire" is
// the SDK's event before a token expires, "speak" the promotion of a listener, "leave" ends the
// call.
#include <token_call.hpp>

#include <deque>
#include <iostream>

namespace {

std::mutex output;

template <typename... Parts>
void say(const Parts&... parts) {
  const std::lock_guard lock(output);
  ((std::cout << parts), ...) << std::endl;
}

agora::rtc::IRtcEngineEventHandler* handler;

class Engine : public agora::rtc::IRtcEngine {
 public:
  void release(bool) override { say("released"); }
  int initialize(const agora::rtc::RtcEngineContext& context) override {
    handler = context.eventHandler;
    return 0;
  }
  const char* getVersion(int*) override { return "4.6.0"; }
  int joinChannel(const char* token, const char* channel, agora::rtc::uid_t uid,
                  const agora::rtc::ChannelMediaOptions&) override {
    say("join ", channel, " ", uid, " ", token ? token : "null");
    return 0;
  }
  int joinChannelWithUserAccount(const char* token, const char* channel, const char* account,
                                 const agora::rtc::ChannelMediaOptions&) override {
    say("join ", channel, " ", account, " ", token ? token : "null");
    return 0;
  }
  int renewToken(const char* token) override {
    say("renew ", token ? token : "null");
    return 0;
  }
  int setClientRole(agora::rtc::CLIENT_ROLE_TYPE role) override {
    say("role ", static_cast<int>(role));
    return 0;
  }
  int leaveChannel() override {
    say("left");
    return 0;
  }
} engine;

}  // namespace

extern "C" agora::rtc::IRtcEngine* createAgoraRtcEngine() { return &engine; }

int main(int argc, char** argv) {
  curl_global_init(CURL_GLOBAL_DEFAULT);
  std::deque<std::string> grants(argv + 3, argv + argc);
  TokenCall call(
      "app-id", argv[1], argv[2],
      [&]() -> std::optional<std::string> {
        say("grant");
        if (grants.empty()) return std::nullopt;
        const std::string grant = grants.front();
        grants.pop_front();
        return grant;
      },
      [](const std::string& reason) { say("stopped ", reason); });
  for (std::string line; std::getline(std::cin, line) && line != "leave";) {
    if (line == "speak") {
      call.speak();
      say("promoted");
    } else {
      handler->onTokenPrivilegeWillExpire("");
      say("expired");
    }
  }
  call.leave();
}
