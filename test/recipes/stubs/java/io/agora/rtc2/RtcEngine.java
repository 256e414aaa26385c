package io.agora.rtc2;

import android.content.Context;

/** Stands in for the vendor's (SDK 4): an engine that tells what it was asked. */
public abstract class RtcEngine {
    public static volatile IRtcEngineEventHandler handler;

    public static synchronized RtcEngine create(
            Context context, String appId, IRtcEngineEventHandler eventHandler) {
        handler = eventHandler;
        return new RtcEngine() {
            @Override
            public int joinChannel(
                    String token, String channelId, int uid, ChannelMediaOptions options) {
                return say("join " + channelId + " " + Integer.toUnsignedString(uid) + " " + token);
            }

            @Override
            public int joinChannelWithUserAccount(
                    String token, String channelId, String account, ChannelMediaOptions options) {
                return say("join " + channelId + " " + account + " " + token);
            }

            @Override
            public int renewToken(String token) {
                return say("renew " + token);
            }

            @Override
            public int setClientRole(int role) {
                return say("role " + role);
            }

            @Override
            public int leaveChannel() {
                return say("left");
            }
        };
    }

    public static String getSdkVersion() {
        return "4.6.0";
    }

    public abstract int joinChannel(
            String token, String channelId, int uid, ChannelMediaOptions options);

    public abstract int joinChannelWithUserAccount(
            String token, String channelId, String account, ChannelMediaOptions options);

    public abstract int renewToken(String token);

    public abstract int setClientRole(int role);

    public abstract int leaveChannel();

    private static int say(String text) {
        synchronized (RtcEngine.class) {
            System.out.println(text);
        }
        return 0;
    }
}
