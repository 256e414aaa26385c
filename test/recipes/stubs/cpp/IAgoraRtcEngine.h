// Stands in for the vendor's header (SDK 1.x) with the few declarations that the recipe uses, so
// that it can be compiled and run here. The real header has many more.
#pragma once

namespace agora::rtc {

typedef unsigned int uid_t;

enum ERROR_CODE_TYPE { ERR_CHANNEL_KEY_EXPIRED = 109 };

class IRtcEngineEventHandler {
 public:
  virtual ~IRtcEngineEventHandler() {}
  virtual void onError(int err, const char* msg) {
    (void)err;
    (void)msg;
  }
};

struct RtcEngineContext {
  IRtcEngineEventHandler* eventHandler = nullptr;
  const char* appId = nullptr;
};

class IRtcEngine {
 public:
  virtual ~IRtcEngine() {}
  virtual void release(bool sync = false) = 0;
  virtual int initialize(const RtcEngineContext& context) = 0;
  virtual int joinChannel(const char* channelKey, const char* channelName, const char* info,
                          uid_t uid) = 0;
  virtual int renewChannelKey(const char* channelKey) = 0;
  virtual int leaveChannel() = 0;
};

}  // namespace agora::rtc

extern "C" agora::rtc::IRtcEngine* createAgoraRtcEngine();
