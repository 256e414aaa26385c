package io.agora.rtc2;

/** Stands in for the vendor's (SDK 4), with what the recipes use. */
public abstract class IRtcEngineEventHandler {
    public void onTokenPrivilegeWillExpire(String token) {}

    public void onRequestToken() {}
}
