package io.agora.rtc;

import android.content.Context;

/** Stands in for the vendor's (SDK 1.x): an engine that tells what it was asked. */
public abstract class RtcEngine {
    public static volatile IRtcEngineEventHandler handler;

    public static synchronized RtcEngine create(
            Context context, String appId, IRtcEngineEventHandler eventHandler) {
        handler = eventHandler;
        return new RtcEngine() {
            @Override
            public int joinChannel(
                    String channelKey, String channelName, String optionalInfo, int optionalUid) {
                String uid = Integer.toUnsignedString(optionalUid);
                return say("join " + channelName + " " + uid + " " + channelKey);
            }

            @Override
            public int renewChannelKey(String channelKey) {
                return say("renew " + channelKey);
            }

            @Override
            public int leaveChannel() {
                return say("left");
            }
        };
    }

    public abstract int joinChannel(
            String channelKey, String channelName, String optionalInfo, int optionalUid);

    public abstract int renewChannelKey(String channelKey);

    public abstract int leaveChannel();

    private static int say(String text) {
        synchronized (RtcEngine.class) {
            System.out.println(text);
        }
        return 0;
    }
}
