package io.agora.rtc;

/** Stands in for the vendor's (SDK 1.x), with what the recipes use. */
public abstract class IRtcEngineEventHandler {
    public static class ErrorCode {
        public static final int ERR_CHANNEL_KEY_EXPIRED = 109;
    }

    public void onError(int err) {}
}
