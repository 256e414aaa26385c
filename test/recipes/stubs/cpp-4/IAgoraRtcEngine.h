// Stands in for the vendor's header (SDK 4) with the few declarations that the recipe uses, so
// that it can be compiled and run here. The real header has many more.
#pragma once

namespace agora::rtc {

typedef unsigned int uid_t;

enum CLIENT_ROLE_TYPE { CLIENT_ROLE_BROADCASTER = 1, CLIENT_ROLE_AUDIENCE = 2 };

struct ChannelMediaOptions {
  ChannelMediaOptions() {}
};

class IRtcEngineEventHandler {
 public:
  virtual ~IRtcEngineEventHandler() {}
  virtual void onTokenPrivilegeWillExpire(const char* token) { (void)token; }
  virtual void onRequestToken() {}
};

struct RtcEngineContext {
  IRtcEngineEventHandler* eventHandler = nullptr;
  const char* appId = nullptr;
};

class IRtcEngine {
 public:
  virtual ~IRtcEngine() {}
  virtual void release(bool sync = false) = 0;
  virtual const char* getVersion(int* build) = 0;
  virtual int initialize(const RtcEngineContext& context) = 0;
  virtual int joinChannel(const char* token, const char* channelId, uid_t uid,
                          const ChannelMediaOptions& options) = 0;
  virtual int joinChannelWithUserAccount(const char* token, const char* channelId,
                                         const char* userAccount,
                                         const ChannelMediaOptions& options) = 0;
  virtual int renewToken(const char* token) = 0;
  virtual int setClientRole(CLIENT_ROLE_TYPE role) = 0;
  virtual int leaveChannel() = 0;
};

}  // namespace agora::rtc

extern "C" agora::rtc::IRtcEngine* createAgoraRtcEngine();
